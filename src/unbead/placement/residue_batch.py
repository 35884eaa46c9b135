"""Copies of one molecule in a system, and conformers laid onto their beads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from unbead.chem.templates import Template, template
from unbead.chem.torsions.rotatable_bonds import conformers
from unbead.mapping.assemble import Assembly
from unbead.structure.neighbours import find_neighbours
from unbead.structure.superpose import superpose

FADE = 0.1  # weight of a bead, for the turn of another one's atoms, per step along the bonds between beads
SAMPLES = 16  # conformers that tell how far apart beads can be
LINE = 0.3  # Å; beads nearer to a line tell nothing of the turn about it
HINT = 1e-3  # weight of what is around, which decides only what the beads leave open
NEIGHBOUR = 0.01  # weight of the next residue of a helix
VIEW = 12.0  # Å in which is looked for it
SEEN = 24  # beads
ASIDE = 0.9  # cosine of the angle between two directions, at most


@dataclass(frozen=True)
class ResidueBatch:
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
        The mapping M of one copy, without atoms of other residues.
    owner : ndarray, shape=(n_heavy,), dtype=int64
        Slot of the bead that places each atom.
    """

    known: Template
    residues: NDArray[np.int64]
    atoms: NDArray[np.int64]
    beads: NDArray[np.int64]
    weights: NDArray[np.float64]
    owner: NDArray[np.int64]


def find_copies(assembly: Assembly, residues: NDArray[np.bool_]) -> list[ResidueBatch]:
    """Sort residues by name.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    residues : ndarray, shape=(n_residues,), dtype=bool
        The residues that are asked for.

    Returns
    -------
    list of ResidueBatch
        One for each residue name.
    """
    m = assembly.operator
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(residues)))
    entry_residue = assembly.atoms.residue_index[m.atom]
    own = entry_residue == assembly.beads.residue_index[m.bead]  # beads of nucleic acids hold atoms of other residues
    names = assembly.beads.residues.names
    found = []
    for name in np.unique(names[residues]):
        rows = np.flatnonzero(residues & (names == name) & (assembly.template_names != ""))
        if not len(rows):
            continue
        known = template(str(assembly.template_names[rows[0]]))
        assert known is not None, f"no template for {name}"
        atoms = first[rows][:, None] + np.arange(known.n_heavy)
        entries = np.flatnonzero(np.isin(entry_residue, rows) & own)
        entries = entries[np.argsort(entry_residue[entries], kind="stable")].reshape(len(rows), -1)
        _, where, slot = np.unique(m.bead[entries[0]], return_index=True, return_inverse=True)
        beads = m.bead[entries][:, where]
        weights = np.zeros((len(where), known.n_heavy))
        weights[slot, m.atom[entries[0]] - atoms[0, 0]] = m.weight[entries[0]]
        weights /= weights.sum(1, keepdims=True)
        owner = np.searchsorted(beads[0], assembly.owner[atoms[0]])
        found.append(ResidueBatch(known, rows, atoms, beads, weights, owner))
    return found


@dataclass(frozen=True)
class Guides:
    """Points besides the beads that say how molecules are turned.

    Attributes
    ----------
    mobile : ndarray, shape=(n_copies, n_guides, 3), dtype=float64
        Where they are for the conformer, in Å.
    target : ndarray, shape=(n_copies, n_guides, 3), dtype=float64
        Where they are for each copy.
    weights : ndarray, shape=(n_copies, n_guides), dtype=float64
        How much they count beside a bead; zero for those that are not there.
    """

    mobile: NDArray[np.float64]
    target: NDArray[np.float64]
    weights: NDArray[np.float64]


def lay_conformer(
    copies: ResidueBatch, conformer: NDArray[np.float64], beads: NDArray[np.float64], guides: Guides | None = None
) -> NDArray[np.float64]:
    """Lay a conformer onto the beads of copies, the atoms of each bead as a piece of its own.

    A piece is shifted to its bead and turned as fits the beads around it best, the nearer along the bonds the more.

    Parameters
    ----------
    copies : ResidueBatch
        The copies.
    conformer : ndarray, shape=(n_heavy, 3), dtype=float64
        Heavy atoms in Å.
    beads : ndarray, shape=(n_copies, n_slots, 3), dtype=float64
        Beads in Å.
    guides : Guides, optional
        More points, for molecules whose beads do not say how they are turned.

    Returns
    -------
    ndarray, shape=(n_copies, n_heavy, 3), dtype=float64
        Atoms in Å; bonds between pieces are not closed.
    """
    centres = copies.weights @ conformer
    steps = _steps(copies)
    mobile, target, more = np.tile(centres, (len(beads), 1, 1)), beads, np.zeros((len(beads), 0))
    if guides is not None:
        mobile = np.concatenate([mobile, guides.mobile], 1)
        target, more = np.concatenate([beads, guides.target], 1), guides.weights
    laid = np.zeros((len(beads), len(conformer), 3))
    for slot in range(len(centres)):
        mine = np.flatnonzero(copies.owner == slot)
        weight = np.tile(FADE ** steps[slot], (len(beads), 1))
        rotation, _ = superpose(mobile, target, np.concatenate([weight, more], 1))
        laid[:, mine] = (conformer[mine] - centres[slot]) @ rotation + beads[:, slot, None]
    return laid


def stretched(copies: ResidueBatch, beads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell by how much distances between neighbouring beads are beyond those of the molecule's conformers.

    Parameters
    ----------
    copies : ResidueBatch
        The copies.
    beads : ndarray, shape=(n_copies, n_slots, 3), dtype=float64
        Beads in Å.

    Returns
    -------
    ndarray, shape=(n_copies,), dtype=float64
        That of the worst pair in Å; beads mapped from atoms have some 0.1, simulated ones 0.5 and more.
    """
    i, j = np.argwhere(np.triu(_steps(copies) == 1)).T
    if not len(i):
        return np.zeros(len(beads))
    centres = copies.weights @ conformers(copies.known, SAMPLES)
    known, there = (np.linalg.norm(x[:, i] - x[:, j], axis=2) for x in (centres, beads))
    beyond = (known.min(0) - there).clip(0) + (there - known.max(0)).clip(0)
    return beyond.max(1)


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
    copies: ResidueBatch,
    conformer: NDArray[np.float64],
    positions: NDArray,
    residue: NDArray[np.int64],
    beads: NDArray[np.int64],
    cell: NDArray | None,
) -> Guides:
    """Turn molecules towards the nearest beads of others, so that they turn with the system.

    Parameters
    ----------
    copies : ResidueBatch
        The molecules.
    conformer : ndarray, shape=(n_heavy, 3), dtype=float64
        Heavy atoms in Å.
    positions : ndarray, shape=(n_beads, 3), dtype=float
        All beads in Å.
    residue : ndarray, shape=(n_beads,), dtype=int64
        Residue of each bead.
    beads : ndarray, shape=(n_copies, n_slots), dtype=int64
        Beads of the molecules among all.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    Guides
        The longest axes of the conformer, and two directions for each copy: x and y where nothing is within 12 Å.
    """
    near = find_neighbours(positions, SEEN, VIEW, cell)
    mine = beads[:, 0]
    arrow = positions[near.index[mine]] + near.shift[mine] - positions[mine][:, None]
    other = (near.mask[mine] > 0) & (residue[near.index[mine]] != residue[mine][:, None])
    way = arrow / np.linalg.norm(arrow, axis=2, keepdims=True).clip(1e-6)
    found = np.tile(np.eye(3)[:2], (len(mine), 1, 1))
    for k in range(2):
        there = np.flatnonzero(other.any(1))
        found[there, k] = way[there, other.argmax(1)[there]]
        other &= np.abs((way * found[:, k, None]).sum(2)) < ASIDE
    axes = np.linalg.svd(conformer - conformer.mean(0))[2][:2]
    middle = positions[beads].astype(np.float64).mean(1, keepdims=True)
    weights = np.tile([HINT, HINT / 10], (len(mine), 1))
    ends = (copies.weights @ conformer).mean(0) + axes
    return Guides(np.tile(ends, (len(mine), 1, 1)), middle + found, weights)


def helix_neighbours(
    copies: ResidueBatch, ideal: NDArray[np.float64], centres: NDArray[np.float64], bonded: NDArray[np.bool_]
) -> Guides:
    """Turn residues of a helix as the four residues before and after them say.

    Parameters
    ----------
    copies : ResidueBatch
        Residues whose template has a screw.
    ideal : ndarray, shape=(n_residues, 3), dtype=float64
        Mean position in Å of the beads of every residue in the frame of its template; NaN for what forms no helix.
    centres : ndarray, shape=(n_residues, 3), dtype=float64
        Where these means are.
    bonded : ndarray, shape=(n_residues,), dtype=bool
        Whether each residue is bonded to the one before.

    Returns
    -------
    Guides
        Centres of the neighbours: those of an ideal helix, and where they are.
    """
    assert copies.known.screw is not None, f"{copies.known.name} forms no helix"
    twist, rise = np.radians(copies.known.screw[0]), copies.known.screw[1]
    n, rows = len(bonded), copies.residues
    mobile, target, weights = [], [], []
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        other = np.clip(rows + step, 0, n - 1)
        cos, sin = np.cos(step * twist), np.sin(step * twist)
        place = ideal[other] @ [[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]] + [0, 0, step * rise]
        there = (rows + step == other) & np.isfinite(place).all(1)
        for k in range(max(step, 0), min(step, 0), -1):  # every bond on the way
            there &= bonded[np.clip(rows + k, 0, n - 1)]
        mobile.append(np.where(there[:, None], place, 0))
        target.append(centres[other])
        weights.append(there * NEIGHBOUR / step**2)
    return Guides(np.stack(mobile, 1), np.stack(target, 1), np.stack(weights, 1))


def _steps(copies: ResidueBatch) -> NDArray[np.float64]:
    """Steps from bead to bead, of which neighbours share an atom or a bond."""
    n = len(copies.owner)
    bonds = copies.known.bonds[(copies.known.bonds < n).all(1)]
    inside = (copies.weights > 0) | (np.arange(len(copies.weights))[:, None] == copies.owner)
    spread = inside.copy()
    for a, b in (bonds.T, bonds.T[::-1]):
        np.logical_or.at(spread.T, a, inside.T[b])
    steps = shortest_path(csr_matrix(spread.astype(float) @ inside.T.astype(float)), unweighted=True, directed=False)
    return np.minimum(steps, len(copies.weights))
