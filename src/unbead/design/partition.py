"""Parts of a molecule, each a bead: functions of its bond graph.

Every function returns the owner of each atom, beads numbered by their first atom.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from unbead.errors import UnbeadError
from unbead.extras import require


def scattered(rng: np.random.Generator, n_atoms: int, n_beads: int) -> NDArray[np.int64]:
    """Draw any partition, whatever the bonds.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n_atoms, n_beads : int
        Atoms and beads; no bead is empty.

    Returns
    -------
    ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    """
    owner = rng.integers(n_beads, size=n_atoms)
    owner[rng.choice(n_atoms, n_beads, replace=False)] = np.arange(n_beads)
    return in_order(owner)


def contiguous(
    rng: np.random.Generator, n_atoms: int, bonds: NDArray[np.int64], n_beads: int, seeds: Sequence[int] | None = None
) -> NDArray[np.int64]:
    """Grow connected parts from random atoms.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n_atoms : int
        Atoms of one connected molecule.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.
    n_beads : int
        Parts.
    seeds : sequence of int, optional
        Atoms that parts may grow from; any if not given.

    Returns
    -------
    ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    """
    bonded: list[list[int]] = [[] for _ in range(n_atoms)]
    for a, b in bonds.tolist():
        bonded[a].append(b)
        bonded[b].append(a)
    owner = np.full(n_atoms, -1)
    owner[rng.choice(np.arange(n_atoms) if seeds is None else seeds, n_beads, replace=False)] = np.arange(n_beads)
    while (owner < 0).any():
        i = rng.choice(np.flatnonzero(owner < 0))
        around = [owner[j] for j in bonded[i] if owner[j] >= 0]
        if around:
            owner[i] = rng.choice(around)
    return in_order(owner)


def communities(n_atoms: int, bonds: NDArray[np.int64], n_beads: int) -> NDArray[np.int64]:
    """Cut the bonds that most shortest paths cross, until there are enough parts (Girvan and Newman, PNAS 2002).

    Parameters
    ----------
    n_atoms : int
        Atoms of one connected molecule.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.
    n_beads : int
        Parts, at most as many as atoms.

    Returns
    -------
    ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom; connected parts.
    """
    networkx = require("networkx", "train")
    graph = networkx.Graph()
    graph.add_nodes_from(range(n_atoms))
    graph.add_edges_from(bonds.tolist())
    owner = np.zeros(n_atoms, np.int64)
    if n_beads > 1:  # the first division is into two
        parts = next(islice(networkx.community.girvan_newman(graph), n_beads - 2, None))
        for bead, members in enumerate(parts):
            owner[list(members)] = bead
    return in_order(owner)


def by_heavy_atom(
    elements: Sequence[str], bonds: NDArray[np.int64], x: NDArray[np.floating]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each heavy atom a bead of its own, with its hydrogens.

    Parameters
    ----------
    elements : sequence of str
        Element symbols.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds of one connected molecule.
    x : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å, for hydrogens with several neighbours.

    Returns
    -------
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    centres : ndarray, shape=(n_beads,), dtype=int64
        The heavy atom of each bead.

    Raises
    ------
    UnbeadError
        If there is none.
    """
    heavy = np.flatnonzero(np.array(elements) != "H")
    if not len(heavy):
        raise UnbeadError("no heavy atom to make a bead of; choose --method contiguous")
    return _by_nearest(bonds, heavy, x)


def by_alpha(
    names: NDArray[np.str_], residue_index: NDArray[np.int64], bonds: NDArray[np.int64], x: NDArray[np.floating]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each residue that has N, CA and C a bead at its CA; all else goes to the nearest along the bonds.

    Parameters
    ----------
    names : ndarray, shape=(n_atoms,), dtype=str
        Atom names of a protein.
    residue_index : ndarray, shape=(n_atoms,), dtype=int64
        Residue of each atom.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds of one connected molecule.
    x : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å, for groups as near to one residue as to another.

    Returns
    -------
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    centres : ndarray, shape=(n_beads,), dtype=int64
        The CA of each bead.

    Raises
    ------
    UnbeadError
        If there is none.
    """
    backbone = [set(residue_index[names == name].tolist()) for name in ("N", "CA", "C")]
    residues = set.intersection(*backbone)
    alpha = np.array([i for i in np.flatnonzero(names == "CA") if int(residue_index[i]) in residues], np.int64)
    if not len(alpha):
        raise UnbeadError("no residue with N, CA and C; --method alpha is for proteins")
    bead = {int(residue_index[i]): k for k, i in enumerate(alpha)}
    own = np.array([bead.get(int(residue), -1) for residue in residue_index])
    owner, _ = _by_nearest(bonds, np.flatnonzero(own >= 0), x)
    inner = own[np.flatnonzero(own >= 0)]
    return inner[owner], alpha


def in_order(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number beads by their first atom.

    Parameters
    ----------
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.

    Returns
    -------
    ndarray, shape=(n_atoms,), dtype=int64
        The same partition.
    """
    _, first, bead = np.unique(owner, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[bead]


def count_pieces(owner: NDArray[np.int64], bonds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the pieces of each bead.

    Parameters
    ----------
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.

    Returns
    -------
    ndarray, shape=(n_beads,), dtype=int64
        One for beads that hang together.
    """
    inner = bonds[owner[bonds[:, 0]] == owner[bonds[:, 1]]]
    _, piece = connected_components(_matrix(len(owner), inner, np.ones(len(inner))), directed=False)
    _, first = np.unique(piece, return_index=True)
    return np.bincount(owner[first], minlength=int(owner.max()) + 1)


def _by_nearest(
    bonds: NDArray[np.int64], centres: NDArray[np.int64], x: NDArray[np.floating]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each atom to the centre that is the fewest bonds away, of equals the one along the shortest bonds."""
    lengths = np.linalg.norm(np.diff(x[bonds], axis=1)[:, 0], axis=1)
    longest = 1 + lengths.sum()
    away = dijkstra(_matrix(len(x), bonds, longest + lengths), directed=False, indices=centres)
    return away.argmin(0), centres


def _matrix(n: int, bonds: NDArray[np.int64], values: NDArray[np.floating]) -> csr_matrix:
    return csr_matrix((values, (bonds[:, 0], bonds[:, 1])), shape=(n, n))
