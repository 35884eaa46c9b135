"""Counter-based noise."""

import numpy as np
import pytest

from unbead.nn.noise import COHERENCE, coherent_noise, counter_noise

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


def test_coherent_numbers_are_standard_normal_in_every_frame_and_independent_of_each_other():
    for frame in range(0, 3 * COHERENCE, 4):
        x = coherent_noise(0, 1, frame, ROWS, 16)
        assert abs(x.mean()) < 0.02 and abs(x.std() - 1) < 0.02 and abs((x**4).mean() - 3) < 0.2
        assert np.abs(np.corrcoef(x.T) - np.eye(16)).max() < 0.08


def test_coherent_numbers_vary_smoothly_and_are_forgotten():
    x = np.stack([coherent_noise(0, 1, frame, ROWS, 4) for frame in range(100, 100 + 6 * COHERENCE)]).reshape(-1, 12000)
    steps = np.diff(x, axis=0)
    assert np.abs(steps).mean() < 0.15 and np.abs(np.diff(steps, axis=0)).mean() < 0.03  # two of noise: 1.13, 1.95
    for start in range(0, COHERENCE, 3):
        assert 0.41 < (x[start] * x[start + COHERENCE]).mean() < 0.57
        assert abs((x[start] * x[start + 4 * COHERENCE]).mean()) < 0.03


def test_coherent_numbers_need_no_other_frame_and_differ_by_seed_and_sample():
    one = coherent_noise(3, 1, 57, ROWS, 2)
    assert np.array_equal(one, coherent_noise(3, 1, 57, ROWS, 2))
    assert np.array_equal(one[40:50], coherent_noise(3, 1, 57, ROWS[40:50], 2))
    for other in ((4, 1, 57), (3, 2, 57)):
        assert abs((one * coherent_noise(*other, ROWS, 2)).mean()) < 0.05
    assert abs((coherent_noise(3, 1, 0, ROWS, 2) * counter_noise(3, 1, 0, ROWS, 2)).mean()) < 0.05
