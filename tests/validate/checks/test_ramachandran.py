"""Ramachandran regions."""

import numpy as np

from unbead.chem.amino import protein_slots
from unbead.validate.checks.ramachandran import ramachandran, residue_class


def test_a_good_crystal_has_no_outliers(crystal):
    slots = protein_slots(crystal)
    numbers = ramachandran(slots)
    assert numbers["ramachandran_outliers_percent"] == 0 and numbers["ramachandran_favoured_percent"] > 90
    kinds = residue_class(slots)
    names = crystal.residues.names
    assert (kinds[names == "GLY"] == 1).all() and (kinds[np.flatnonzero(names == "PRO") - 1] != 0).any()
