"""Fixed-size neighbour rows: the nearest beads within a radius, periodic or not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.structure.pairs import pairs_by_part


@dataclass(frozen=True)
class Neighbours:
    """The `k` nearest neighbours of every bead.

    Attributes
    ----------
    index : ndarray, shape=(n_beads, k), dtype=int64
        Neighbours by increasing distance; a bead's own index where there are fewer than `k`.
    mask : ndarray, shape=(n_beads, k), dtype=float32
        1 for neighbours, 0 for padding.
    shift : ndarray, shape=(n_beads, k, 3), dtype=float32
        Lattice vector in Å to add to the neighbour's position.
    reach : ndarray, shape=(n_beads,), dtype=float32
        Where a bead's view ends: the distance of its neighbour ``k + 1``, or the radius if there is none.
        Interactions fade to zero there, so rows may change without a jump in the answer.
    """

    index: NDArray[np.int64]
    mask: NDArray[np.float32]
    shift: NDArray[np.float32]
    reach: NDArray[np.float32]


def find_neighbours(positions: NDArray, k: int, radius: float, cell: NDArray | None = None) -> Neighbours:
    """Find the nearest neighbours of every bead.

    Parameters
    ----------
    positions : ndarray, shape=(n_beads, 3), dtype=float
        Bead positions in Å.
    k : int
        Neighbours kept per bead.
    radius : float
        Radius in Å beyond which beads never see each other.
    cell : ndarray, shape=(3, 3), dtype=float, optional
        Box vectors in Å as rows; without it the system is not periodic.

    Returns
    -------
    Neighbours
        Rows ordered by distance, ties by index.
    """
    n = len(positions)
    index = np.repeat(np.arange(n, dtype=np.int64)[:, None], k, axis=1)
    mask = np.zeros((n, k), np.float32)
    shift = np.zeros((n, k, 3), np.float32)
    reach = np.full(n, radius, np.float32)
    for pairs in pairs_by_part(positions, radius, cell, both=True):
        order = np.lexsort((pairs.j, pairs.distance, pairs.i))
        i, j, d = pairs.i[order], pairs.j[order], pairs.distance[order]
        rank = np.arange(len(i)) - np.searchsorted(i, i)  # place of each pair in its own row
        reach[i[rank == k]] = d[rank == k]
        near = rank < k
        index[i[near], rank[near]] = j[near]
        mask[i[near], rank[near]] = 1.0
        shift[i[near], rank[near]] = pairs.shift(order[near])
    return Neighbours(index, mask, shift, reach)
