"""What the `cgvae` family is asked to minimise."""

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from unbead.models.cgvae import CGVAENetwork
from unbead.nn.latent import Gaussian
from unbead.relax.molecule import Shape, distances, overlap
from unbead.train.losses.internal_coordinates import cartesian_loss, kl_loss


class CGVAEWeights(BaseModel):
    """Weights of the terms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph: float = Field(default=1.0, ge=0, description="Squared error of lengths one and two bonds apart, per Å².")
    kl: float = Field(default=0.002, ge=0, description="Divergence of posterior from prior, in nats per bead.")
    sample: float = Field(default=1.0, ge=0, description="Lengths and near pairs of a sample of the prior.")
    near: float = Field(default=5.0, ge=0, description="Squared overlap of atoms not bonded, per Å² and atom.")
    free: float = Field(default=0.0, ge=0, description="Nats per latent dimension that cost nothing.")
    warmup: float = Field(default=200.0, gt=0, description="Steps over which the weights of kl and sample rise.")


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
        risen = min(1.0, step / weights.warmup)
        loss = loss + risen * weights.kl * terms["kl"]
        half = read.first(len(atoms) // 2)
        n = len(half.s)
        drawn = Gaussian(prior.mean[:n].detach(), prior.log_std[:n].detach()).draw(generator)
        sample = model.decode(half, drawn)
        terms["sample_graph"] = (distances(sample, shape.pairs) - shape.lengths).square().mean()
        terms["sample_near"] = overlap(sample, shape.limits) / sample[..., 0].numel()
        loss = loss + risen * weights.sample * (
            weights.graph * terms["sample_graph"] + weights.near * terms["sample_near"]
        )
        found = model.decode(read, posterior.draw(generator))
    else:
        found = model.decode(read, None)
    terms["cartesian"] = cartesian_loss(found, atoms)
    terms["graph"] = (distances(found, shape.pairs) - distances(atoms, shape.pairs)).square().mean()
    loss = loss + terms["cartesian"] + weights.graph * terms["graph"]
    return loss, {name: float(term.detach()) for name, term in terms.items()}
