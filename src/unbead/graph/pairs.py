"""Pairs of near points, periodic or not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vesin import NeighborList


@dataclass(frozen=True)
class Pairs:
    """Pairs of points.

    Attributes
    ----------
    i, j : ndarray, shape=(n_pairs,), dtype=int64
        Points. In a small box a point may meet several images of another, and its own.
    distance : ndarray, shape=(n_pairs,), dtype=float64
        Distances in Å.
    images : ndarray, shape=(n_pairs, 3), dtype=int32
        Box vectors that lead to the image of point ``j``.
    box : ndarray, shape=(3, 3), dtype=float64
        Box vectors in Å as rows; zero without periodicity.
    """

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    distance: NDArray[np.float64]
    images: NDArray[np.int32]
    box: NDArray[np.float64]

    def shift(self, rows: Any = slice(None)) -> NDArray[np.float64]:
        """Return the lattice vectors in Å to add to point ``j`` of some pairs.

        Parameters
        ----------
        rows : mask, indices or slice
            Which pairs; all if not given.

        Returns
        -------
        ndarray, shape=(n_rows, 3), dtype=float64
            Lattice vectors.
        """
        return self.images[rows].astype(np.float64) @ self.box


def find_pairs(points: NDArray, cutoff: float, cell: NDArray | None = None, *, both: bool = False) -> Pairs:
    """Find all pairs within a distance, in time that grows with the number of points.

    Parameters
    ----------
    points : ndarray, shape=(n, 3), dtype=float
        Positions in Å, in the cell or out of it.
    cutoff : float
        Distance in Å; it may exceed the cell.
    cell : ndarray, shape=(3, 3), dtype=float, optional
        Box vectors in Å as rows; without it nothing is periodic.
    both : bool
        Whether each pair is listed from both ends.

    Returns
    -------
    Pairs
        The pairs, in no particular order.
    """
    box = np.zeros((3, 3)) if cell is None else np.asarray(cell, np.float64)
    i, j, distance, images = NeighborList(cutoff=cutoff, full_list=both).compute(
        points=np.asarray(points, np.float64), box=box, periodic=cell is not None, quantities="ijdS"
    )
    return Pairs(np.asarray(i, np.int64), np.asarray(j, np.int64), np.asarray(distance), np.asarray(images), box)
