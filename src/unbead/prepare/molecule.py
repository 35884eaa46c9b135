"""Structures as finishing sees them: template names, checked atoms, bonds."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.links import LINKS
from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles
from unbead.chem.templates import Template, is_polymer, template
from unbead.errors import UnbeadError
from unbead.mapping.ends import name_ends_of_atoms
from unbead.structure.chains import closed_chains

TERMINAL_BONDS = {
    "amino": (("C", "OXT"), ("N", "H1"), ("N", "H2"), ("N", "H3")),
    "nucleotide": (("O5'", "HO5'"), ("O3'", "HO3'"), ("P", "OP3")),
}
NO_TEMPLATE = "no template of this residue"
TERMINAL_OXYGENS = {"amino": "OXT", "nucleotide": "OP3"}  # at the C-terminus, and of a phosphate at the 5' end


@dataclass(frozen=True)
class Molecule:
    """Atoms with their bonds.

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
        Whether each residue begins a polymer; a ring has no ends.
    """
    found = ~atoms.residues.bonded_to_previous
    found[closed_chains(atoms)[:, 1]] = False
    return found


def chain_ends(atoms: Particles) -> NDArray[np.bool_]:
    """Which residues end a polymer, shape (n_residues,): last of a chain, or before a break.

    Parameters
    ----------
    atoms : Particles
        A structure.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        Whether each residue ends a polymer; a ring has no ends.
    """
    found = np.append(~atoms.residues.bonded_to_previous[1:], True)
    found[closed_chains(atoms)[:, 0]] = False
    return found


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
        raise UnbeadError(f"{atoms.residues.label(residue)}: {NO_TEMPLATE}; --skip-unknown leaves it out")
    return known


def has_amino_end(known: Template) -> bool:
    """Tell whether a residue that begins a chain begins it with a charged nitrogen.

    Parameters
    ----------
    known : Template
        Its template.

    Returns
    -------
    bool
        True for amino acids, but not for those whose nitrogen bears an acyl group, as myristoylglycine's does.
    """
    if known.kind != "amino" or known.index("N") < 0:
        return False
    bonded: dict[int, list[int]] = {}
    for a, b in known.bonds.tolist():
        bonded.setdefault(a, []).append(b)
        bonded.setdefault(b, []).append(a)
    beside = [k for k in bonded[known.index("N")] if known.elements[k] == "C"]
    bare = [k for k in beside for o in bonded[k] if known.elements[o] == "O" and len(bonded[o]) == 1]
    return not bare


def of_polymers(atoms: Particles) -> NDArray[np.bool_]:
    """Which residues are parts of polymers, shape (n_residues,); the others are molecules of their own.

    Parameters
    ----------
    atoms : Particles
        A structure whose residues have templates.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        False for lipids, water, ions and other single molecules.
    """
    names, which = np.unique(atoms.residues.names, return_inverse=True)
    return np.array([is_polymer(str(name)) for name in names], bool)[which]


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
        If a residue is unknown, lacks a heavy atom, or has one too many.
    """
    filled = np.zeros(len(atoms.residues), bool)
    filled[atoms.residue_index] = True
    atoms = name_ends_of_atoms(atoms.select_residues(filled) if not filled.all() else atoms)
    _, first, kind = np.unique(atoms.residues.names, return_index=True, return_inverse=True)
    found = {i: known_template(atoms, i) for i in sorted(first.tolist())}  # of unknown ones, the first is named
    templates = [found[i] for i in first.tolist()]
    parts = [_match_kind(atoms, np.flatnonzero(kind == k), known) for k, known in enumerate(templates)]
    for part in parts:
        if part.misfits:
            raise UnbeadError(part.misfits[min(part.misfits)])
    tables = [(part.table[part.table >= 0], *part.columns()) for part in parts]
    index, slot, names, elements = (np.concatenate(column) for column in zip(*tables, strict=True))
    order = np.lexsort((slot, atoms.residue_index[index]))
    return replace(
        atoms.select(index[order]),
        names=names[order],
        elements=elements[order],
        residues=replace(atoms.residues, names=np.array([known.name for known in templates])[kind]),
    )


def find_misfits(atoms: Particles, *, incomplete: bool = True) -> dict[int, str]:
    """Find residues that cannot be finished.

    Parameters
    ----------
    atoms : Particles
        A structure.
    incomplete : bool
        Whether residues that lack atoms are such.

    Returns
    -------
    dict of int to str
        A line on each residue without template, with a heavy atom too many, or without one that it should have; in the
        order of the residues.
    """
    atoms = name_ends_of_atoms(atoms)
    names, kind = np.unique(atoms.residues.names, return_inverse=True)
    misfits = {}
    for k, name in enumerate(names.tolist()):
        residues = np.flatnonzero(kind == k)
        known = template(name)
        if known is None:
            misfits |= {i: f"{atoms.residues.label(i)}: {NO_TEMPLATE}" for i in residues.tolist()}
        else:
            misfits |= _match_kind(atoms, residues, known, incomplete=incomplete).misfits
    return dict(sorted(misfits.items()))


@dataclass(frozen=True)
class _Matched:
    """Residues of one name and their template.

    Attributes
    ----------
    known : Template
        The template.
    table : ndarray, shape=(n_residues, n_heavy + 1), dtype=int64
        Atom in each slot of the template and, last, the oxygen at the end of a chain; -1 where there is none.
    misfits : dict of int to str
        What is wrong with residues, by their index.
    """

    known: Template
    table: NDArray[np.int64]
    misfits: dict[int, str]

    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.str_], NDArray[np.str_]]:
        """Slots, names and elements of the atoms that are there, residue after residue."""
        slot = np.nonzero(self.table >= 0)[1]
        heavy = slice(self.known.n_heavy)
        names = np.array([*self.known.atoms[heavy], _end_oxygen(self.known)])[slot]
        return slot, names, np.array([*self.known.elements[heavy], "O"])[slot]


def _match_kind(atoms: Particles, residues: NDArray[np.int64], known: Template, *, incomplete: bool = True) -> _Matched:
    """Find the heavy atoms of residues of one name in their template."""
    raw = str(atoms.residues.names[residues[0]])
    rows = np.flatnonzero(atoms.residues.names[atoms.residue_index] == raw)
    given, which = np.unique(atoms.names[rows], return_inverse=True)
    names = [canonical_atom_name(raw, str(name)) for name in given]
    oxygen = _end_oxygen(known)
    slots = [known.n_heavy if name == oxygen and known.index(name) < 0 else known.index(name) for name in names]
    hydrogen = [
        name.lstrip("0123456789")[:1] == "H" or slot > known.n_heavy
        for name, slot in zip(given.tolist(), slots, strict=True)
    ]
    slots = np.where(hydrogen, -2, slots)
    slot = np.where(np.isin(atoms.elements[rows], ("H", "D")), -2, slots[which])
    rows, slot = rows[slot != -2], slot[slot != -2]
    residue = np.searchsorted(residues, atoms.residue_index[rows])
    table = np.full((len(residues), known.n_heavy + 1), -1)
    known_atom = slot >= 0
    placed = np.flatnonzero(known_atom)[::-1]  # of two, the first is kept
    table[residue[placed], slot[placed]] = rows[placed]
    misfits: dict[int, str] = {}
    for k in np.flatnonzero(~known_atom | (table[residue, slot] != rows)).tolist():
        why = "there twice" if known_atom[k] else f"not an atom of {known.name}"
        i = int(atoms.residue_index[rows[k]])
        misfits.setdefault(i, f"{atoms.residues.label(i)}: atom {atoms.names[rows[k]]} is {why}; remove or rename it")
    for k in np.flatnonzero((table[:, :-1] < 0).any(1) & incomplete).tolist():
        missing = ", ".join(known.atoms[j] for j in np.flatnonzero(table[k, :-1] < 0))
        i = int(residues[k])
        label = atoms.residues.label(i)
        misfits.setdefault(i, f"{label}: heavy atoms {missing} are missing; unbead finish completes what it can")
    return _Matched(known, table, misfits)


def _end_oxygen(known: Template) -> str:
    return TERMINAL_OXYGENS.get(known.kind, "OXT")


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
    names, kind = np.unique(atoms.residues.names, return_inverse=True)
    bonds = [_bonds_of_kind(atoms, np.flatnonzero(kind == k), str(name)) for k, name in enumerate(names)]
    later = np.flatnonzero(atoms.residues.bonded_to_previous)
    before, later = np.concatenate([np.stack([later - 1, later], 1), closed_chains(atoms)]).T
    links = [np.stack([atom_index(atoms, a)[before], atom_index(atoms, b)[later]], 1) for a, b, _ in LINKS]
    sulfur = atom_index(atoms, "SG")[disulfides].reshape(-1, 2)
    everything = np.concatenate([*bonds, *links, sulfur])
    return Molecule(atoms, disulfides, everything[(everything >= 0).all(1)])


def _bonds_of_kind(atoms: Particles, residues: NDArray[np.int64], name: str) -> NDArray[np.int64]:
    """Bonds within residues of one name, residue after residue; -1 where an atom is not there."""
    known = template(name)
    assert known is not None, f"{name} was checked before"
    pairs = [(known.atoms[a], known.atoms[b]) for a, b in known.bonds.tolist()]
    pairs += TERMINAL_BONDS.get(known.kind, ())
    slots = np.unique([*known.atoms, *(atom for pair in pairs for atom in pair)])
    rows = np.flatnonzero(atoms.residues.names[atoms.residue_index] == name)
    slot = np.searchsorted(slots, atoms.names[rows])
    table = np.full((len(residues), len(slots)), -1)
    table[np.searchsorted(residues, atoms.residue_index[rows]), slot] = rows
    return table[:, np.searchsorted(slots, np.array(pairs, dtype=slots.dtype).reshape(-1, 2))].reshape(-1, 2)


def select_residues(molecule: Molecule, keep: NDArray[np.bool_]) -> Molecule:
    """Return the residues of a mask with their bonds.

    Parameters
    ----------
    molecule : Molecule
        Atoms and bonds.
    keep : ndarray, shape=(n_residues,), dtype=bool
        Residues to keep.

    Returns
    -------
    Molecule
        Their atoms, and the bonds among them.
    """
    row = np.where(keep[molecule.atoms.residue_index], 0, -1)
    row[row == 0] = np.arange((row == 0).sum())
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    bonds, disulfides = row[molecule.bonds], number[molecule.disulfides]
    return Molecule(
        molecule.atoms.select_residues(keep), disulfides[(disulfides >= 0).all(1)], bonds[(bonds >= 0).all(1)]
    )
