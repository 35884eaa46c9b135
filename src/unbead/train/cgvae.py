"""What the `cgvae` family is asked to minimise."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from unbead.chem.elements import COVALENT_RADII
from unbead.models.cgvae import CGVAENetwork
from unbead.nn.latent import Gaussian
from unbead.train.internal_losses import cartesian_loss, kl_loss
from unbead.validate.bond_graph import STRETCH

CLEAR = 0.3  # Å beyond the reach of a bond, within which atoms that are not bonded cost


class CGVAEWeights(BaseModel):
    """Weights of the terms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph: float = Field(default=1.0, ge=0, description="Squared error of lengths one and two bonds apart, per Å².")
    kl: float = Field(default=0.01, ge=0, description="Divergence of posterior from prior, in nats per bead.")
    sample: float = Field(default=1.0, ge=0, description="Lengths and near pairs of a sample of the prior.")
    near: float = Field(default=5.0, ge=0, description="Squared overlap of atoms not bonded, per Å² and atom.")
    free: float = Field(default=0.0, ge=0, description="Nats per latent dimension that cost nothing.")
    warmup: float = Field(default=100.0, gt=0, description="Steps over which the weight of the divergence rises.")


@dataclass(frozen=True)
class Shape:
    """What all frames of a molecule have in common.

    Attributes
    ----------
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms one and two bonds apart.
    lengths : Tensor, shape=(n_pairs,)
        How far apart they are, in Å.
    limits : Tensor, shape=(n_atoms, n_atoms)
        How far apart others should be at least, in Å; 0 for those pairs, and below the diagonal.
    """

    pairs: Tensor
    lengths: Tensor
    limits: Tensor


def shape_of(frames: NDArray[np.floating], elements: list[str], bonds: NDArray[np.int64]) -> Shape:
    """Measure a molecule.

    Parameters
    ----------
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float
        Training frames in Å.
    elements : list of str
        Element symbols.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.

    Returns
    -------
    Shape
        Pairs and their lengths.
    """
    n = len(elements)
    joined = np.zeros((n, n), bool)
    joined[bonds[:, 0], bonds[:, 1]] = joined[bonds[:, 1], bonds[:, 0]] = True
    close = joined | (joined.astype(np.int64) @ joined > 0)
    i, j = np.triu_indices(n, 1)
    near = close[i, j]
    pairs = np.stack([i[near], j[near]], 1)
    radius = np.array([COVALENT_RADII[element] for element in elements])
    lengths = np.linalg.norm(frames[:, pairs[:, 0]] - frames[:, pairs[:, 1]], axis=-1).mean(0)
    limits = np.triu(np.where(close, 0.0, STRETCH * (radius[:, None] + radius) + CLEAR), 1)
    return Shape(torch.from_numpy(pairs), *(torch.from_numpy(x.astype(np.float32)) for x in (lengths, limits)))


def length_loss(atoms: Tensor, pairs: Tensor, lengths: Tensor) -> Tensor:
    """Mean squared error of distances, (d − d₀)², in Å².

    Parameters
    ----------
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms.
    lengths : Tensor, shape=(n_pairs,) or (n_frames, n_pairs)
        d₀ in Å.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    return (distances(atoms, pairs) - lengths).square().mean()


def near_loss(atoms: Tensor, limits: Tensor) -> Tensor:
    """Sum of max(0, limit − d)² over pairs, per atom, in Å².

    Parameters
    ----------
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    limits : Tensor, shape=(n_atoms, n_atoms)
        Å that they should be apart.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    with torch.no_grad():
        frame, i, j = (torch.cdist(atoms, atoms) < limits).nonzero(as_tuple=True)
    apart = torch.sqrt((atoms[frame, i] - atoms[frame, j]).square().sum(-1) + 1e-6)
    return torch.relu(limits[i, j] - apart).square().sum() / atoms[..., 0].numel()


def distances(atoms: Tensor, pairs: Tensor) -> Tensor:
    """Distances of pairs in every frame, with a finite gradient at zero.

    Parameters
    ----------
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms.

    Returns
    -------
    Tensor, shape=(n_frames, n_pairs)
        Distances in Å.
    """
    i, j = pairs.unbind(1)
    return torch.sqrt((atoms[:, i] - atoms[:, j]).square().sum(-1) + 1e-6)


def cgvae_loss(
    model: CGVAENetwork,
    atoms: Tensor,
    shape: Shape,
    weights: CGVAEWeights,
    step: int,
    generator: torch.Generator,
) -> tuple[Tensor, dict[str, float]]:
    """Decode a sample of the posterior and one of the prior, and add up the terms.

    The sample of the prior has to be a molecule, whichever it is. The prior itself learns nothing from that, or it
    would narrow. A network without latents has the first part alone, without divergence.

    Parameters
    ----------
    model : CGVAENetwork
        The network.
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        True positions in Å.
    shape : Shape
        The molecule.
    weights : CGVAEWeights
        Weights of the terms.
    step : int
        Step of the run, for the warm-up.
    generator : torch.Generator
        Source of noise.

    Returns
    -------
    loss : Tensor, shape=()
        The weighted sum.
    parts : dict of str to float
        The terms, unweighted.
    """
    read = model.read(model.operator @ atoms)
    terms: dict[str, Tensor] = {}
    loss = atoms.new_zeros(())
    if model.settings.latent:
        prior, posterior = model.expect(read), model.recognise(read, atoms)
        terms["kl"] = kl_loss(posterior, prior, weights.free)
        loss = loss + weights.kl * min(1.0, step / weights.warmup) * terms["kl"]
        half = read.first(len(atoms) // 2)
        n = len(half.s)
        drawn = Gaussian(prior.mean[:n].detach(), prior.log_std[:n].detach()).draw(generator)
        sample = model.decode(half, drawn)
        terms["sample_graph"] = length_loss(sample, shape.pairs, shape.lengths)
        terms["sample_near"] = near_loss(sample, shape.limits)
        loss = loss + weights.sample * (weights.graph * terms["sample_graph"] + weights.near * terms["sample_near"])
        found = model.decode(read, posterior.draw(generator))
    else:
        found = model.decode(read, None)
    terms["cartesian"] = cartesian_loss(found, atoms)
    terms["graph"] = length_loss(found, shape.pairs, distances(atoms, shape.pairs))
    loss = loss + terms["cartesian"] + weights.graph * terms["graph"]
    return loss, {name: float(term.detach()) for name, term in terms.items()}
