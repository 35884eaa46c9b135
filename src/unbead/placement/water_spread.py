"""Waters that are too near part, and stay about their beads."""

import numpy as np
from numpy.typing import NDArray

from unbead.structure.pairs import pairs_by_part

TOUCH = 0.34  # Å that van der Waals spheres may overlap: 2.70 Å between oxygens, the foot of the first peak in water
SKIN = 0.5  # Å that pairs are looked for beyond their least distance
FULL = 0.1  # Å within its least distance at which a pair counts as one contact
ROUNDS, STEPS = 4, 10


def spread(
    points: NDArray,
    radius: NDArray[np.float64],
    group: NDArray[np.int64],
    n_groups: int,
    cell: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Move the first points apart from each other and from the others; the mean of a group stays where it is.

    Parameters
    ----------
    points : ndarray, shape=(n, 3), dtype=float
        Positions in Å; those beyond the length of `group` do not move.
    radius : ndarray, shape=(n,), dtype=float64
        Radii in Å; the least distance of two points is the sum of theirs less 0.34 Å.
    group : ndarray, shape=(n_moving,), dtype=int64
        Group of each point that may move.
    n_groups : int
        Number of groups.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n_moving, 3), dtype=float64
        New positions.
    """
    n = len(group)
    x = np.array(points, np.float64)
    size = np.maximum(np.bincount(group, minlength=n_groups), 1)
    reach = (radius[:n].max() if n else 0.0) + radius.max(initial=0.0) - TOUCH + SKIN
    for _ in range(ROUNDS if n else 0):
        i, j, nearest, shift = _near(x, radius, n, reach, cell)
        both = np.where((i < n) & (j < n), 0.5, 1.0)  # the share of one that moves alone
        for _ in range(STEPS):
            arrow = x[j] + shift - x[i]
            distance = np.linalg.norm(arrow, axis=1)
            close = np.flatnonzero(distance < nearest)
            if not len(close):
                break
            a, b = i[close], j[close]
            lacking = (nearest - distance)[close]
            push = arrow[close] * (both[close] * lacking / np.maximum(distance[close], 1e-3))[:, None]
            share = np.minimum(lacking / FULL, 1.0)  # contacts come and go smoothly
            contacts = np.sqrt(np.maximum(np.bincount(a, share, len(x)) + np.bincount(b, share, len(x)), 1))
            for axis in range(3):
                move = np.bincount(b, push[:, axis], len(x)) - np.bincount(a, push[:, axis], len(x))
                move = (move / contacts)[:n]
                x[:n, axis] += move - (np.bincount(group, move, n_groups) / size)[group]
    return x[:n]


def _near(
    x: NDArray[np.float64], radius: NDArray[np.float64], n: int, reach: float, cell: NDArray[np.float64] | None
) -> tuple[NDArray, ...]:
    """Pairs with at least one of the first n points: both points, least distances and lattice vectors."""
    found = []
    for pairs in pairs_by_part(x, reach, cell):
        nearest = radius[pairs.i] + radius[pairs.j] - TOUCH
        near = (pairs.distance < nearest + SKIN) & ((pairs.i < n) | (pairs.j < n)) & (pairs.i != pairs.j)
        found.append((pairs.i[near], pairs.j[near], nearest[near], pairs.shift(near)))
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))
