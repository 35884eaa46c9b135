"""Bonds that distances show, and molecules put together along them."""

from collections.abc import Sequence

import numpy as np
from MDAnalysis.lib.distances import self_capped_distance
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from unbead.chem.elements import COVALENT_RADII
from unbead.structure.unwrap import SMALLEST, nearest_images

STRETCH = 1.25  # of the sum of covalent radii, within which atoms are bonded
RADIUS = 0.76  # Å, of elements that the table lacks: carbon's


def bonds_by_distance(
    elements: Sequence[str], x: NDArray[np.floating], box: NDArray[np.float32] | None = None
) -> NDArray[np.int64]:
    """Find bonds: atoms nearer than 1.25 times the sum of their covalent radii, hydrogens to the nearest alone.

    Parameters
    ----------
    elements : sequence of str
        Element symbols.
    x : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees; bonds reach through its faces if it is 20 Å wide.

    Returns
    -------
    ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms, sorted, the lower first.
    """
    radius = np.array([COVALENT_RADII.get(element, RADIUS) for element in elements])
    light = np.array([element == "H" for element in elements], bool)
    periodic = None if box is None or box[:3].min() < SMALLEST else box
    reach = 2 * STRETCH * float(radius.max(initial=0.1))
    pairs, apart = self_capped_distance(np.asarray(x, np.float32), reach, box=periodic)
    pairs = np.sort(np.asarray(pairs, np.int64).reshape(-1, 2), 1)
    close = (apart < STRETCH * radius[pairs].sum(1)) & ~light[pairs].all(1)
    pairs, apart = pairs[close], apart[close]
    order = np.argsort(apart, kind="stable")
    pairs = pairs[order]
    keep, taken = np.ones(len(pairs), bool), set()
    for k, pair in enumerate(pairs.tolist()):
        hydrogen = next((i for i in pair if light[i]), None)
        keep[k] = hydrogen not in taken
        if hydrogen is not None:
            taken.add(hydrogen)
    pairs = pairs[keep]
    return pairs[np.lexsort(pairs.T[::-1])]


def whole_along_bonds(
    x: NDArray[np.floating], bonds: NDArray[np.int64], box: NDArray[np.float32] | None
) -> NDArray[np.float64]:
    """Put each atom beside the one that it is bonded to, from the first on.

    Parameters
    ----------
    x : ndarray, shape=(n_molecules, n_atoms, 3), dtype=float
        Positions in Å of molecules of one kind.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds that join the atoms of each.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.

    Returns
    -------
    ndarray, shape=(n_molecules, n_atoms, 3), dtype=float64
        Whole molecules.
    """
    whole, n = x.astype(np.float64), x.shape[1]
    if box is None:
        return whole
    graph = csr_matrix((np.ones(len(bonds)), (bonds[:, 0], bonds[:, 1])), shape=(n, n))
    order, before = breadth_first_order(graph, 0, directed=False)
    child, parent = order[1:], before[order[1:]]
    steps = nearest_images((whole[:, child] - whole[:, parent]).reshape(-1, 3), box).reshape(len(whole), -1, 3)
    for k, (a, b) in enumerate(zip(child, parent, strict=True)):
        whole[:, a] = whole[:, b] + steps[:, k]
    return whole
