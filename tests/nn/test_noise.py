"""Counter-based noise."""

import numpy as np
import pytest

from unbead.nn.noise import counter_noise

ROWS = np.arange(3000)


def test_a_residue_gets_the_same_numbers_whatever_is_beside_it():
    whole = counter_noise(7, 3, 2, ROWS, 8)
    order = np.random.default_rng(0).permutation(ROWS)
    assert np.array_equal(counter_noise(7, 3, 2, order, 8), whole[order])
    assert np.array_equal(counter_noise(7, 3, 2, ROWS[40:50], 8), whole[40:50])


@pytest.mark.parametrize("other", [(8, 3, 2), (7, 4, 2), (7, 3, 1), (3, 7, 2), (-1, 3, 2)])
def test_other_seeds_samples_and_frames_get_others(other):
    a, b = counter_noise(7, 3, 2, ROWS, 8), counter_noise(*other, ROWS, 8)
    assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.03


def test_numbers_are_standard_normal_and_independent():
    x = counter_noise(0, 0, 0, ROWS, 16)
    assert abs(x.mean()) < 0.02 and abs(x.std() - 1) < 0.02 and abs((x**4).mean() - 3) < 0.15
    assert np.abs(np.corrcoef(x.T) - np.eye(16)).max() < 0.08
    assert np.abs(np.corrcoef(x[:-1].ravel(), x[1:].ravel())[0, 1]) < 0.02
