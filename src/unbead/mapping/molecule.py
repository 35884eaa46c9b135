"""The mapping of one molecule as arrays."""

from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import guess_element, mass
from unbead.chem.naming import canonical_atom_name
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.grammar import PREVIOUS, AtomEntry, MoleculeFile
from unbead.mapping.levels import anchors_from_bonds, anchors_from_labels


@dataclass(frozen=True, eq=False)
class MoleculeMapping:
    """Beads of one molecule and the atoms they stand for.

    Attributes
    ----------
    molecule : str
        Residue name.
    aliases : tuple of str
        Other residue names.
    beads : tuple of str
        Bead names in file order.
    atoms : tuple of str
        Atom names, as in the residue's template where there is one.
    weights : ndarray, shape=(n_beads, n_atoms), dtype=float64
        Share times mass (or share alone for ``center: geometry``); zero for atoms that do not count. Divide by the row
        sum over the atoms that are present.
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead that places the atom: the one with its largest share.
    level, anchor : ndarray, shape=(n_atoms,), dtype=int64
        Level of the atom in its bead and the atom it is placed from, -1 for the bead itself.
    source : str
        The file, for messages.
    other_names : dict of str to int
        Columns of the atoms by the other names that the file gives them.
    notes : tuple of str
        What was taken where neither the residue's name nor its beads tell.
    links : tuple of (str, str)
        Bonds to other residues, as in `unbead.mapping.grammar.MoleculeFile`.
    """

    molecule: str
    aliases: tuple[str, ...]
    beads: tuple[str, ...]
    atoms: tuple[str, ...]
    weights: NDArray[np.float64]
    owner: NDArray[np.int64]
    level: NDArray[np.int64]
    anchor: NDArray[np.int64]
    source: str
    other_names: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def previous(self) -> list[str]:
        """Names of atoms of the residue before that count in beads of this one."""
        return [name.removeprefix(PREVIOUS) for name in self.atoms if name.startswith(PREVIOUS)]

    def column(self, atom: str) -> int:
        """Find an atom by any of its names.

        Parameters
        ----------
        atom : str
            Atom name.

        Returns
        -------
        int
            Its column in `weights`, -1 where the molecule does not have it.
        """
        return self.atoms.index(atom) if atom in self.atoms else self.other_names.get(atom, -1)


def compile_molecule(file: MoleculeFile) -> MoleculeMapping:
    """Turn a parsed file into arrays.

    Parameters
    ----------
    file : MoleculeFile
        A parsed mapping file.

    Returns
    -------
    MoleculeMapping
        The same mapping as arrays.

    Raises
    ------
    UnbeadError
        If a bead has no atom that counts, an atom is not in the residue's template, or labels do not fit together.
    """
    names = [_unique_name(file, entry, i) for i, entry in enumerate(file.atoms)]
    _check_names(file, names)
    beads = tuple(dict.fromkeys(bead for entry in file.atoms for bead in entry.beads))
    weights = np.zeros((len(beads), len(names)))
    owner = np.zeros(len(names), np.int64)
    alone: dict[int, int] = {}
    for column, entry in enumerate(file.atoms):
        rows = [beads.index(bead) for bead in entry.beads]
        owner[column] = rows[int(np.argmax(entry.shares))]
        element = _element(file, names[column])
        scale = mass(element) if file.centre == "mass" else 1.0
        if entry.counted:
            weights[rows, column] = np.array(entry.shares) * scale
        for row in map(beads.index, entry.alone):
            if row in alone:
                raise UnbeadError(f"{entry.source}:{entry.line}: bead {beads[row]} has two CM atoms; keep one")
            alone[row] = column
    for row, column in alone.items():
        weights[row] = 0.0
        weights[row, column] = 1.0
    for row in np.flatnonzero(weights.sum(1) == 0):
        raise UnbeadError(f"{file.source}:1: bead {beads[row]} has no atom that counts; remove a ! or the bead")
    if any(entry.levels for entry in file.atoms):
        level, anchor = anchors_from_labels(file, owner, beads)
    else:
        level, anchor = anchors_from_bonds(_bonds(file, names), weights, owner)
    return MoleculeMapping(
        file.molecule,
        file.aliases,
        beads,
        tuple(names),
        weights,
        owner,
        level,
        anchor,
        str(file.source),
        {other: i for i, entry in reversed(list(enumerate(file.atoms))) for other in entry.names},
        links=tuple((names[_line(file, atom)], partner) for atom, partner in file.links),
    )


def _line(file: MoleculeFile, atom: str) -> int:
    """The entry of an atom."""
    return next(i for i, entry in enumerate(file.atoms) if atom in entry.names)


def _element(file: MoleculeFile, name: str) -> str:
    known = template(file.molecule)
    name = name.removeprefix(PREVIOUS)
    place = -1 if known is None else known.index(name)
    return known.elements[place] if known is not None and place >= 0 else guess_element(name) or "C"


def _unique_name(file: MoleculeFile, entry: AtomEntry, index: int) -> str:
    """Take the template's name for the atom unless another line of the file bears it."""
    name = canonical_atom_name(file.molecule, entry.names[0])
    others = {other.names[0] for i, other in enumerate(file.atoms) if i != index}
    return entry.names[0] if name in others else name


def _check_names(file: MoleculeFile, names: list[str]) -> None:
    """Refuse heavy atoms that the residue does not have; hydrogens vary with protonation."""
    known = template(file.molecule)
    if known is None:
        return
    heavy = (*known.atoms[: known.n_heavy], "OXT")
    for entry, name in zip(file.atoms, names, strict=True):
        if name.removeprefix(PREVIOUS) not in heavy and _element(file, name) != "H":
            near = get_close_matches(name, heavy, n=1, cutoff=0.0)[0]
            raise UnbeadError(f"{entry.source}:{entry.line}: {file.molecule} has no atom {name}; perhaps {near}")


def _bonds(file: MoleculeFile, names: list[str]) -> list[tuple[int, int]]:
    known = template(file.molecule)
    place = {name: i for i, name in enumerate(names)}
    pairs = file.bonds or ([(known.atoms[a], known.atoms[b]) for a, b in known.bonds] if known else [])
    return [(place[a], place[b]) for a, b in pairs if a in place and b in place]
