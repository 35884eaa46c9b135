"""Atoms of other force fields under the names of a template: by the bond graph, then by handedness."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template
from unbead.errors import UnbeadError
from unbead.extras import require


def rename(
    elements: Sequence[str], bonds: Sequence[tuple[int, int]], x: NDArray[np.floating], known: Template
) -> NDArray[np.int64]:
    """Find the heavy atoms of a template in molecules of one kind.

    Where the bond graph leaves a choice, that way is taken in which most handed centres are as in the template.

    Parameters
    ----------
    elements : sequence of str
        Element symbols of the molecules' atoms.
    bonds : sequence of (int, int)
        Their bonds.
    x : ndarray, shape=(n_molecules, n_atoms, 3), dtype=float
        Positions in Å; molecules are whole.
    known : Template
        The template.

    Returns
    -------
    ndarray, shape=(n_heavy,), dtype=int64
        Index of each of the template's heavy atoms among the molecules' atoms.

    Raises
    ------
    UnbeadError
        If the molecules have other heavy atoms or bonds than the template.
    """
    networkx = require("networkx", "train")
    n = known.n_heavy
    goal = _graph(known.elements[:n], [(a, b) for a, b in known.bonds.tolist() if max(a, b) < n])
    own = _graph(elements, bonds).subgraph([i for i, element in enumerate(elements) if element != "H"])
    quads, expected = _handed(known)
    matcher = networkx.isomorphism.GraphMatcher(goal, own, node_match=lambda a, b: a["element"] == b["element"])
    ways = [np.array([image[i] for i in range(n)]) for image in matcher.isomorphisms_iter()]
    if not ways:
        raise UnbeadError(f"{known.name}: the bonds of the molecule are not those of the template; check its name")
    right = [(np.sign(volumes(x[:, order], quads)) == expected).sum() for order in ways]
    return ways[int(np.argmax(right))]


def same_isomer(x: NDArray[np.floating], known: Template) -> NDArray[np.bool_]:
    """Tell which molecules are the isomer that the template is.

    Parameters
    ----------
    x : ndarray, shape=(n_molecules, n_heavy, 3), dtype=float
        Heavy atoms in Å, in the template's order.
    known : Template
        The template.

    Returns
    -------
    ndarray, shape=(n_molecules,), dtype=bool
        Molecules whose handed centres and double bonds (cis, trans) are those of the template.
    """
    quads, expected = _handed(known)
    double = double_bonds(known)
    handed = (np.sign(volumes(x, quads)) == expected).all(1)
    return handed & (is_cis(x, double) == is_cis(known.coordinates[None], double)).all(1)


def _handed(known: Template) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    quads = np.concatenate([known.chiral, known.prochiral])
    quads = quads[(quads < known.n_heavy).all(1)]
    return quads, np.sign(volumes(known.coordinates[None], quads))


def volumes(x: NDArray[np.floating], quads: NDArray[np.int64]) -> NDArray[np.floating]:
    """Compute signed volumes at centres; the sign is the handedness.

    Parameters
    ----------
    x : ndarray, shape=(n_molecules, n_atoms, 3), dtype=float
        Positions in Å.
    quads : ndarray, shape=(n_quads, 4), dtype=int64
        A centre and three neighbours.

    Returns
    -------
    ndarray, shape=(n_molecules, n_quads), dtype=float
        Triple products in Å³.
    """
    centre, a, b, c = (x[:, quads[:, k]] for k in range(4))
    return (np.cross(a - centre, b - centre) * (c - centre)).sum(-1)


@cache
def double_bonds(known: Template) -> NDArray[np.int64]:
    """List the dihedral angles at double bonds between carbons, cis or trans.

    Parameters
    ----------
    known : Template
        A template.

    Returns
    -------
    ndarray, shape=(n, 4), dtype=int64
        Heavy atoms along the bonds; those in rings are listed too.
    """
    near: dict[int, set[int]] = {i: set() for i in range(known.n_heavy)}
    for a, b in known.bonds.tolist():
        if max(a, b) < known.n_heavy:
            near[a].add(b)
            near[b].add(a)
    rows = {
        (i, j, k, m)
        for group in map(set, known.planar)
        for j in group
        for k in near[j] & group
        for i in near[j] & group - {k}
        for m in near[k] & group - {j, i}
        if j < k and known.elements[j] == known.elements[k] == "C"
    }
    return np.array(sorted(rows), np.int64).reshape(-1, 4)


def is_cis(x: NDArray[np.floating], quads: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell on which side of a bond the outer atoms are.

    Parameters
    ----------
    x : ndarray, shape=(n_molecules, n_atoms, 3), dtype=float
        Positions in Å.
    quads : ndarray, shape=(n_quads, 4), dtype=int64
        Atoms along bonds.

    Returns
    -------
    ndarray, shape=(n_molecules, n_quads), dtype=bool
        True where the dihedral angle is less than 90° either way.
    """
    a, b, c, d = (x[:, quads[:, k]] for k in range(4))
    axis = c - b
    return (np.cross(a - b, axis) * np.cross(d - c, axis)).sum(-1) > 0


def _graph(elements: Sequence[str], bonds: Sequence[tuple[int, int]]) -> Any:
    graph = require("networkx", "train").Graph()
    graph.add_nodes_from((i, {"element": element}) for i, element in enumerate(elements))
    graph.add_edges_from(bonds)
    return graph
