"""Bounds on a whole system: those of its residues, its peptide bonds and its disulfides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.angles import dihedral
from unbead.chem.links import (
    CA_CA_CIS,
    CA_CA_TRANS,
    DISULFIDE_CB_SG,
    DISULFIDE_LENGTH,
    PEPTIDE_ANGLES,
    PEPTIDE_LENGTH,
    PHOSPHATE_ANGLES,
    PHOSPHATE_LENGTH,
)
from unbead.chem.templates import template
from unbead.mapping.assemble import Assembly
from unbead.relax.residue_geometry import ANGLE_WIDTH, BOND_SHARE, FLAT, Bounds, opposite_side, residue_pattern

CA_CA_WIDTH = 0.1  # Å
TWIST = 0.45  # Å³ of CA, C, N, CA; some 13 degrees of ω
OTHER_SIDE = {  # Å; the side of each peptide angle that is not the peptide bond
    ("CA", "C", "+N"): 1.525,
    ("O", "C", "+N"): 1.231,
    ("C", "+N", "+CA"): 1.458,
    ("C", "+N", "+CD"): 1.473,
}


@dataclass(frozen=True)
class Peptides:
    """Peptide bonds, one row each; -1 for atoms that are not there.

    Attributes
    ----------
    ca, c, o, n, next_ca, next_cd : ndarray, shape=(n_peptides,), dtype=int64
        Atoms of the earlier residue, then of the later one; CD is proline's.
    """

    ca: NDArray[np.int64]
    c: NDArray[np.int64]
    o: NDArray[np.int64]
    n: NDArray[np.int64]
    next_ca: NDArray[np.int64]
    next_cd: NDArray[np.int64]


def find_peptides(assembly: Assembly) -> Peptides:
    """List the peptide bonds of an assembly.

    Parameters
    ----------
    assembly : Assembly
        What is built.

    Returns
    -------
    Peptides
        Bonds between amino acids, or to a cap with a methyl group, which stands for CA; then amides of side chains,
        where the carbons beside the bond stand for CA.
    """
    at = {name: slot_of(assembly, name) for name in ("N", "CA", "C", "O", "CH3")}
    alpha = np.where(at["CA"] >= 0, at["CA"], at["CH3"])
    at["CA"] = np.where((alpha < 0) & (at["N"] >= 0) & (at["O"] < 0), at["C"], alpha)  # the methyls of ACE and NME
    residue = assembly.atoms.residue_index[assembly.bonds]
    atoms = assembly.atoms.names[assembly.bonds]
    linked = (atoms == ("C", "N")).all(1) & (residue[:, 0] != residue[:, 1])
    linked &= (at["O"][residue[:, 0]] >= 0) & (at["CA"][residue] >= 0).all(1)
    before, later = residue[linked].T
    second = _beside_nitrogen(assembly)[later]
    chain = np.stack([at["CA"][before], at["C"][before], at["O"][before], at["N"][later], at["CA"][later], second], 1)
    return Peptides(*np.concatenate([chain, _side_amides(assembly, ~linked)]).T)


def _beside_nitrogen(assembly: Assembly) -> NDArray[np.int64]:
    """Carbon on the backbone nitrogen of each residue besides CA: proline's CD, or a methyl; -1 for none."""
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
    found = np.full(len(first), -1, np.int64)
    for name in np.unique(assembly.template_names).tolist():
        known = template(name)
        if known is not None and known.kind == "amino" and (n := known.index("N")) >= 0:
            others = [i for i in known.heavy_neighbours(n) if known.atoms[i] != "CA"]
            if others:
                rows = assembly.template_names == name
                found[rows] = first[rows] + others[0]
    return found


def _side_amides(assembly: Assembly, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows of `Peptides` for the other bonds between residues that join an acyl carbon and a nitrogen."""
    index, elements = assembly.atoms.residue_index, assembly.atoms.elements
    first = np.searchsorted(index, np.arange(len(assembly.template_names)))
    rows = []
    for pair in assembly.bonds[wanted & (np.diff(index[assembly.bonds], axis=1)[:, 0] != 0)]:
        kinds = elements[pair].tolist()
        if sorted(kinds) != ["C", "N"]:
            continue
        c, n = pair.tolist() if kinds[0] == "C" else pair[::-1].tolist()
        near = []
        for atom in (c, n):
            known = template(str(assembly.template_names[index[atom]]))
            assert known is not None, "linked residues have templates"
            near.append([int(first[index[atom]]) + i for i in known.heavy_neighbours(atom - first[index[atom]])])
        oxygens = [i for i in near[0] if elements[i] in ("O", "S")]
        carbons = [i for i in near[0] if elements[i] == "C"]
        if len(oxygens) == 1 == len(carbons) and near[1] and len(near[0]) == len(oxygens) + len(carbons):
            rows.append([carbons[0], c, oxygens[0], n, *near[1][:2], -1][:6])
    return np.array(rows, np.int64).reshape(-1, 6)


def arrows(
    positions: NDArray, first: NDArray[np.int64], second: NDArray[np.int64], cell: NDArray | None
) -> NDArray[np.float64]:
    """Compute the vectors from atoms to others, to the nearest image in a periodic box.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å.
    first, second : ndarray, shape=(n,), dtype=int64
        Atoms.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float64
        Vectors in Å.
    """
    arrow = positions[second].astype(np.float64) - positions[first]
    return arrow if cell is None else arrow - np.round(arrow @ np.linalg.inv(cell)) @ cell


def omega(positions: NDArray, peptides: Peptides, cell: NDArray | None) -> NDArray[np.float64]:
    """Compute the turn about peptide bonds, shape (n_peptides,), in degrees from -180 to 180.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å.
    peptides : Peptides
        The bonds.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n_peptides,), dtype=float64
        Angles; 180 is trans.
    """
    near = [arrows(positions, peptides.c, atoms, cell) for atoms in (peptides.ca, peptides.n)]
    far = near[1] + arrows(positions, peptides.n, peptides.next_ca, cell)
    return dihedral(near[0], np.zeros(3), near[1], far)


def slot_of(assembly: Assembly, name: str) -> NDArray[np.int64]:
    """Index of the atom of a name in each residue, shape (n_residues,); -1 where there is none.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    name : str
        Atom name.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Atom indices.
    """
    found = np.full(len(assembly.template_names), -1, np.int64)
    rows = np.flatnonzero(assembly.atoms.names == name)
    found[assembly.atoms.residue_index[rows]] = rows
    return found


def residue_bounds(assembly: Assembly) -> Bounds:
    """Collect the bounds within residues, and over the bonds between nucleotides.

    Parameters
    ----------
    assembly : Assembly
        What is built.

    Returns
    -------
    Bounds
        Bounds of all residues.
    """
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
    parts = [_phosphate_bounds(assembly)]
    for name in np.unique(assembly.template_names):
        if template(str(name)) is None:
            continue
        pattern = residue_pattern(str(name))
        start = first[assembly.template_names == name]
        m = len(start)
        parts.append(
            Bounds(
                (start[:, None, None] + pattern.pairs).reshape(-1, 2),
                np.tile(pattern.low, m),
                np.tile(pattern.high, m),
                (start[:, None, None] + pattern.quads).reshape(-1, 4),
                np.tile(pattern.volume_low, m),
                np.tile(pattern.volume_high, m),
                (pattern.forms + start[:, None, None] * [1, 1, 1, 1, 0]).reshape(-1, 5),
            )
        )
    return join(*parts)


def _phosphate_bounds(assembly: Assembly) -> Bounds:
    """Bond and angles from O3' to the phosphate of the next nucleotide."""
    later = np.flatnonzero(assembly.atoms.residues.bonded_to_previous)
    names = {name.lstrip("+") for corner in PHOSPHATE_ANGLES for name in corner}
    at = {name: slot_of(assembly, name) for name in names}
    later = later[(at["O3'"][later - 1] >= 0) & (at["P"][later] >= 0)]

    def atom(name: str) -> NDArray[np.int64]:
        return at[name[1:]][later] if name.startswith("+") else at[name][later - 1]

    rows = [_pairs(atom("O3'"), atom("+P"), PHOSPHATE_LENGTH * (1 - BOND_SHARE), PHOSPHATE_LENGTH * (1 + BOND_SHARE))]
    for corner, (degrees, side) in PHOSPHATE_ANGLES.items():
        near, far = (opposite_side(side, PHOSPHATE_LENGTH, degrees + s * ANGLE_WIDTH) for s in (-1, 1))
        rows.append(_pairs(atom(corner[0]), atom(corner[2]), near, far))
    pairs, low, high = (np.concatenate(part) for part in zip(*rows, strict=True))
    return Bounds(pairs, low, high, np.zeros((0, 4), np.int64), np.zeros(0), np.zeros(0))


def peptide_bounds(peptides: Peptides, cis: NDArray[np.bool_]) -> Bounds:
    """Bounds over peptide bonds.

    Parameters
    ----------
    peptides : Peptides
        The bonds.
    cis : ndarray, shape=(n_peptides,), dtype=bool
        Which of them are cis.

    Returns
    -------
    Bounds
        Bond, angles, planarity and the turn about the bond.
    """
    p = peptides
    atoms = {"CA": p.ca, "C": p.c, "O": p.o, "+N": p.n, "+CA": p.next_ca, "+CD": p.next_cd}
    rows = [_pairs(p.c, p.n, PEPTIDE_LENGTH * (1 - BOND_SHARE), PEPTIDE_LENGTH * (1 + BOND_SHARE))]
    for corner, degrees in PEPTIDE_ANGLES.items():
        near, far = (opposite_side(OTHER_SIDE[corner], PEPTIDE_LENGTH, degrees + s * ANGLE_WIDTH) for s in (-1, 1))
        rows.append(_pairs(atoms[corner[0]], atoms[corner[2]], near, far))
    apart = np.where(cis, CA_CA_CIS, CA_CA_TRANS)
    rows.append(_pairs(p.ca, p.next_ca, apart - CA_CA_WIDTH, apart + CA_CA_WIDTH))
    quads = np.concatenate(
        [
            np.stack([p.c, p.ca, p.o, p.n], 1),
            np.stack([p.ca, p.c, p.n, p.next_ca], 1),
            np.stack([p.n, p.c, p.next_ca, p.next_cd], 1)[p.next_cd >= 0],
        ]
    )
    width = np.full(len(quads), FLAT)
    width[len(p.c) : 2 * len(p.c)] = TWIST
    pairs, low, high = (np.concatenate(part) for part in zip(*rows, strict=True))
    return Bounds(pairs, low, high, quads, -width, width)


def disulfide_bounds(cb: NDArray[np.int64], sg: NDArray[np.int64]) -> Bounds:
    """Bounds over disulfide bonds.

    Parameters
    ----------
    cb, sg : ndarray, shape=(n_disulfides, 2), dtype=int64
        CB and SG atoms of both sides.

    Returns
    -------
    Bounds
        Bond and angles.
    """
    width = 0.15
    rows = [
        _pairs(sg[:, 0], sg[:, 1], DISULFIDE_LENGTH * (1 - BOND_SHARE), DISULFIDE_LENGTH * (1 + BOND_SHARE)),
        _pairs(cb[:, 0], sg[:, 1], DISULFIDE_CB_SG - width, DISULFIDE_CB_SG + width),
        _pairs(cb[:, 1], sg[:, 0], DISULFIDE_CB_SG - width, DISULFIDE_CB_SG + width),
    ]
    pairs, low, high = (np.concatenate(part) for part in zip(*rows, strict=True))
    return Bounds(pairs, low, high, np.zeros((0, 4), np.int64), np.zeros(0), np.zeros(0))


def join(*parts: Bounds) -> Bounds:
    """Put bounds together.

    Parameters
    ----------
    *parts : Bounds
        Bounds of the same system.

    Returns
    -------
    Bounds
        All of them; not copied if only one has any.
    """
    filled = [part for part in parts if len(part.pairs) or len(part.quads) or len(part.forms)]
    if len(filled) == 1:
        return filled[0]
    fields = ("pairs", "low", "high", "quads", "volume_low", "volume_high", "forms")
    return Bounds(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def _pairs(i: NDArray, j: NDArray, low, high) -> tuple[NDArray[np.int64], NDArray, NDArray]:
    """Pairs that are there, with their bounds."""
    there = (i >= 0) & (j >= 0)
    near, far = (np.broadcast_to(np.asarray(value, float), there.shape)[there] for value in (low, high))
    return np.stack([i, j], 1)[there], near, far
