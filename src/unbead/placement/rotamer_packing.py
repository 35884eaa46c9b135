"""Rotamers chosen together: what each costs alone, and what two cost that overlap, by mean field.

Every residue holds shares of its rotamers. In each round a share follows from the rotamer's own cost and the overlaps
expected with the neighbours' shares, at a temperature that falls; in the end the largest share wins (Koehl and Delarue,
J. Mol. Biol. 1994, 239, 249).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

ROUNDS = 24
HOT, COLD = 1.5, 0.15  # temperatures of the first and the last round, in units of the costs
KEPT = 0.5  # of the shares before, in each round, so that neighbours do not swing
PAIRS = 1024  # computed at a time


@dataclass(frozen=True)
class Overlaps:
    """Costs of pairs of rotamers.

    Attributes
    ----------
    i, j : Tensor, shape=(n_pairs,), dtype=int64
        Residues that may meet.
    cost : Tensor, shape=(n_pairs, k, k)
        Of each rotamer of `i` beside each of `j`.
    """

    i: Tensor
    j: Tensor
    cost: Tensor


def overlap(a: Tensor, b: Tensor, nearest: Tensor) -> Tensor:
    """Sum up the squared overlaps of groups of atoms, shape (n, k, l), in Å².

    Parameters
    ----------
    a : Tensor, shape=(n, k, s, 3)
        Atoms of k conformers in Å.
    b : Tensor, shape=(n, l, t, 3)
        Atoms of l conformers.
    nearest : Tensor, shape=(n, s, t)
        Least distances in Å; negative where there is no atom.

    Returns
    -------
    Tensor, shape=(n, k, l)
        Sums over pairs of atoms.
    """
    n, k, s, _ = a.shape
    _, l, t, _ = b.shape
    distance = torch.cdist(a.reshape(n, k * s, 3), b.reshape(n, l * t, 3), compute_mode="donot_use_mm_for_euclid_dist")
    short = (nearest[:, None, :, None] - distance.view(n, k, s, l, t)).clamp(min=0.0)
    return short.square().sum((2, 4))


def pair_costs(
    atoms: Tensor, i: Tensor, j: Tensor, shift: Tensor, nearest: Tensor, kind: Tensor, stiffness: float
) -> Overlaps:
    """Compute what rotamers cost beside each other.

    Parameters
    ----------
    atoms : Tensor, shape=(n, k, s, 3)
        Atoms of the rotamers in Å.
    i, j : Tensor, shape=(n_pairs,), dtype=int64
        Residues that may meet.
    shift : Tensor, shape=(n_pairs, 3)
        Lattice vectors in Å to add to `j`.
    nearest : Tensor, shape=(n_kinds, s, n_kinds, s)
        Least distances in Å by residue types and atoms.
    kind : Tensor, shape=(n,), dtype=int64
        Residue types.
    stiffness : float
        Cost of an overlap of 1 Å.

    Returns
    -------
    Overlaps
        Of the pairs of which any rotamers overlap.
    """
    rows, costs = [], []
    for start in range(0, len(i), PAIRS):
        part = slice(start, start + PAIRS)
        a, b = i[part], j[part]
        cost = stiffness * overlap(atoms[a], atoms[b] + shift[part][:, None, None], nearest[kind[a], :, kind[b]])
        meets = cost.flatten(1).amax(1) > 0
        rows.append(meets.nonzero()[:, 0] + start)
        costs.append(cost[meets])
    if not rows:
        return Overlaps(i, j, atoms.new_zeros(0, atoms.shape[1], atoms.shape[1]))
    kept = torch.cat(rows)
    return Overlaps(i[kept], j[kept], torch.cat(costs))


def choose(own: Tensor, overlaps: Overlaps) -> NDArray[np.int64]:
    """Choose a rotamer for each residue.

    Parameters
    ----------
    own : Tensor, shape=(n, k)
        What each rotamer costs alone.
    overlaps : Overlaps
        What pairs cost.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        The rotamers.
    """
    share = torch.softmax(-own / HOT, 1)
    i, j, cost = overlaps.i, overlaps.j, overlaps.cost
    for temperature in np.geomspace(HOT, COLD, ROUNDS).tolist():
        field = own.clone()
        field.index_add_(0, i, torch.einsum("pab,pb->pa", cost, share[j]))
        field.index_add_(0, j, torch.einsum("pab,pa->pb", cost, share[i]))
        share = KEPT * share + (1 - KEPT) * torch.softmax(-field / temperature, 1)
    return share.argmax(1).cpu().numpy()
