"""Levels and anchors: in which order, and from where, the atoms of a bead are placed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unbead.errors import UnbeadError
from unbead.mapping.grammar import MoleculeFile


def anchors_from_labels(
    file: MoleculeFile, owner: NDArray[np.int64], beads: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read levels and anchors off the ``P`` flags of a file.

    Parameters
    ----------
    file : MoleculeFile
        A parsed mapping file.
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead that places each atom.
    beads : sequence of str
        Bead names.

    Returns
    -------
    level, anchor : ndarray, shape=(n_atoms,), dtype=int64
        Level (1 without a flag) and anchor atom, -1 for the bead.

    Raises
    ------
    UnbeadError
        If an anchor does not exist.
    """
    found: dict[tuple[str, int, str], int] = {}
    for column, entry in enumerate(file.atoms):
        for bead, (level, _, own) in zip(entry.beads, entry.levels, strict=False):
            found[bead, level, own] = column
    for (bead, level, own), column in list(found.items()):
        found.setdefault((bead, level, own.rstrip("0123456789")), column)  # published files drop the number
    levels = np.ones(len(file.atoms), np.int64)
    anchors = np.full(len(file.atoms), -1, np.int64)
    for column, entry in enumerate(file.atoms):
        if not entry.levels:
            continue
        bead = beads[int(owner[column])]
        level, anchor, _ = entry.levels[entry.beads.index(bead)]
        levels[column] = level
        if level > 1:
            key = (bead, level - 1, anchor)
            if key not in found:
                raise UnbeadError(
                    f"{entry.source}:{entry.line}: {entry.names[0]}: bead {bead} has no atom {anchor} on level"
                    f" {level - 1}; label its anchor P{level - 1}…{anchor}"
                )
            anchors[column] = found[key]
    return levels, anchors


def anchors_from_bonds(
    bonds: Sequence[tuple[int, int]], weights: NDArray[np.float64], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Derive levels and anchors: each bead's heaviest atom first, the others along the bonds.

    Parameters
    ----------
    bonds : sequence of (int, int)
        Bonded atoms.
    weights : ndarray, shape=(n_beads, n_atoms), dtype=float64
        Weights of the atoms in the beads.
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead that places each atom.

    Returns
    -------
    level, anchor : ndarray, shape=(n_atoms,), dtype=int64
        Level (from one) and anchor atom, -1 for the bead; atoms that no bond reaches are placed from the bead.
    """
    levels = np.ones(len(owner), np.int64)
    anchors = np.full(len(owner), -1, np.int64)
    for bead in range(len(weights)):
        mine = np.flatnonzero(owner == bead)
        if not len(mine):
            continue
        front = [int(mine[np.argmax(weights[bead, mine])])]
        seen = set(front)
        while front:
            reached = []
            for a in front:
                for i, j in bonds:
                    other = j if i == a else i if j == a else -1
                    if other >= 0 and owner[other] == bead and other not in seen:
                        seen.add(other)
                        levels[other], anchors[other] = levels[a] + 1, a
                        reached.append(other)
            front = reached
    return levels, anchors
