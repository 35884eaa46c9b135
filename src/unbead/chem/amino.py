"""Proteins as a table: 20 amino acids, up to 14 heavy atoms each, in template order."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles, Residues
from unbead.chem.symmetric_names import named_by_rule
from unbead.chem.templates import Template, is_d_residue, template

AMINO_ACIDS = tuple("ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL".split())
SLOTS = 14
N, CA, C, O, CB = range(5)  # slots of the backbone and of Cβ


@dataclass(frozen=True)
class Slots:
    """The amino acids of a structure.

    Attributes
    ----------
    kind : ndarray, shape=(n,), dtype=int64
        Residue types; variants count as their canonical residue.
    positions : ndarray, shape=(n, 14, 3), dtype=float32
        Heavy atoms in Å; NaN where absent.
    residues : Residues
        The residues.
    """

    kind: NDArray[np.int64]
    positions: NDArray[np.float32]
    residues: Residues

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which slots hold an atom, shape (n, 14)."""
        return np.isfinite(self.positions[..., 0])

    @property
    def hand(self) -> NDArray[np.float64]:
        """1 for L-amino acids and -1 for those with the name of a D-amino acid, shape (n,)."""
        names, which = np.unique(self.residues.names, return_inverse=True)
        return np.where([is_d_residue(str(name)) for name in names], -1.0, 1.0)[which]

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Which residues have all their heavy atoms, shape (n,)."""
        return (self.present == filled_slots()[self.kind]).all(1)


def amino_template(kind: int) -> Template:
    """Return the template of a residue type.

    Parameters
    ----------
    kind : int
        Index into `AMINO_ACIDS`.

    Returns
    -------
    Template
        Its template.
    """
    known = template(AMINO_ACIDS[kind])
    assert known is not None, f"no template for {AMINO_ACIDS[kind]}"
    return known


@cache
def filled_slots() -> NDArray[np.bool_]:
    """Which slots each residue type fills, shape (20, 14)."""
    sizes = np.array([amino_template(kind).n_heavy for kind in range(len(AMINO_ACIDS))])
    return np.arange(SLOTS) < sizes[:, None]


@cache
def slot_elements() -> NDArray[np.str_]:
    """Element of each slot, shape (20, 14); "" where a residue type has none."""
    table = np.full((len(AMINO_ACIDS), SLOTS), "", dtype="U2")
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        table[kind, : known.n_heavy] = known.elements[: known.n_heavy]
    return table


@cache
def swapped_slots() -> NDArray[np.int64]:
    """Slot whose name each slot takes when symmetric atoms swap, shape (20, 14)."""
    swapped = np.tile(np.arange(SLOTS), (len(AMINO_ACIDS), 1))
    for kind in range(len(AMINO_ACIDS)):
        for group in amino_template(kind).symmetric:
            for a, b in group:
                swapped[kind, a], swapped[kind, b] = b, a
    return swapped


def slots_by_rule(kind: NDArray[np.int64], positions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Name equal atoms by the rules of IUPAC.

    Parameters
    ----------
    kind : ndarray, shape=(n,), dtype=int64
        Residue types.
    positions : ndarray, shape=(n, 14, 3), dtype=float32
        Heavy atoms in Å; NaN where absent.

    Returns
    -------
    ndarray, shape=(n, 14, 3), dtype=float32
        The same atoms under the right names.
    """
    named = positions.copy()
    for each in np.unique(kind):
        rows = kind == each
        named[rows] = named_by_rule(amino_template(int(each)), positions[rows])
    return named


def protein_slots(atoms: Particles) -> Slots:
    """Sort the heavy atoms of a structure into slots.

    Parameters
    ----------
    atoms : Particles
        A structure; what is no amino acid is left out, and so are atoms beyond the canonical residue's.

    Returns
    -------
    Slots
        The amino acids in file order.
    """
    kind, slot = kinds_and_slots(atoms, atoms.residues.names)
    positions = np.full((len(kind), SLOTS, 3), np.nan, np.float32)
    rows = np.flatnonzero(slot >= 0)
    positions[atoms.residue_index[rows], slot[rows]] = atoms.positions[rows]
    amino = kind >= 0
    return Slots(kind[amino], positions[amino], atoms.residues.select(amino))


def kinds_and_slots(atoms: Particles, names: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tell residue types and slots of atoms by name.

    Parameters
    ----------
    atoms : Particles
        A structure.
    names : ndarray, shape=(n_residues,), dtype=str
        Names by which its residues are known.

    Returns
    -------
    kind : ndarray, shape=(n_residues,), dtype=int64
        Residue types; -1 for what is no amino acid.
    slot : ndarray, shape=(n_atoms,), dtype=int64
        Slots; -1 for atoms that the canonical residue does not have.
    """
    residues, which = np.unique(names, return_inverse=True)
    parents = [known.parent if (known := template(str(name))) is not None else "" for name in residues]
    kinds = np.array([AMINO_ACIDS.index(parent) if parent in AMINO_ACIDS else -1 for parent in parents], np.int64)
    labels = np.char.add(np.char.add(names[atoms.residue_index], ":"), atoms.names)
    unique, back = np.unique(labels, return_inverse=True)
    slots = np.array([_slot(*str(label).split(":", 1)) for label in unique], np.int64)
    return kinds[which], slots[back]


def _slot(residue: str, atom: str) -> int:
    """Slot of an atom by names; -1 where the canonical residue has no such atom."""
    known = template(residue)
    parent = template(known.parent) if known is not None else None
    if parent is None or parent.name not in AMINO_ACIDS:
        return -1
    name = canonical_atom_name(residue, atom)
    index = parent.index("SD" if name == "SE" else name)
    return index if index < parent.n_heavy else -1
