"""Contacts between atoms that no bond explains: which pairs are near, and how near they may come."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity

from unbead.structure.pairs import pairs_by_part

OVERLAP = 0.4  # Å of van der Waals spheres that MolProbity's clash begins at
MARGIN = 0.02  # Å
UNITED_ATOM_MARGIN = (
    0.28  # Å more between two carbons that bear hydrogens: 1 % of such pairs below 4 Å are nearer in crystals
)
SKIN = 0.6  # Å that pairs are looked for beyond their nearest distance


@dataclass(frozen=True)
class Contacts:
    """Pairs of atoms that must keep apart.

    Attributes
    ----------
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Atoms.
    nearest : ndarray, shape=(n_pairs,), dtype=float64
        Least distance in Å.
    shift : ndarray, shape=(n_pairs, 3), dtype=float64
        Lattice vector in Å to add to the second atom.
    """

    pairs: NDArray[np.int64]
    nearest: NDArray[np.float64]
    shift: NDArray[np.float64]


def related(bonds: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """List the pairs at most three bonds apart, as sorted keys ``i * n + j`` with i < j.

    Parameters
    ----------
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.
    n : int
        Number of atoms.

    Returns
    -------
    ndarray, shape=(n_related,), dtype=int64
        Keys.
    """
    i, j = bonds.T
    graph = csr_matrix((np.ones(2 * len(i), np.int32), (np.append(i, j), np.append(j, i))), shape=(n, n))
    near = graph + csr_matrix(identity(n))
    a, b = csr_matrix(near @ near @ near).nonzero()
    return np.sort((a.astype(np.int64) * n + b)[a < b])


def across(ca: NDArray[np.int64], cb: NDArray[np.int64], sg: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """List the pairs at most three bonds apart over disulfides, as keys of `related`.

    Parameters
    ----------
    ca, cb, sg : ndarray, shape=(n_disulfides, 2), dtype=int64
        Atoms of both cysteines.
    n : int
        Number of atoms.

    Returns
    -------
    ndarray, shape=(6 n_disulfides,), dtype=int64
        Keys.
    """
    ends = [(sg, sg), (sg, cb), (cb, sg), (cb, cb), (sg, ca), (ca, sg)]
    pairs = np.sort(np.concatenate([np.stack([a[:, 0], b[:, 1]], 1) for a, b in ends]), 1)
    return pairs[:, 0] * n + pairs[:, 1]


def find_contacts(
    positions: NDArray,
    radius: NDArray[np.float64],
    united_atom: NDArray[np.bool_],
    excluded: NDArray[np.int64],
    cell: NDArray | None,
) -> Contacts:
    """Find the pairs that are, or may soon be, too near.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å.
    radius : ndarray, shape=(n_atoms,), dtype=float64
        Van der Waals radii in Å.
    united_atom : ndarray, shape=(n_atoms,), dtype=bool
        Carbons that bear hydrogens.
    excluded : ndarray, shape=(n_related,), dtype=int64
        Sorted keys of `related`.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    Contacts
        Pairs within reach, in increasing order.
    """
    n = len(positions)
    reach = 2 * float(radius.max()) - OVERLAP + MARGIN + UNITED_ATOM_MARGIN + SKIN
    keys, distances, leasts, shifts = [], [], [], []
    for pairs in pairs_by_part(positions, reach, cell):
        i, j = pairs.i, pairs.j
        nearest = radius[i] + radius[j] - OVERLAP + MARGIN + UNITED_ATOM_MARGIN * (united_atom[i] & united_atom[j])
        key = np.minimum(i, j) * n + np.maximum(i, j)
        place = np.minimum(np.searchsorted(excluded, key), max(len(excluded) - 1, 0))
        free = (pairs.distance < nearest + SKIN) & (excluded[place] != key if len(excluded) else True) & (i != j)
        rows = np.flatnonzero(free)
        keys.append(key[rows])
        distances.append(pairs.distance[rows])
        leasts.append(nearest[rows])
        shifts.append(np.where((i > j)[rows, None], -1.0, 1.0) * pairs.shift(rows))
    key = np.concatenate(keys)
    order = np.lexsort((np.concatenate(distances), key))  # sums over pairs must not depend on the search
    key = key[order]
    return Contacts(np.stack([key // n, key % n], 1), np.concatenate(leasts)[order], np.concatenate(shifts)[order])
