"""Ramachandran regions."""

import numpy as np

from unbead.chem.amino import protein_slots
from unbead.validate.ramachandran import BINS, CLASSES, bins, mass_outside, ramachandran, residue_class


def test_helices_are_favoured_and_the_empty_corner_is_not():
    table = mass_outside()
    assert table.shape == (len(CLASSES), BINS, BINS) and table.max() <= 1.0001
    helix = table[(0, *bins(np.array([-60.0]), np.array([-45.0])))]
    hole = table[(0, *bins(np.array([0.0]), np.array([90.0])))]
    assert helix > 0.9 and hole < 0.001


def test_a_good_crystal_has_no_outliers(crystal):
    slots = protein_slots(crystal)
    numbers = ramachandran(slots)
    assert numbers["ramachandran_outliers_percent"] == 0 and numbers["ramachandran_favoured_percent"] > 90
    kinds = residue_class(slots)
    names = crystal.residues.names
    assert (kinds[names == "GLY"] == 1).all() and (kinds[np.flatnonzero(names == "PRO") - 1] != 0).any()
