"""Disulfide bonds by the distance of sulfur atoms."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

BRIDGE = 3.0  # Å between sulfurs that are taken for bonded


def find_bridges(sulfurs: NDArray) -> NDArray[np.int64]:
    """Pair the sulfurs that are near, the nearest first and each once.

    Parameters
    ----------
    sulfurs : ndarray, shape=(n, 3), dtype=float
        Positions of SG atoms in Å.

    Returns
    -------
    ndarray, shape=(n_bridges, 2), dtype=int64
        Indices of bonded sulfurs.
    """
    pairs = KDTree(sulfurs).query_pairs(BRIDGE, output_type="ndarray").astype(np.int64)
    length = np.linalg.norm(sulfurs[pairs[:, 0]] - sulfurs[pairs[:, 1]], axis=1)
    taken: set[int] = set()
    chosen = []
    for a, b in pairs[np.lexsort((pairs[:, 1], pairs[:, 0], length))].tolist():
        if not {a, b} & taken:
            taken |= {a, b}
            chosen.append((a, b))
    return np.array(chosen, np.int64).reshape(-1, 2)
