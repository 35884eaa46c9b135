"""Pairs of near points, periodic or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from vesin import NeighborList

MOST = 65_536  # points of a part
SLACK = 1e-6  # of the cutoff, against rounding
IMAGES = np.array(list(product((0.0, -1.0, 1.0), repeat=3)))  # the point itself first
CELLS = 1e5  # of vesin's grid at most (its source); it scales all three directions down alike to get there


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
    if cell is None and len(points) and _too_flat(np.ptp(points, axis=0), cutoff):
        return _scattered(np.asarray(points, np.float64), cutoff, both)
    i, j, distance, images = NeighborList(cutoff=cutoff, full_list=both).compute(
        points=np.asarray(points, np.float64), box=box, periodic=cell is not None, quantities="ijdS"
    )
    return Pairs(np.asarray(i, np.int64), np.asarray(j, np.int64), np.asarray(distance), np.asarray(images), box)


def _too_flat(extent: NDArray, cutoff: float) -> bool:
    """Whether vesin's grid would be left without a cell in one direction, which ends the process (SIGFPE)."""
    cells = np.maximum(np.asarray(extent, np.float64) / cutoff, 1.0)
    shrunk = cells * np.cbrt(CELLS / cells.prod())
    return bool(cells.prod() > CELLS / 8 and shrunk.min() < 4)


def _scattered(points: NDArray[np.float64], cutoff: float, both: bool) -> Pairs:
    """The pairs of few points that are far from each other, without a grid."""
    pairs = KDTree(points).query_pairs(cutoff, output_type="ndarray").astype(np.int64)
    if both:
        pairs = np.concatenate([pairs, pairs[:, ::-1]])
    i, j = pairs.T
    distance = np.linalg.norm(points[j] - points[i], axis=1)
    return Pairs(i, j, distance, np.zeros((len(i), 3), np.int32), np.zeros((3, 3)))


def pairs_by_part(
    points: NDArray, cutoff: float, cell: NDArray | None = None, *, both: bool = False, most: int = MOST
) -> Iterator[Pairs]:
    """Find what `find_pairs` finds, part by part, so that the pairs need not be held all at once.

    Parts are slabs of the longest direction. Each is searched with the images about it and without periodicity, in a
    box of its own: the grid of the search has a limited number of cells, which become coarse in a large box.

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
    most : int
        Points of a part.

    Yields
    ------
    Pairs
        Pairs whose point ``i`` is in the part: all of that point's, if listed from both ends.
    """
    x = np.asarray(points, np.float64)
    box = np.eye(3) if cell is None else np.asarray(cell, np.float64)
    inverse = np.linalg.inv(box)
    reach = cutoff * (1 + SLACK) * np.linalg.norm(inverse, axis=0)  # in fractions of the box
    if len(x) <= most or (cell is not None and reach.max() > 0.5):
        yield find_pairs(x, cutoff, cell, both=both)
        return
    fraction = x @ inverse
    cells = np.floor(fraction) if cell is not None else np.zeros_like(fraction)
    fraction -= cells
    axis = int(np.argmax(np.ptp(fraction, axis=0) / reach))
    order = np.argsort(fraction[:, axis], kind="stable")
    along = fraction[order, axis]
    others = [image for image in IMAGES if not image[axis]] if cell is not None else IMAGES[:1]
    for start in range(0, len(x), most):
        slab = order[start : start + most]
        low, high = along[start] - reach[axis], along[start + len(slab) - 1] + reach[axis]
        rows, images = [], []
        for turn in (0, -1, 1) if cell is not None else (0,):
            near = order[slice(*np.searchsorted(along, (low - turn, high - turn)))]
            for image in others:
                seen = fraction[near] + image
                inside = ((seen >= -reach) & (seen <= 1 + reach)).all(1) if cell is not None else slice(None)
                rows.append(near[inside])
                images.append(np.tile(image + turn * np.eye(3)[axis], (len(rows[-1]), 1)))
        row, image = np.concatenate(rows), np.concatenate(images)
        own = np.zeros(len(x), bool)
        own[slab] = True
        own = own[row] & ~image.any(1)
        move = image - cells[row]
        pairs = find_pairs(x[row] + (move @ box if cell is not None else 0.0), cutoff, both=both)
        i, j = pairs.i, pairs.j
        if not both:  # a pair belongs to its lesser point
            turned = row[i] > row[j]
            i, j = np.where(turned, j, i), np.where(turned, i, j)
        keep = own[i]
        i, j = i[keep], j[keep]
        shift = (move[j] - move[i]).astype(np.int32)
        yield Pairs(row[i], row[j], pairs.distance[keep], shift, box if cell is not None else np.zeros((3, 3)))
