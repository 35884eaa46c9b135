"""Disulfide bonds by the distance of sulfur atoms."""

import numpy as np
from numpy.typing import NDArray
from vesin import NeighborList

BRIDGE = 3.0  # Å between sulfurs that are taken for bonded


def find_bridges(sulfurs: NDArray, cell: NDArray[np.float64] | None = None) -> NDArray[np.int64]:
    """Pair the sulfurs that are near, the nearest first and each once.

    Parameters
    ----------
    sulfurs : ndarray, shape=(n, 3), dtype=float
        Positions of SG atoms in Å.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n_bridges, 2), dtype=int64
        Indices of bonded sulfurs.
    """
    if len(sulfurs) < 2:
        return np.zeros((0, 2), np.int64)
    search = NeighborList(cutoff=BRIDGE, full_list=False)
    box = np.zeros((3, 3)) if cell is None else np.asarray(cell, np.float64)
    i, j, d = search.compute(
        points=np.asarray(sulfurs, np.float64), box=box, periodic=cell is not None, quantities="ijd"
    )
    taken: set[int] = set()
    chosen = []
    for k in np.lexsort((j, i, d)).tolist():
        pair = {int(i[k]), int(j[k])}
        if len(pair) == 2 and not pair & taken:
            taken |= pair
            chosen.append(sorted(pair))
    return np.array(chosen, np.int64).reshape(-1, 2)
