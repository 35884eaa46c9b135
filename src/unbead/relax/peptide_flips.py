"""Turns of peptide planes that take residues out of empty regions of the Ramachandran plot.

The atoms C, O and N of a peptide turn about the axis through its two Cα, which keeps both. For each outlier the turns
of the two planes beside it are chosen together, from all pairs of turns, by the least

    sum over three residues of -ln(usualness of phi and psi) + (tau - 111°)² / (2 (4°)²)
    + sum over both planes of 3 |shift of O|² / (2 (err² + 0.25²)),

err being the network's predicted error of the O atom in Å: what the network is sure of stays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.angles import angle, dihedral, rotate_about
from unbead.chem.templates import is_d_residue, template
from unbead.chem.torsions.ramachandran import OUTLIER, usualness
from unbead.relax.reference_geometry import Peptides, arrows

TURNS = np.radians(np.arange(-180, 180, 10))
TAU, TAU_WIDTH = 111.0, 4.0  # degrees
SURE = 0.25  # Å
RAREST = 1e-4  # usualness; empty bins are not told apart
GAIN = 2.0  # that a turn must bring
PASSES = 10
SPACING = 3  # residues between those that are turned together


@dataclass(frozen=True)
class Backbone:
    """Residues between two peptide bonds.

    Attributes
    ----------
    before, after : ndarray, shape=(n,), dtype=int64
        Peptide bonds at both sides.
    kind : ndarray, shape=(n,), dtype=int64
        Class of the residue in the Ramachandran table.
    residue : ndarray, shape=(n,), dtype=int64
        Residue index.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    kind: NDArray[np.int64]
    residue: NDArray[np.int64]


def find_backbone(peptides: Peptides, residue_index: NDArray[np.int64], names: NDArray[np.str_]) -> Backbone:
    """List the residues that have both phi and psi.

    Parameters
    ----------
    peptides : Peptides
        Peptide bonds in the order of the chain.
    residue_index : ndarray, shape=(n_atoms,), dtype=int64
        Residue of each atom.
    names : ndarray, shape=(n_residues,), dtype=str
        Templates of the residues.

    Returns
    -------
    Backbone
        The residues.
    """
    before = np.flatnonzero(peptides.next_ca[:-1] == peptides.ca[1:])
    residue = residue_index[peptides.n[before]]
    judged = {name: _is_judged(name) for name in np.unique(names[residue]).tolist()}
    before = before[[judged[name] for name in names[residue].tolist()]]
    residue = residue_index[peptides.n[before]]
    after = before + 1
    proline = peptides.next_cd >= 0
    glycine = names[residue] == "GLY"
    kind = np.where(glycine, 1, np.where(proline[before], 2, np.where(proline[after], 3, 0)))
    return Backbone(before, after, kind, residue)


def _is_judged(name: str) -> bool:
    """Whether the Ramachandran tables hold for a residue: L-amino acids that are canonical ones, modified or not."""
    known = template(name)
    return known is not None and known.parent in AMINO_ACIDS and not is_d_residue(name)


def _strain(kind: NDArray, c_before: NDArray, n: NDArray, ca: NDArray, c: NDArray, n_after: NDArray) -> NDArray:
    """Cost of a residue by its torsions and its angle at Cα; points broadcast."""
    share = usualness(kind, dihedral(c_before, n, ca, c), dihedral(n, ca, c, n_after))
    tau = angle(n, ca, c)
    return -np.log(np.maximum(share, RAREST)) + 0.5 * ((tau - TAU) / TAU_WIDTH) ** 2


class _Planes:
    """C, O and N of peptides at every turn, near the first Cα in a periodic box."""

    def __init__(self, x: NDArray, peptides: Peptides, rows: NDArray[np.int64], errors: NDArray, cell: NDArray | None):
        ca = peptides.ca[rows]
        self.ca = x[ca].astype(np.float64)
        atoms = [peptides.c[rows], peptides.o[rows], peptides.n[rows]]
        arms = np.stack([arrows(x, ca, atom, cell) for atom in atoms], 1)  # (m, 3, 3)
        axis = arrows(x, ca, peptides.next_ca[rows], cell)
        self.next_ca = self.ca + axis
        axis = (axis / np.linalg.norm(axis, axis=1, keepdims=True).clip(1e-6))[:, None, None]
        self.moved = self.ca[:, None, None] + rotate_about(arms[:, :, None], axis, TURNS[:, None])
        shift = np.linalg.norm(self.moved[:, 1] - (self.ca[:, None] + arms[:, 1:2]), axis=-1)  # (m, turns)
        doubt = errors[peptides.o[rows]].astype(np.float64)[:, None] ** 2 + SURE**2
        self.cost = 1.5 * shift**2 / doubt

    def at(self, atom: int, near: NDArray | None = None) -> NDArray[np.float64]:
        """Positions (m, turns, 3) of C (0), O (1) or N (2); `near` is where to have the second Cα instead."""
        return self.moved[:, atom] if near is None else self.moved[:, atom] + (near - self.next_ca)[:, None]


def flip_peptides(
    positions: NDArray[np.float32],
    errors: NDArray[np.float32],
    peptides: Peptides,
    backbone: Backbone,
    cell: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Turn peptide planes beside Ramachandran outliers.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    errors : ndarray, shape=(n_atoms,), dtype=float32
        Predicted errors in Å.
    peptides : Peptides
        Peptide bonds.
    backbone : Backbone
        Residues with phi and psi.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å; those of C, O and N are moved, side chains are not.
    turned : ndarray, shape=(n,), dtype=int64
        Peptides that were turned.
    """
    x = positions.copy()
    turned: set[int] = set()
    place = np.full(len(peptides.c) + 1, -1, np.int64)  # row of `backbone` by the peptide before it
    place[backbone.before] = np.arange(len(backbone.before))
    by_after = np.full(len(peptides.c) + 1, -1, np.int64)
    by_after[backbone.after] = np.arange(len(backbone.after))
    spaced = np.cumsum(np.append(1, np.where(backbone.before[1:] == backbone.after[:-1], 1, SPACING + 1)))
    settled = np.zeros(len(backbone.before), bool)  # no turn helps them
    for _ in range(PASSES):
        rows = _apart(np.flatnonzero(find_outliers(x, peptides, backbone, cell) & ~settled), spaced)
        if not len(rows):
            break
        first, second = backbone.before[rows], backbone.after[rows]
        a, b = (_Planes(x, peptides, planes, errors, cell) for planes in (first, second))
        ca = b.ca
        own = _strain(
            backbone.kind[rows][:, None, None],
            a.at(0, ca)[:, :, None],
            a.at(2, ca)[:, :, None],
            ca[:, None, None],
            b.at(0)[:, None],
            b.at(2)[:, None],
        )  # (m, turns, turns)
        total = own + a.cost[:, :, None] + b.cost[:, None]
        earlier, later = by_after[first], place[second]
        total += _neighbour(x, peptides, backbone, earlier, a, cell, before=False)[:, :, None]
        total += _neighbour(x, peptides, backbone, later, b, cell, before=True)[:, None]
        zero = len(TURNS) // 2
        best = total.reshape(len(rows), -1).argmin(1)
        gain = total[:, zero, zero] - total.reshape(len(rows), -1).min(1)
        chosen = np.flatnonzero(gain > GAIN)
        settled[rows[gain <= GAIN]] = True
        for planes, known, turn in ((first, a, best // len(TURNS)), (second, b, best % len(TURNS))):
            for k, atoms in enumerate((peptides.c, peptides.o, peptides.n)):
                move = known.moved[chosen, k, turn[chosen]] - known.moved[chosen, k, zero]
                x[atoms[planes[chosen]]] += move.astype(np.float32)
            turned |= set(planes[chosen[turn[chosen] != zero]].tolist())
    return x, np.array(sorted(turned), np.int64)


def _apart(rows: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Residues of which no two are within three places of each other."""
    chosen: list[int] = []
    for row in rows.tolist():  # outliers are few
        if not chosen or place[row] - place[chosen[-1]] > SPACING:
            chosen.append(row)
    return np.array(chosen, np.int64)


def find_outliers(x: NDArray, peptides: Peptides, backbone: Backbone, cell: NDArray | None) -> NDArray[np.bool_]:
    """Mark the residues whose φ and ψ hardly ever occur.

    Parameters
    ----------
    x : ndarray, shape=(n_atoms, 3), dtype=float
        Atoms in Å.
    peptides : Peptides
        Peptide bonds.
    backbone : Backbone
        Residues with φ and ψ.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        Outliers among the residues of `backbone`.
    """
    return _usualness(x, peptides, backbone, cell) < OUTLIER[backbone.kind]


def log_usualness(x: NDArray, peptides: Peptides, backbone: Backbone, cell: NDArray | None) -> NDArray[np.float64]:
    """Compute the logarithm of how usual φ and ψ are.

    Parameters
    ----------
    x : ndarray, shape=(n_atoms, 3), dtype=float
        Atoms in Å.
    peptides : Peptides
        Peptide bonds.
    backbone : Backbone
        Residues with φ and ψ.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n,), dtype=float64
        For the residues of `backbone`, at least ln(1e-4).
    """
    return np.log(_usualness(x, peptides, backbone, cell).clip(RAREST))


def _usualness(x: NDArray, peptides: Peptides, backbone: Backbone, cell: NDArray | None) -> NDArray[np.float64]:
    before, after = backbone.before, backbone.after
    ca = peptides.ca[after]
    c0, n, c, n1 = (
        arrows(x, ca, atom, cell)
        for atom in (peptides.c[before], peptides.n[before], peptides.c[after], peptides.n[after])
    )
    zero = np.zeros(3)
    return usualness(backbone.kind, dihedral(c0, n, zero, c), dihedral(n, zero, c, n1))


def _neighbour(
    x: NDArray,
    peptides: Peptides,
    backbone: Backbone,
    rows: NDArray[np.int64],
    plane: _Planes,
    cell: NDArray | None,
    before: bool,
) -> NDArray[np.float64]:
    """Cost (m, turns) of the residues beside the outliers, whose plane `before` or after them turns."""
    cost = np.zeros((len(rows), len(TURNS)))
    there = np.flatnonzero(rows >= 0)
    row = rows[there]
    fixed = backbone.after[row] if before else backbone.before[row]
    atom = peptides.ca[backbone.after[row]]
    ca = plane.next_ca[there] if before else plane.ca[there]
    c, n = (ca + arrows(x, atom, atoms[fixed], cell) for atoms in (peptides.c, peptides.n))
    mine = plane.moved[there]
    points = (mine[:, 0], mine[:, 2], ca[:, None], c[:, None], n[:, None]) if before else (
        c[:, None], n[:, None], ca[:, None], mine[:, 0], mine[:, 2]
    )  # fmt: skip
    cost[there] = _strain(backbone.kind[row][:, None], *points)
    return cost
