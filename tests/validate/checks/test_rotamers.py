"""Rotamers."""

import numpy as np

from unbead.chem.amino import protein_slots
from unbead.chem.torsions.rotamers import DIMENSIONS
from unbead.validate.checks.rotamers import rotamer_outliers, rotamers


def test_a_good_crystal_has_no_outliers_and_a_wrong_turn_is_one(crystal, rng):
    slots = protein_slots(crystal)
    found = rotamer_outliers(slots)
    assert len(found) == 0 and found.tested == (DIMENSIONS[slots.kind] > 0).sum()
    assert rotamers(slots)["rotamer_favoured_percent"] > 90
    slots.positions[:, 5:] += rng.normal(0, 1.5, slots.positions[:, 5:].shape).astype(np.float32)
    assert rotamers(slots)["rotamer_outliers_percent"] > 5
