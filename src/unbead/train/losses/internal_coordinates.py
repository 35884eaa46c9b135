"""Losses on internal coordinates and on what they must not do, each of one name and one equation.

After GenZProt (Yang and Gómez-Bombarelli, arXiv:2303.01569).
"""

import numpy as np
import torch
from scipy.spatial import KDTree
from torch import Tensor

from unbead.chem.amino import N, O
from unbead.nn.latent import Gaussian, divergence

STERIC = 2.0  # Å, within which atoms that are not bonded cost
STERIC_NO = 2.2  # Å, the same for N and O of the backbone
APART = 1000.0  # Å that systems of a batch are moved apart in a fourth dimension


def bond_loss(found: Tensor, truth: Tensor) -> Tensor:
    """Mean squared error of bond lengths, (r − r₀)², in Å².

    Parameters
    ----------
    found, truth : Tensor, shape=(n,)
        Bond lengths in Å.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    return (found - truth).square().mean()


def angle_loss(found: Tensor, truth: Tensor) -> Tensor:
    """Mean of 2 (1 − cos(θ − θ₀)), which is (θ − θ₀)² for small errors.

    Parameters
    ----------
    found, truth : Tensor, shape=(n,)
        Angles in radians.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    return (2.0 * (1.0 - torch.cos(found - truth))).mean()


def torsion_loss(found: Tensor, truth: Tensor) -> Tensor:
    """Mean of √(2 (1 − cos(τ − τ₀))), the chord between two points of the circle, with a finite gradient at zero.

    Parameters
    ----------
    found, truth : Tensor, shape=(n, 2)
        Cosine and sine of the torsions.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    return (torch.sqrt((found - truth).square().sum(-1) + 1e-4) - 1e-2).mean()


def cartesian_loss(found: Tensor, truth: Tensor) -> Tensor:
    """Mean squared distance of atoms from where they should be, in Å².

    Parameters
    ----------
    found, truth : Tensor, shape=(n, 3)
        Positions in Å.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    return (found - truth).square().sum(-1).mean()


def graph_loss(found: Tensor, truth: Tensor, pairs: Tensor) -> Tensor:
    """Mean squared error of distances along bonds, (d − d₀)², in Å².

    Parameters
    ----------
    found, truth : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Bonded atoms, or atoms two bonds apart.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    i, j = pairs.unbind(1)
    length = torch.sqrt((found[i] - found[j]).square().sum(-1) + 1e-6)
    return (length - (truth[i] - truth[j]).norm(dim=-1)).square().mean()


def steric_loss(found: Tensor, pairs: Tensor, limit: Tensor) -> Tensor:
    """Sum of max(0, limit − d) over pairs, per atom, in Å.

    Parameters
    ----------
    found : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms that are near each other, of `near_pairs`.
    limit : Tensor, shape=(n_pairs,)
        Å that they should be apart.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    i, j = pairs.unbind(1)
    length = torch.sqrt((found[i] - found[j]).square().sum(-1) + 1e-6)
    return torch.relu(limit - length).sum() / len(found)


def near_pairs(positions: Tensor, system: Tensor, bonded: Tensor, slot: Tensor) -> tuple[Tensor, Tensor]:
    """Find the pairs that the steric loss is about.

    Parameters
    ----------
    positions : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    system : Tensor, shape=(n_atoms,), dtype=int64
        Atoms of different systems do not meet.
    bonded : Tensor, shape=(n_bonded, 2), dtype=int64
        Atoms one and two bonds apart, which do not count but for N and O.
    slot : Tensor, shape=(n_atoms,), dtype=int64
        Slots of `unbead.chem.amino`.

    Returns
    -------
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms nearer than `STERIC`, or N and O of the backbone nearer than `STERIC_NO`.
    limit : Tensor, shape=(n_pairs,)
        The one or the other in Å.
    """
    x = positions.detach().cpu().numpy()
    _, index = np.unique(system.cpu().numpy(), return_inverse=True)
    tree = KDTree(np.concatenate([x, APART * index[:, None]], 1))
    pairs = tree.query_pairs(STERIC_NO, output_type="ndarray").astype(np.int64).reshape(-1, 2)
    kinds = np.sort(slot.cpu().numpy()[pairs], 1)
    amide = (kinds == (N, O)).all(1)
    known = np.sort(bonded.cpu().numpy(), 1) @ (len(x), 1)
    near = np.linalg.norm(x[pairs[:, 0]] - x[pairs[:, 1]], axis=1) < STERIC
    keep = amide | (near & ~np.isin(np.sort(pairs, 1) @ (len(x), 1), known))
    limit = np.where(amide, STERIC_NO, STERIC)[keep].astype(np.float32)
    return torch.from_numpy(pairs[keep]).to(positions.device), torch.from_numpy(limit).to(positions.device)


def kl_loss(q: Gaussian, p: Gaussian, free: float) -> Tensor:
    """Sum over dimensions of max(free, mean over beads of KL(q ‖ p)), in nats per bead.

    Parameters
    ----------
    q, p : Gaussian
        Posterior and prior.
    free : float
        Nats per dimension that cost nothing (free bits; Kingma et al., arXiv:1606.04934).

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    return divergence(q, p).mean(0).clamp(min=free).sum()
