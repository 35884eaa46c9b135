"""Bond angles against MDAnalysis."""

import MDAnalysis as mda
import numpy as np
import pytest

from unbead.chem.amino import protein_slots
from unbead.validate.checks.angles import bent_angles, find_angles
from unbead.validate.checks.bonds import find_bonds


def test_a_crystal_has_all_its_angles_and_no_bent_one(crystal):
    slots = protein_slots(crystal)
    triples, values = find_angles(slots)
    assert len(triples) == len(values) == bent_angles(slots).tested
    assert len(bent_angles(slots)) == 0
    degree = np.bincount(find_bonds(slots, np.zeros((0, 2), int)).pairs.reshape(-1))
    every = (degree * (degree - 1) // 2).sum()
    prolines = (crystal.residues.names[1:] == "PRO").sum()  # C-N-CD is not judged
    assert len(triples) == every - prolines


def test_bent_angles_as_mdanalysis(crystal, rng):
    shaken = crystal.with_positions(crystal.positions + rng.normal(0, 0.25, crystal.positions.shape))
    slots = protein_slots(shaken)
    triples, values = find_angles(slots)
    points = slots.positions.reshape(-1, 3)[triples]
    angles = np.degrees(mda.lib.distances.calc_angles(points[:, 0], points[:, 1], points[:, 2]))
    found = bent_angles(slots)
    assert len(found) == (np.abs(angles - values) > 15).sum() > 0
    assert found.amount.max() == pytest.approx(np.abs(angles - values).max(), abs=0.01)
