"""Disulfide bonds by the distance of sulfur atoms."""

import numpy as np
from numpy.typing import NDArray

from unbead.structure.pairs import find_pairs

BRIDGE = 3.0  # Å between sulfurs that are taken for bonded while atoms still move
BONDED = 2.5  # Å between those of a finished structure; the bond is 2.05 Å long


def find_bridges(
    sulfurs: NDArray, cell: NDArray[np.float64] | None = None, longest: float = BRIDGE
) -> NDArray[np.int64]:
    """Pair the sulfurs that are near, the nearest first and each once.

    Parameters
    ----------
    sulfurs : ndarray, shape=(n, 3), dtype=float
        Positions of SG atoms in Å.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows.
    longest : float
        Distance in Å beyond which two are not bonded.

    Returns
    -------
    ndarray, shape=(n_bridges, 2), dtype=int64
        Indices of bonded sulfurs.
    """
    if len(sulfurs) < 2:
        return np.zeros((0, 2), np.int64)
    near = find_pairs(sulfurs, longest, cell)
    taken: set[int] = set()
    chosen = []
    for k in np.lexsort((near.j, near.i, near.distance)).tolist():
        pair = {int(near.i[k]), int(near.j[k])}
        if len(pair) == 2 and not pair & taken:
            taken |= pair
            chosen.append(sorted(pair))
    return np.array(chosen, np.int64).reshape(-1, 2)
