"""Symmetric names."""

import numpy as np

from unbead.chem.amino import protein_slots, swapped_slots
from unbead.validate.accuracy import accuracy, resolve_symmetry


def test_swapped_references_are_swapped_back(crystal):
    slots = protein_slots(crystal)
    x = slots.positions
    swapped = x[np.arange(len(x))[:, None], swapped_slots()[slots.kind]]
    assert np.array_equal(resolve_symmetry(x, swapped, slots.kind), x, equal_nan=True)
    assert np.array_equal(resolve_symmetry(x, x, slots.kind), x, equal_nan=True)


def test_torsions_of_a_turned_side_chain_are_noticed(crystal):
    slots = protein_slots(crystal)
    other = slots.positions.copy()
    other[:, 5:] += 3.0
    numbers = accuracy(type(slots)(slots.kind, other, slots.residues), slots)
    assert numbers["rmsd_backbone"] == 0 and numbers["rmsd_side_chain"] > 1
    assert numbers["chi1_within_40_percent"] < 100 and numbers["phi_psi_within_30_percent"] == 100
