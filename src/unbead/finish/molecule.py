"""Proteins as finishing sees them: template names, checked atoms, bonds."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles
from unbead.chem.templates import Template, template
from unbead.errors import UnbeadError

LONGEST_PEPTIDE = 4.0  # Å; a "bond" beyond is a molecule that the box cuts in two
TERMINAL_BONDS = (("C", "OXT"), ("N", "H1"), ("N", "H2"), ("N", "H3"))


@dataclass(frozen=True)
class Molecule:
    """Atoms of proteins with their bonds.

    Attributes
    ----------
    atoms : Particles
        Atoms named as templates name them, in Å. Residues bear the name of their state: ``HID``, ``CYX``, ``ASH``, …
    disulfides : ndarray, shape=(n, 2), dtype=int64
        Residues joined by SG–SG bonds.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms.
    """

    atoms: Particles
    disulfides: NDArray[np.int64]
    bonds: NDArray[np.int64]

    @property
    def hydrogens(self) -> NDArray[np.bool_]:
        """Mask of the hydrogens, shape (n_atoms,)."""
        return self.atoms.elements == "H"


def chain_starts(atoms: Particles) -> NDArray[np.bool_]:
    """Which residues begin a polymer, shape (n_residues,): first of a chain, or after a break.

    Parameters
    ----------
    atoms : Particles
        A structure.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        Whether each residue begins a polymer.
    """
    return ~atoms.residues.bonded_to_previous


def chain_ends(atoms: Particles) -> NDArray[np.bool_]:
    """Which residues end a polymer, shape (n_residues,): last of a chain, or before a break.

    Parameters
    ----------
    atoms : Particles
        A structure.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        Whether each residue ends a polymer.
    """
    return np.append(~atoms.residues.bonded_to_previous[1:], True)


def known_template(atoms: Particles, residue: int) -> Template:
    """Return the template of a residue.

    Parameters
    ----------
    atoms : Particles
        A structure.
    residue : int
        Which residue.

    Returns
    -------
    Template
        Its template.

    Raises
    ------
    UnbeadError
        If there is none.
    """
    known = template(str(atoms.residues.names[residue]))
    if known is None:
        raise UnbeadError(
            f"{atoms.residues.label(residue)}: no template of this residue; finish the protein alone, then add the rest"
        )
    return known


def heavy_atoms(atoms: Particles) -> Particles:
    """Take the heavy atoms of a structure, named and ordered as in the templates.

    Parameters
    ----------
    atoms : Particles
        A structure; its hydrogens are left out.

    Returns
    -------
    Particles
        Heavy atoms; residues bear their template's name, residues without atoms are gone.

    Raises
    ------
    UnbeadError
        If a residue is unknown, lacks a heavy atom, has one too many, or is torn from the one before.
    """
    filled = np.zeros(len(atoms.residues), bool)
    filled[atoms.residue_index] = True
    atoms = atoms.select_residues(filled) if not filled.all() else atoms
    heavy, names = [], []
    where = np.searchsorted(atoms.residue_index, np.arange(len(atoms.residues) + 1))
    for i in range(len(atoms.residues)):
        known = known_template(atoms, i)
        names.append(known.name)
        rows = _sorted_rows(atoms, i, known, np.arange(where[i], where[i + 1]))
        heavy.extend(rows)
    index = np.array([row for row, _, _ in heavy])
    chosen = replace(
        atoms.select(index),
        names=np.array([name for _, name, _ in heavy]),
        elements=np.array([element for _, _, element in heavy]),
        residues=replace(atoms.residues, names=np.array(names)),
    )
    _refuse_torn(chosen)
    return chosen


def _sorted_rows(atoms: Particles, residue: int, known: Template, rows: NDArray) -> list[tuple[int, str, str]]:
    """Atom index, template name and element of a residue's heavy atoms, in template order."""
    raw = str(atoms.residues.names[residue])
    found = {}
    for row in rows.tolist():
        given = str(atoms.names[row])
        name = canonical_atom_name(raw, given)
        slot = known.index(name)
        if slot >= known.n_heavy or str(atoms.elements[row]) in ("H", "D") or given.lstrip("0123456789")[:1] == "H":
            continue
        if (slot < 0 and name != "OXT") or name in found:
            why = "there twice" if name in found else f"not an atom of {known.name}"
            raise UnbeadError(f"{atoms.residues.label(residue)}: atom {given} is {why}; remove or rename it")
        found[name] = row
    missing = [name for name in known.atoms[: known.n_heavy] if name not in found]
    if missing:
        raise UnbeadError(
            f"{atoms.residues.label(residue)}: heavy atoms {', '.join(missing)} are missing; complete the residue first"
        )
    element = dict(zip(known.atoms, known.elements, strict=True)) | {"OXT": "O"}
    order = [*known.atoms[: known.n_heavy], *(["OXT"] if "OXT" in found else [])]
    return [(found[name], name, element[name]) for name in order]


def _refuse_torn(atoms: Particles) -> None:
    later = np.flatnonzero(atoms.residues.bonded_to_previous)
    left, right = atom_index(atoms, "C")[later - 1], atom_index(atoms, "N")[later]
    there = (left >= 0) & (right >= 0)
    gap = np.linalg.norm(atoms.positions[left] - atoms.positions[right], axis=1)
    torn = np.flatnonzero(there & (gap > LONGEST_PEPTIDE))
    if len(torn):
        i = int(later[torn[0]])
        raise UnbeadError(
            f"{atoms.residues.label(i)}: {gap[torn[0]]:.0f} Å from the residue it is bonded to;"
            " make molecules whole first (gmx trjconv -pbc whole)"
        )


def atom_index(atoms: Particles, name: str) -> NDArray[np.int64]:
    """Find the atom of a name in every residue.

    Parameters
    ----------
    atoms : Particles
        A structure.
    name : str
        Atom name.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Its index; -1 where a residue has no such atom.
    """
    found = np.full(len(atoms.residues), -1, np.int64)
    rows = np.flatnonzero(atoms.names == name)
    found[atoms.residue_index[rows]] = rows
    return found


def with_bonds(atoms: Particles, disulfides: NDArray[np.int64]) -> Molecule:
    """Bond atoms as their templates, their chain and their disulfides say.

    Parameters
    ----------
    atoms : Particles
        Atoms under template names.
    disulfides : ndarray, shape=(n, 2), dtype=int64
        Residues joined by SG–SG bonds.

    Returns
    -------
    Molecule
        The atoms with bonds.
    """
    bonds = []
    row_of = {key: row for row, key in enumerate(zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True))}
    for i, name in enumerate(atoms.residues.names.tolist()):
        known = template(name)
        assert known is not None, f"{name} was checked before"
        pairs = [(known.atoms[a], known.atoms[b]) for a, b in known.bonds.tolist()]
        for a, b in [*pairs, *(TERMINAL_BONDS if known.kind == "amino" else ())]:
            if (i, a) in row_of and (i, b) in row_of:
                bonds.append((row_of[i, a], row_of[i, b]))
    later = np.flatnonzero(atoms.residues.bonded_to_previous)
    peptide = np.stack([atom_index(atoms, "C")[later - 1], atom_index(atoms, "N")[later]], 1)
    sulfur = atom_index(atoms, "SG")[disulfides].reshape(-1, 2)
    everything = np.concatenate([np.array(bonds, np.int64).reshape(-1, 2), peptide, sulfur])
    return Molecule(atoms, disulfides, everything[(everything >= 0).all(1)])
