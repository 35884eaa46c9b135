"""The amino acids of an assembly as a table of atoms by slot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import SLOTS, filled_slots, kinds_and_slots
from unbead.chem.particles import Particles


@dataclass(frozen=True)
class ResidueSlots:
    """Residues that have the heavy atoms of one of the 20 amino acids.

    Attributes
    ----------
    residue : ndarray, shape=(n,), dtype=int64
        The residues, in order.
    kind : ndarray, shape=(n,), dtype=int64
        Their types; variants count as their canonical residue.
    atoms : ndarray, shape=(n, 14), dtype=int64
        Atoms by slot; CA where there is none.
    """

    residue: NDArray[np.int64]
    kind: NDArray[np.int64]
    atoms: NDArray[np.int64]


def residue_slots(atoms: Particles, template_names: NDArray[np.str_]) -> ResidueSlots:
    """Find the amino acids whose atoms are all there.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms to build.
    template_names : ndarray, shape=(n_residues,), dtype=str
        Template of each residue.

    Returns
    -------
    ResidueSlots
        Residues without other heavy atoms than those of their canonical residue.
    """
    kind, slot = kinds_and_slots(atoms, template_names)
    index = atoms.residue_index
    table = np.full((len(kind), SLOTS), -1)
    held = np.flatnonzero(slot >= 0)
    table[index[held], slot[held]] = held
    size = np.bincount(index, minlength=len(kind))
    filled = np.where((kind >= 0)[:, None], filled_slots()[kind], False)
    whole = (kind >= 0) & ((table >= 0) == filled).all(1) & (size == filled.sum(1))
    rows = np.flatnonzero(whole)
    return ResidueSlots(rows, kind[rows], np.where(table[rows] >= 0, table[rows], table[rows, 1:2]))
