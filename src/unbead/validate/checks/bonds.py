"""The bonds that a structure should have, and how far they are off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, SLOTS, C, N, Slots, amino_template
from unbead.chem.links import DISULFIDE_LENGTH, PEPTIDE_LENGTH
from unbead.structure.disulfides import BONDED, find_bridges
from unbead.validate.checks.cross_links import find_cross_links
from unbead.validate.finding import Finding

BROKEN = 0.1  # share of the reference length
SULFUR_SLOT = 5


@dataclass(frozen=True)
class Bonds:
    """Bonds between flat slots (residue × 14 + slot).

    Attributes
    ----------
    pairs : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded slots, both present.
    lengths : ndarray, shape=(n_bonds,), dtype=float64
        Reference lengths in Å.
    n_disulfides : int
        How many of the last bonds are disulfides.
    """

    pairs: NDArray[np.int64]
    lengths: NDArray[np.float64]
    n_disulfides: int


def find_disulfides(slots: Slots) -> NDArray[np.int64]:
    """Find disulfide bonds by the distance of SG atoms, the nearest first, at most one for each.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n, 2), dtype=int64
        Bonded residues.
    """
    cysteine = np.flatnonzero((slots.kind == AMINO_ACIDS.index("CYS")) & slots.present[:, SULFUR_SLOT])
    pairs = find_bridges(slots.positions[cysteine, SULFUR_SLOT], longest=BONDED)
    return cysteine[pairs[np.argsort(pairs[:, 0])]]


def find_bonds(slots: Slots, disulfides: NDArray[np.int64]) -> Bonds:
    """List the bonds that the residues and their chain should have.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    disulfides : ndarray, shape=(n, 2), dtype=int64
        Residue pairs with a disulfide bond.

    Returns
    -------
    Bonds
        Bonds within residues, peptide bonds, cross-links and, last, disulfide bonds.
    """
    pairs, lengths = [], []
    for kind in np.unique(slots.kind):
        known = amino_template(int(kind))
        inner = (known.bonds < known.n_heavy).all(1)
        rows = np.flatnonzero(slots.kind == kind)
        pairs.append((rows[:, None, None] * SLOTS + known.bonds[inner]).reshape(-1, 2))
        lengths.append(np.tile(known.bond_lengths[inner], len(rows)))
    later = np.flatnonzero(slots.residues.bonded_to_previous)
    pairs.append(np.stack([(later - 1) * SLOTS + C, later * SLOTS + N], 1))
    lengths.append(np.full(len(later), PEPTIDE_LENGTH))
    links = find_cross_links(slots)
    pairs.append(links.pairs)
    lengths.append(links.lengths)
    pairs.append(disulfides * SLOTS + SULFUR_SLOT)
    lengths.append(np.full(len(disulfides), DISULFIDE_LENGTH))
    joined = np.concatenate(pairs)
    there = np.asarray(slots.present.reshape(-1)[joined].all(1))
    n_disulfides = int(there[len(joined) - len(disulfides) :].sum())
    return Bonds(joined[there], np.concatenate(lengths)[there], n_disulfides)


def broken_bonds(slots: Slots, bonds: Bonds) -> dict[str, Finding]:
    """Find bonds whose length is off by more than 10 %.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    bonds : Bonds
        Their bonds.

    Returns
    -------
    dict of str to Finding
        ``bonds`` (without disulfides), ``peptide_bonds`` among them, and ``disulfides``.
    """
    flat = slots.positions.reshape(-1, 3).astype(np.float64)
    length = np.linalg.norm(flat[bonds.pairs[:, 0]] - flat[bonds.pairs[:, 1]], axis=1)
    off = np.abs(length - bonds.lengths) / bonds.lengths
    covalent = np.arange(len(off)) < len(off) - bonds.n_disulfides
    peptide = covalent & (bonds.pairs[:, 0] // SLOTS != bonds.pairs[:, 1] // SLOTS)
    found = {}
    for name, among in (("bonds", covalent), ("peptide_bonds", peptide), ("disulfides", ~covalent)):
        bad = among & (off > BROKEN)
        found[name] = Finding(bonds.pairs[bad], int(among.sum()), off[bad])
    return found
