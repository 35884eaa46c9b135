"""The array class."""

import numpy as np

from tests.helpers import make_particles


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
