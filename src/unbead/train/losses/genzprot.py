"""What the `genzprot` family is asked to minimise."""

from dataclasses import dataclass

import torch
from torch import Tensor

from unbead.models import keys
from unbead.models.genzprot import Decoded, GenZProtNetwork
from unbead.nn.internal_coordinates import to_internal
from unbead.nn.latent import Gaussian
from unbead.train.data.examples import ATOM_SLOT, LEVEL, PAIRS, SYSTEM
from unbead.train.losses.atoms import resolve_swaps
from unbead.train.losses.internal_coordinates import (
    angle_loss,
    bond_loss,
    cartesian_loss,
    graph_loss,
    kl_loss,
    near_pairs,
    steric_loss,
    torsion_loss,
)


@dataclass(frozen=True)
class GenZProtWeights:
    """Weights of the terms; bond to kl are those that GenZProt was published with (docs/generative.md says of what).

    Attributes
    ----------
    bond : float
        Squared error of bond lengths, per Å².
    angle : float
        Squared error of angles, per radian².
    torsion : float
        Chords between torsions.
    cartesian : float
        Mean squared distance from the truth, per Å².
    graph : float
        Squared error of distances one and two bonds apart, per Å².
    steric : float
        Overlap per atom, per Å.
    kl : float
        Divergence of posterior from prior, in nats per residue.
    mean : float
        The same cartesian, torsion, graph and steric terms of the structure at the prior's mean, which is not part of
        a variational bound but is what a user gets without sampling.
    sample : float
        Graph and steric terms, by their own weights, of a structure drawn from the prior: what samples must not do
        whatever they are. The prior itself learns nothing from it, or it would narrow.
    free : float
        Nats per latent dimension that cost nothing.
    warmup : float
        Steps over which the weight of the divergence rises from zero.
    confidence : float
        Negative log likelihood of the predicted errors of the prior's mean.
    level : float
        Squared error of the estimated perturbation, per Å².
    """

    bond: float = 5.0
    angle: float = 1.0
    torsion: float = 1.0
    cartesian: float = 1.0
    graph: float = 3.0
    steric: float = 5.0
    kl: float = 0.05
    mean: float = 1.0
    sample: float = 1.0
    free: float = 0.02
    warmup: float = 500.0
    confidence: float = 0.02
    level: float = 0.5


def genzprot_loss(
    model: GenZProtNetwork,
    batch: dict[str, Tensor],
    s: Tensor,
    v: Tensor,
    weights: GenZProtWeights,
    step: int,
    generator: torch.Generator,
) -> tuple[Tensor, dict[str, float]]:
    """Decode a sample of the posterior, the mean of the prior and a sample of it, and add up the terms.

    Parameters
    ----------
    model : GenZProtNetwork
        The network.
    batch : dict of str to Tensor
        The batch with the true positions.
    s : Tensor, shape=(n_beads, scalars)
        Scalars of the beads.
    v : Tensor, shape=(n_beads, 3, vectors)
        Vectors of the beads.
    weights : GenZProtWeights
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
    prior = model.prior(s, v)
    with torch.autocast(s.device.type, torch.bfloat16):  # rounding is noise to training
        posterior = model.recognise(batch, s, v, batch[keys.ATOM_POSITIONS])
    posterior = Gaussian(posterior.mean.float(), posterior.log_std.float())
    loss, parts, _ = _structure(model.decode(batch, s, v, posterior.draw(generator)), batch, weights)
    divergence = kl_loss(posterior, prior, weights.free)
    loss = loss + weights.kl * min(1.0, step / weights.warmup) * divergence
    parts["kl"] = float(divergence.detach())

    middle = model.decode(batch, s, v, prior.mean)
    at_mean, mean_parts, squared = _structure(middle, batch, weights)
    sigma = middle.log_sigma.clamp(-5.0, 3.0)
    confidence = (0.5 * squared.detach() * torch.exp(-2 * sigma) + 3 * sigma).mean()
    perturbation = (model.level(s)[:, 0] - batch[LEVEL]).square().mean()
    loss = loss + weights.mean * at_mean + weights.confidence * confidence + weights.level * perturbation
    parts |= {f"mean_{name}": value for name, value in mean_parts.items()}

    drawn = model.decode(batch, s, v, Gaussian(prior.mean.detach(), prior.log_std.detach()).draw(generator)).positions
    pairs, limit = near_pairs(drawn, batch[SYSTEM], batch[PAIRS], batch[ATOM_SLOT])
    graph, steric = graph_loss(drawn, batch[keys.ATOM_POSITIONS], batch[PAIRS]), steric_loss(drawn, pairs, limit)
    loss = loss + weights.sample * (weights.graph * graph + weights.steric * steric)
    parts |= {"sample_graph": float(graph.detach()), "sample_steric": float(steric.detach())}
    return loss, parts | {"confidence": float(confidence.detach()), "level": float(perturbation.detach())}


def _structure(
    decoded: Decoded, batch: dict[str, Tensor], weights: GenZProtWeights
) -> tuple[Tensor, dict[str, float], Tensor]:
    """Terms of one structure, and the squared error of each atom."""
    found = decoded.positions
    truth = resolve_swaps(found, batch)
    wanted = to_internal(torch.cat([truth, decoded.points.detach()]), decoded.references)
    told = decoded.internal
    placed = batch[keys.DEPTH] > 0
    framed = placed & (decoded.references < len(found)).all(1)
    pairs, limit = near_pairs(found, batch[SYSTEM], batch[PAIRS], batch[ATOM_SLOT])
    terms = {
        "bond": bond_loss(told.bond[placed], wanted.bond[placed]),
        "angle": angle_loss(told.angle[framed], wanted.angle[framed]),
        "torsion": torsion_loss(told.torsion[framed], wanted.torsion[framed]),
        "cartesian": cartesian_loss(found, truth),
        "graph": graph_loss(found, truth, batch[PAIRS]),
        "steric": steric_loss(found, pairs, limit),
    }
    loss = (
        weights.bond * terms["bond"]
        + weights.angle * terms["angle"]
        + weights.torsion * terms["torsion"]
        + weights.cartesian * terms["cartesian"]
        + weights.graph * terms["graph"]
        + weights.steric * terms["steric"]
    )
    squared = (found - truth).square().sum(-1)
    return loss, {name: float(term.detach()) for name, term in terms.items()}, squared
