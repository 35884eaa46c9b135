"""Covalent bonds between side chains, and between side chains and ends of chains, disulfides aside."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.amino import SLOTS, Slots, amino_template
from unbead.chem.molecules.reactive import Chemistry, bond_at, groups

LONGEST = 2.0  # Å, of such bonds


@dataclass(frozen=True)
class CrossLinks:
    """Cross-links of a structure.

    Attributes
    ----------
    pairs : ndarray, shape=(n, 2), dtype=int64
        Bonded flat slots (residue × 14 + slot).
    lengths : ndarray, shape=(n,), dtype=float64
        Reference lengths in Å.
    lost : ndarray, shape=(n_lost,), dtype=int64
        Flat slots of atoms that left.
    """

    pairs: NDArray[np.int64]
    lengths: NDArray[np.float64]
    lost: NDArray[np.int64]


def find_cross_links(slots: Slots) -> CrossLinks:
    """Find cross-links: groups that can react, as near as such a bond is long, whose leaving atoms have left.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    CrossLinks
        Amides, esters and thioesters.
    """
    n = len(slots.kind)
    starts = ~slots.residues.bonded_to_previous
    ends = np.append(starts[1:], True)
    reactive = np.zeros((n, SLOTS), bool)
    for kind in np.unique(slots.kind):
        known = amino_template(int(kind))
        rows = np.flatnonzero(slots.kind == kind)
        for group in groups(known):
            free = {"first": starts, "last": ends, "": np.ones(n, bool)}[group.end]
            reactive[rows, known.index(group.atom)] |= free[rows]
    rows = np.flatnonzero((reactive & slots.present).reshape(-1))
    near = KDTree(slots.positions.reshape(-1, 3)[rows]).query_pairs(LONGEST, output_type="ndarray")
    pairs, lengths, lost = [], [], []
    for a, b in np.sort(rows[near].reshape(-1, 2), 1).tolist():
        bond = _bond(slots, a, b)
        if bond is not None:
            pairs.append((a, b))
            lengths.append(bond.length)
            lost += [
                flat // SLOTS * SLOTS + slot
                for flat, names in zip((a, b), bond.lost, strict=True)
                for name in names
                if (slot := amino_template(int(slots.kind[flat // SLOTS])).index(name)) in range(SLOTS)
            ]
    return CrossLinks(np.array(pairs, np.int64).reshape(-1, 2), np.array(lengths), np.array(lost, np.int64))


def _bond(slots: Slots, a: int, b: int) -> Chemistry | None:
    """The bond of two flat slots, None where they make none or an atom that would have left is still there."""
    (i, p), (j, q) = divmod(a, SLOTS), divmod(b, SLOTS)
    if i == j or (j - i == 1 and slots.residues.bonded_to_previous[j]):
        return None
    first, second = (amino_template(int(slots.kind[k])) for k in (i, j))
    length = float(np.linalg.norm(slots.positions[i, p] - slots.positions[j, q]))
    bond = bond_at((first, first.atoms[p]), (second, second.atoms[q]), length)
    if bond is None or bond.kind == "disulfide":
        return None
    for row, known, names in ((i, first, bond.lost[0]), (j, second, bond.lost[1])):
        if any((slot := known.index(name)) in range(SLOTS) and slots.present[row, slot] for name in names):
            return None
    return bond
