"""What the network is asked to minimise."""

from dataclasses import dataclass

import torch
from torch import Tensor

from unbead.models import keys
from unbead.train.data.examples import ATOM_SWAP, CHIRAL, LEVEL, PAIR_WEIGHT, PAIRS, SWAP_GROUP


@dataclass(frozen=True)
class LossWeights:
    """Weights of the terms next to the mean distance error, whose weight is one.

    Attributes
    ----------
    squared : float
        Mean squared error, per Å; pulls outliers towards the mean of what is possible, as an RMSD rewards.
    geometry : float
        Squared error of distances between atoms one and two bonds apart, per Å².
    chirality : float
        Squared error of the signed volume at chiral centres, per Å⁶.
    confidence : float
        Negative log likelihood of the predicted errors.
    level : float
        Squared error of the estimated perturbation, per Å².
    torsions : float
        Squared error of (cos, sin) of φ and ψ; of no account where only the φ/ψ head is trained.
    """

    squared: float = 0.1
    geometry: float = 2.0
    chirality: float = 0.05
    confidence: float = 0.02
    level: float = 0.5
    torsions: float = 0.05


def resolve_swaps(predicted: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Give symmetric atoms the names that suit the prediction best, group by group.

    Parameters
    ----------
    predicted : Tensor, shape=(n_atoms, 3)
        Predicted positions in Å.
    batch : dict of str to Tensor
        The batch with the true positions.

    Returns
    -------
    Tensor, shape=(n_atoms, 3)
        True positions, renamed.
    """
    ways = batch[keys.ATOM_POSITIONS][batch[ATOM_SWAP]]  # (n_atoms, n_ways, 3)
    with torch.no_grad():
        error = (predicted[:, None] - ways).norm(dim=2)
        group = batch[SWAP_GROUP]
        total = error.new_zeros(int(group.max()) + 1, ways.shape[1]).index_add(0, group, error)
        best = total.argmin(1)[group]
    return ways[torch.arange(len(ways), device=best.device), best]


def signed_volume(positions: Tensor, quads: Tensor) -> Tensor:
    """Triple product of the three bonds of each centre, shape (n_chiral,), in Å³; its sign is the chirality.

    Parameters
    ----------
    positions : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    quads : Tensor, shape=(n_chiral, 4), dtype=int64
        Centres and three neighbours.

    Returns
    -------
    Tensor, shape=(n_chiral,)
        Signed volumes in Å³.
    """
    centre, a, b, c = positions[quads].unbind(1)
    return (torch.linalg.cross(a - centre, b - centre) * (c - centre)).sum(-1)


def geometry_loss(predicted: Tensor, truth: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Mean squared error of distances between atoms one and two bonds apart, in Å².

    Parameters
    ----------
    predicted, truth : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    batch : dict of str to Tensor
        The batch.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    i, j = batch[PAIRS].unbind(1)
    found = torch.sqrt(((predicted[i] - predicted[j]) ** 2).sum(-1) + 1e-4)
    error = found - (truth[i] - truth[j]).norm(dim=1)
    noisy = 1.0 + 4.0 * (batch[LEVEL][batch[keys.ATOM_BEAD]][i] > 0)  # perturbed beads tempt it to break bonds
    return (batch[PAIR_WEIGHT] * noisy * error.square()).mean()


def chirality_loss(predicted: Tensor, truth: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Mean squared error of signed volumes at chiral centres, in Å⁶.

    Parameters
    ----------
    predicted, truth : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    batch : dict of str to Tensor
        The batch.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    handed = signed_volume(predicted, batch[CHIRAL]) - signed_volume(truth, batch[CHIRAL])
    return handed.clamp(-4.0, 4.0).square().sum() / max(len(handed), 1)


def total_loss(
    predicted: Tensor, log_sigma: Tensor, level: Tensor, batch: dict[str, Tensor], weights: LossWeights
) -> tuple[Tensor, dict[str, float]]:
    """Add up the terms.

    Parameters
    ----------
    predicted : Tensor, shape=(n_atoms, 3)
        Predicted positions in Å.
    log_sigma : Tensor, shape=(n_atoms,)
        Predicted log error.
    level : Tensor, shape=(n_beads,)
        Estimated perturbation in Å.
    batch : dict of str to Tensor
        The batch.
    weights : LossWeights
        Weights of the terms.

    Returns
    -------
    loss : Tensor, shape=()
        The weighted sum.
    parts : dict of str to float
        The terms, unweighted.
    """
    truth = resolve_swaps(predicted, batch)
    squared = ((predicted - truth) ** 2).sum(-1)
    position = torch.sqrt(squared + 0.01).mean()
    geometry, chirality = geometry_loss(predicted, truth, batch), chirality_loss(predicted, truth, batch)
    sigma = log_sigma.clamp(-5.0, 3.0)
    confidence = (0.5 * squared.detach() * torch.exp(-2 * sigma) + 3 * sigma).mean()
    perturbation = (level - batch[LEVEL]).square().mean()
    loss = (
        position
        + weights.squared * squared.mean()
        + weights.geometry * geometry
        + weights.chirality * chirality
        + weights.confidence * confidence
        + weights.level * perturbation
    )
    parts = {
        "position": position,
        "geometry": geometry,
        "chirality": chirality,
        "confidence": confidence,
        "level": perturbation,
    }
    return loss, {name: float(part.detach()) for name, part in parts.items()}
