"""Findings name residues and atoms."""

import numpy as np

from unbead.chem.amino import SLOTS, protein_slots
from unbead.validate.finding import Finding, describe_atoms, of_residues


def test_the_worst_come_first(crystal):
    slots = protein_slots(crystal)
    found = of_residues(np.array([3, 5, 8]), 46, np.array([0.1, 0.9, 0.5]))
    labels = [crystal.residues.label(i) for i in (5, 8)]
    assert found.describe(slots, 2) == labels
    assert len(found) == 3 and found.percent == 100 * 3 / 46
    assert Finding(np.zeros((0, 1), int), 0).percent is None


def test_atoms_are_grouped_by_residue(crystal):
    slots = protein_slots(crystal)
    first, second = (crystal.residues.label(i) for i in (2, 3))
    assert describe_atoms(slots, [2 * SLOTS, 2 * SLOTS + 1]) == f"{first} N-CA"
    assert describe_atoms(slots, [2 * SLOTS + 2, 3 * SLOTS]) == f"{first} C, {second} N"
    assert describe_atoms(slots, [2 * SLOTS + 1]) == first
