"""Shells and turns."""

import numpy as np

from unbead.structure.directions import SHELLS, turns


def test_shells_are_unit_directions_about_their_centre():
    for n, shell in SHELLS.items():
        assert shell.shape == (n, 3)
        assert np.allclose(np.linalg.norm(shell, axis=1), 1) and np.allclose(shell.sum(0), 0)
        assert np.linalg.norm(shell[0] - shell[1]) > 1.6


def test_turns_are_rotations_that_only_key_and_seed_decide():
    keys = np.arange(2000)
    found = turns(keys, 3)
    assert np.allclose(found @ found.transpose(0, 2, 1), np.eye(3)) and np.allclose(np.linalg.det(found), 1)
    assert np.array_equal(turns(keys[700:710], 3), found[700:710])
    assert not np.allclose(turns(keys, 4), found)


def test_turns_are_uniform():
    found = turns(np.arange(20_000), 0)
    assert np.abs(found.mean(0)).max() < 0.02  # the mean of uniform rotations is zero
    assert np.allclose((found**2).mean(0), 1 / 3, atol=0.01)
    neighbours = (found[1:] * found[:-1]).mean(0)
    assert np.abs(neighbours).max() < 0.02
