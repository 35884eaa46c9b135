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
    n = len(atoms.residues)
    kind = np.full(n, -1, np.int64)
    for i, name in enumerate(atoms.residues.names):
        known = template(str(name))
        if known is not None and known.parent in AMINO_ACIDS:
            kind[i] = AMINO_ACIDS.index(known.parent)
    positions = np.full((n, SLOTS, 3), np.nan, np.float32)
    keys = np.char.add(np.char.add(atoms.residues.names[atoms.residue_index], ":"), atoms.names)
    kinds, which = np.unique(keys, return_inverse=True)
    slot = np.array([slot_of(*str(key).split(":", 1)) for key in kinds])[which]
    rows = np.flatnonzero(slot >= 0)
    positions[atoms.residue_index[rows], slot[rows]] = atoms.positions[rows]
    amino = kind >= 0
    return Slots(kind[amino], positions[amino], atoms.residues.select(amino))


def slot_of(residue: str, atom: str) -> int:
    """Return the slot of an atom of a residue.

    Parameters
    ----------
    residue, atom : str
        Their names; those of modified residues stand for the canonical one.

    Returns
    -------
    int
        The slot; -1 where the canonical residue has no such atom.
    """
    known = template(residue)
    parent = template(known.parent) if known is not None else None
    if parent is None or parent.name not in AMINO_ACIDS:
        return -1
    name = canonical_atom_name(residue, atom)
    index = parent.index("SD" if name == "SE" else name)
    return index if index < parent.n_heavy else -1
