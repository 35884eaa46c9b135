"""The array class."""

import numpy as np

from tests.helpers import make_particles
from unbead.chem.particles import join


def test_select_keeps_residues_and_label_names_them():
    p = make_particles(["BB", "SC1", "BB"], ["PHE", "PHE", "GLY"], [7, 7, 8])
    kept = p.select(np.array([False, True, True]))
    assert kept.names.tolist() == ["SC1", "BB"]
    assert len(kept.residues) == 2
    assert kept.residues.label(0) == "PHE 7 (chain A)"


def test_with_positions_changes_positions_only():
    p = make_particles(["BB"], ["GLY"], [1])
    moved = p.with_positions(np.ones((1, 3)))
    assert moved.positions.tolist() == [[1, 1, 1]] and moved.positions.dtype == np.float32
    assert p.positions.tolist() == [[0, 0, 0]]


def test_joined_systems_stand_one_after_the_other():
    one = make_particles(["BB", "SC1", "BB"], ["PHE", "PHE", "GLY"], [7, 7, 8], np.ones((3, 3)))
    both = join([one, one.select_residues(np.zeros(2, bool)), one])
    assert both.names.tolist() == one.names.tolist() * 2
    assert both.residue_index.tolist() == [0, 0, 1, 2, 2, 3]
    assert both.residues.numbers.tolist() == [7, 8, 7, 8]
    assert both.residues.bonded_to_previous.tolist() == [False, True, False, True]
    assert np.array_equal(both.select_residues(np.arange(4) > 1).positions, one.positions)
