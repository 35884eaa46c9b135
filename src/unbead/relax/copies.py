"""Copies of one molecule in a system, and conformers laid onto their beads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from unbead.chem.templates import Template, template
from unbead.graph.neighbours import find_neighbours
from unbead.mapping.assemble import Assembly
from unbead.reconstruct.complete import superpose

FADE = 0.1  # weight of a bead, for the turn of another one's atoms, per step along the bonds between beads
LINE = 0.3  # Å; beads nearer to a line tell nothing of the turn about it
HINT = 1e-3  # weight of what is around, which decides only what the beads leave open
VIEW = 12.0  # Å in which is looked for it
SEEN = 24  # beads
ASIDE = 0.9  # cosine of the angle between two directions, at most


@dataclass(frozen=True)
class Copies:
    """All residues of one name.

    Attributes
    ----------
    known : Template
        Their template.
    residues : ndarray, shape=(n_copies,), dtype=int64
        Index of each residue.
    atoms : ndarray, shape=(n_copies, n_heavy), dtype=int64
        Their atoms.
    beads : ndarray, shape=(n_copies, n_slots), dtype=int64
        Their beads, in the same order in every copy.
    weights : ndarray, shape=(n_slots, n_heavy), dtype=float64
        The mapping M of one copy.
    owner : ndarray, shape=(n_heavy,), dtype=int64
        Slot of the bead that places each atom.
    """

    known: Template
    residues: NDArray[np.int64]
    atoms: NDArray[np.int64]
    beads: NDArray[np.int64]
    weights: NDArray[np.float64]
    owner: NDArray[np.int64]


def find_copies(assembly: Assembly, residues: NDArray[np.bool_]) -> list[Copies]:
    """Sort residues by name.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    residues : ndarray, shape=(n_residues,), dtype=bool
        The residues that are asked for.

    Returns
    -------
    list of Copies
        One for each residue name.
    """
    m = assembly.operator
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(residues)))
    entry_residue = assembly.atoms.residue_index[m.atom]
    names = assembly.atoms.residues.names
    found = []
    for name in np.unique(names[residues]):
        rows = np.flatnonzero(residues & (names == name) & (assembly.template_names != ""))
        if not len(rows):
            continue
        known = template(str(assembly.template_names[rows[0]]))
        assert known is not None, f"no template for {name}"
        atoms = first[rows][:, None] + np.arange(known.n_heavy)
        entries = np.flatnonzero(np.isin(entry_residue, rows))
        entries = entries[np.argsort(entry_residue[entries], kind="stable")].reshape(len(rows), -1)
        _, where, slot = np.unique(m.bead[entries[0]], return_index=True, return_inverse=True)
        beads = m.bead[entries][:, where]
        weights = np.zeros((len(where), known.n_heavy))
        weights[slot, m.atom[entries[0]] - atoms[0, 0]] = m.weight[entries[0]]
        owner = np.searchsorted(beads[0], assembly.owner[atoms[0]])
        found.append(Copies(known, rows, atoms, beads, weights, owner))
    return found


def lay_conformer(
    copies: Copies, conformer: NDArray[np.float64], beads: NDArray[np.float64], hints: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Lay a conformer onto the beads of copies, the atoms of each bead as a piece of its own.

    A piece is shifted to its bead and turned as fits the beads around it best, the nearer along the bonds the more.

    Parameters
    ----------
    copies : Copies
        The copies.
    conformer : ndarray, shape=(n_heavy, 3), dtype=float64
        Heavy atoms in Å.
    beads : ndarray, shape=(n_copies, n_slots, 3), dtype=float64
        Beads in Å.
    hints : ndarray, shape=(n_copies, 2, 3), dtype=float64, or None
        Directions, from `surroundings`, for molecules whose beads are on a line.

    Returns
    -------
    ndarray, shape=(n_copies, n_heavy, 3), dtype=float64
        Atoms in Å; bonds between pieces are not closed.
    """
    centres = copies.weights @ conformer
    steps = _steps(copies)
    mobile, target = centres, beads
    if hints is not None:
        middle = conformer.mean(0)
        axes = np.linalg.svd(conformer - middle)[2][:2]
        mobile = np.concatenate([centres, centres.mean(0) + axes])
        target = np.concatenate([beads, beads.mean(1, keepdims=True) + hints], 1)
    laid = np.zeros((len(beads), len(conformer), 3))
    for slot in range(len(centres)):
        mine = np.flatnonzero(copies.owner == slot)
        weight = FADE ** steps[slot]
        if hints is not None:
            weight = np.append(weight, [HINT, HINT / 10])
        rotation, _ = superpose(mobile, target, weight)
        laid[:, mine] = (conformer[mine] - centres[slot]) @ rotation + beads[:, slot, None]
    return laid


def on_a_line(points: NDArray[np.float64]) -> bool:
    """Whether points are on one line, so that a turn about it changes nothing.

    Parameters
    ----------
    points : ndarray, shape=(n, 3), dtype=float64
        Points in Å.

    Returns
    -------
    bool
        True also for a single point, and for two.
    """
    size = np.linalg.svd(points - points.mean(0), compute_uv=False)
    return len(points) < 3 or bool(size[1] < LINE)


def surroundings(
    positions: NDArray, residue: NDArray[np.int64], beads: NDArray[np.int64], cell: NDArray | None
) -> NDArray[np.float64]:
    """Give molecules two directions that turn with the system: to the nearest beads of others.

    Parameters
    ----------
    positions : ndarray, shape=(n_beads, 3), dtype=float
        All beads in Å.
    residue : ndarray, shape=(n_beads,), dtype=int64
        Residue of each bead.
    beads : ndarray, shape=(n_copies, n_slots), dtype=int64
        Beads of the molecules.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n_copies, 2, 3), dtype=float64
        Unit vectors that are not on a line; the axes x and y where nothing is within 12 Å.
    """
    near = find_neighbours(positions, SEEN, VIEW, cell)
    mine = beads[:, 0]
    arrow = positions[near.index[mine]] + near.shift[mine] - positions[mine][:, None]
    other = (near.mask[mine] > 0) & (residue[near.index[mine]] != residue[mine][:, None])
    size = np.linalg.norm(arrow, axis=2, keepdims=True).clip(1e-6)
    way = arrow / size
    found = np.tile(np.eye(3)[:2], (len(mine), 1, 1))
    for k in range(2):
        first = other.argmax(1)
        there = np.flatnonzero(other.any(1))
        found[there, k] = way[there, first[there]]
        other &= np.abs((way * found[:, k, None]).sum(2)) < ASIDE
    return found


def _steps(copies: Copies) -> NDArray[np.float64]:
    """Steps from bead to bead, of which neighbours share an atom or a bond."""
    n = len(copies.owner)
    bonds = copies.known.bonds[(copies.known.bonds < n).all(1)]
    inside = (copies.weights > 0) | (np.arange(len(copies.weights))[:, None] == copies.owner)
    spread = inside.copy()
    for a, b in (bonds.T, bonds.T[::-1]):
        np.logical_or.at(spread.T, a, inside.T[b])
    steps = shortest_path(csr_matrix(spread.astype(float) @ inside.T.astype(float)), unweighted=True, directed=False)
    return np.minimum(steps, len(copies.weights))
