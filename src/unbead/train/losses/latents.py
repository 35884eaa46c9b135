"""What the latents of the flagship are asked to minimise, on the frozen network."""

from dataclasses import dataclass

import torch
from torch import Tensor

from unbead.models import keys
from unbead.models.network import UnbeadNetwork
from unbead.nn.latent import Gaussian
from unbead.train.data.examples import ATOM_SLOT, PAIRS, SWAP_GROUP, SYSTEM
from unbead.train.losses.atoms import chirality_loss, geometry_loss, resolve_swaps
from unbead.train.losses.internal_coordinates import kl_loss, near_pairs, steric_loss


@dataclass(frozen=True)
class LatentWeights:
    """Weights of the terms.

    Attributes
    ----------
    energy : float
        Energy score of two samples, of atoms and of residues, per Å.
    posterior : float
        Mean distance error of a sample of the posterior, per Å, and its geometry and chirality by their own weights;
        without it there is no posterior and no divergence.
    squared : float
        Mean squared error of the posterior's sample, per Å.
    geometry : float
        Squared error of distances between atoms one and two bonds apart, per Å², of all samples.
    chirality : float
        Squared error of the signed volume at chiral centres, per Å⁶, of all samples.
    steric : float
        Overlap per atom of a sample of the prior, per Å.
    kl : float
        Divergence of posterior from prior, in nats per bead.
    free : float
        Nats per latent dimension that cost nothing.
    warmup : float
        Steps over which the weight of the divergence rises from zero.
    """

    energy: float = 1.0
    posterior: float = 0.0
    squared: float = 0.5
    geometry: float = 6.0
    chirality: float = 0.05
    steric: float = 1.0
    kl: float = 0.02
    free: float = 0.02
    warmup: float = 500.0


def latent_loss(
    model: UnbeadNetwork,
    batch: dict[str, Tensor],
    s: Tensor,
    v: Tensor,
    weights: LatentWeights,
    step: int,
    generator: torch.Generator,
) -> tuple[Tensor, dict[str, float]]:
    """Draw two samples of the prior, one of the posterior if there is one, and add up the terms.

    Parameters
    ----------
    model : UnbeadNetwork
        The network.
    batch : dict of str to Tensor
        The batch with the true positions.
    s : Tensor, shape=(n_beads, scalars)
        Scalars of the beads.
    v : Tensor, shape=(n_beads, 3, vectors)
        Vectors of the beads.
    weights : LatentWeights
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
    with torch.no_grad():
        middle = model.place(batch, s, v)[0]
    prior = Gaussian(*s.new_zeros(2, len(s), model.settings.latent))
    latents = [prior.draw(generator) for _ in range(2)]
    posterior = None
    if weights.posterior:
        posterior = model.recognise(batch, s, v, batch[keys.ATOM_POSITIONS])
        latents.append(posterior.draw(generator))
    structures = [middle + moved for moved in model.deviations(batch, s, v, latents)]
    truths = [resolve_swaps(structure, batch) for structure in structures]
    geometry = torch.stack([geometry_loss(x, t, batch) for x, t in zip(structures, truths, strict=True)])
    chirality = torch.stack([chirality_loss(x, t, batch) for x, t in zip(structures, truths, strict=True)])
    pairs, limit = near_pairs(structures[0], batch[SYSTEM], batch[PAIRS], batch[ATOM_SLOT])
    terms = {
        "energy": energy_score(structures[0], structures[1], batch),
        "geometry": geometry[:2].mean(),
        "chirality": chirality[:2].mean(),
        "steric": steric_loss(structures[0], pairs, limit),
    }
    loss = (
        weights.energy * terms["energy"]
        + weights.geometry * terms["geometry"]
        + weights.chirality * terms["chirality"]
        + weights.steric * terms["steric"]
    )
    if posterior is not None:
        squared = (structures[2] - truths[2]).square().sum(-1)
        terms["kl"] = kl_loss(posterior, prior, weights.free)
        terms["posterior"] = torch.sqrt(squared + 0.01).mean()
        terms["posterior_geometry"] = geometry[2]
        loss = loss + weights.kl * min(1.0, step / weights.warmup) * terms["kl"]
        loss = loss + weights.posterior * (
            terms["posterior"]
            + weights.squared * squared.mean()
            + weights.geometry * geometry[2]
            + weights.chirality * chirality[2]
        )
    return loss, {name: float(term.detach()) for name, term in terms.items()}


def energy_score(one: Tensor, other: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Score two samples against the truth: (|x − t| + |y − t| − |x − y|) / 2, least if they are drawn as the truth is.

    The mean of the scores of atoms and of residues, whose distance is √ Σ |xₐ − tₐ|² over the atoms of one, weighted by
    their number; names of symmetric atoms are those that suit each pair of structures best. Strictly proper (Gneiting
    and Raftery, doi:10.1198/016214506000001437): samples that are too much alike cost, and so do samples too far apart.

    Parameters
    ----------
    one, other : Tensor, shape=(n_atoms, 3)
        Independent samples in Å.
    batch : dict of str to Tensor
        The batch.

    Returns
    -------
    Tensor, shape=()
        The score in Å.
    """
    apart = (
        (one - resolve_swaps(one, batch)).square().sum(-1),
        (other - resolve_swaps(other, batch)).square().sum(-1),
        (one - _resolved(one, other, batch)).square().sum(-1),
    )
    group = batch[SWAP_GROUP]
    n = int(group.max()) + 1
    size = torch.bincount(group, minlength=n).to(one.dtype)
    scores = []
    for squared, weight in (
        (apart, torch.ones_like(apart[0])),
        ([one.new_zeros(n).index_add(0, group, each) for each in apart], size.sqrt()),  # √n · √Σ = n · RMSD
    ):
        a, b, c = (torch.sqrt(each + 1e-4) for each in squared)
        scores.append((weight * (a + b - c)).sum() / (2 * len(group)))
    return 0.5 * (scores[0] + scores[1])


def _resolved(one: Tensor, other: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """The other sample with symmetric atoms named as suits the one."""
    return resolve_swaps(one, batch | {keys.ATOM_POSITIONS: other})
