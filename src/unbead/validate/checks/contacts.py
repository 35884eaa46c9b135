"""Atoms that are too near each other."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity
from scipy.spatial import KDTree

from unbead.chem.amino import Slots, slot_elements
from unbead.chem.elements import VDW_RADII
from unbead.validate.checks.bonds import Bonds
from unbead.validate.finding import Finding

CONTACT = 1.2  # Å
NEIGHBOURS = 5.0  # Å, within which pairs count for the share of contacts
OVERLAP = 0.4  # Å of van der Waals spheres
REACH = 3.3  # Å, beyond which heavy atoms neither overlap by 0.4 Å nor are bonded


def slot_radii(slots: Slots, table: dict[str, float]) -> NDArray[np.float64]:
    """Look up a radius for every slot.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    table : dict of str to float
        Radii in Å by element.

    Returns
    -------
    ndarray, shape=(n * 14,), dtype=float64
        Radii in Å, 0 for slots that the residue does not have.
    """
    elements = slot_elements()
    radii = np.array([[table.get(str(e), 0.0) for e in row] for row in elements])
    return radii[slots.kind].reshape(-1)


def near_pairs(slots: Slots) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find pairs of atoms within 3.3 Å, bonded or not.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n_pairs, 2), dtype=int64
        Flat slots, the smaller first.
    ndarray, shape=(n_pairs,), dtype=float64
        Distances in Å.
    """
    flat, present = _points(slots)
    pairs = present[KDTree(flat[present]).query_pairs(REACH, output_type="ndarray")]
    return np.sort(pairs, 1), np.linalg.norm(flat[pairs[:, 0]] - flat[pairs[:, 1]], axis=1)


def contacts(slots: Slots, bonds: Bonds, pairs: NDArray[np.int64], distance: NDArray) -> dict[str, Finding]:
    """Find non-bonded pairs nearer than 1.2 Å, and overlaps above 0.4 Å of atoms more than three bonds apart.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    bonds : Bonds
        Their bonds.
    pairs, distance : ndarray
        What `near_pairs` found.

    Returns
    -------
    dict of str to Finding
        ``contacts``, tested among all pairs within 5 Å, and ``overlaps``, tested per atom.
    """
    flat, present = _points(slots)
    place = np.full(len(flat), -1)
    place[present] = np.arange(len(present))
    tree = KDTree(flat[present])
    n = len(present)
    i, j = place[bonds.pairs].T
    graph = csr_matrix((np.ones(2 * len(i), int), (np.append(i, j), np.append(j, i))), shape=(n, n))
    near = graph + csr_matrix(identity(n))
    overlap = slot_radii(slots, VDW_RADII)[pairs].sum(1) - distance
    close, over = distance < CONTACT, overlap > OVERLAP
    close[close] = ~_linked(graph, place[pairs[close]])
    over[over] = ~_linked(csr_matrix(near @ near @ near), place[pairs[over]])
    within = (int(tree.count_neighbors(tree, NEIGHBOURS)) - n) // 2 if n else 0
    return {
        "contacts": Finding(pairs[close], within, -distance[close]),
        "overlaps": Finding(pairs[over], n, overlap[over]),
    }


def _points(slots: Slots) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return slots.positions.reshape(-1, 3).astype(np.float64), np.flatnonzero(slots.present.reshape(-1))


def _linked(graph: csr_matrix, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs the graph joins."""
    if not len(pairs):  # sparse matrices do not take empty indices
        return np.zeros(0, bool)
    return np.asarray(graph[pairs[:, 0], pairs[:, 1]]).ravel() > 0
