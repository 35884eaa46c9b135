"""Known spreads give known numbers."""

from itertools import combinations

import numpy as np
import pytest

from unbead.validate.diversity import best_of, coverage, diversity, truth_ranks


@pytest.mark.parametrize(("spread", "expected"), [(1.0, (50, 90)), (0.2, (0, 2)), (5.0, (99, 100))])
def test_coverage_tells_whether_the_spread_is_right(rng, spread, expected):
    centre = rng.normal(size=(4000, 3))
    truth = centre + rng.normal(size=(4000, 3))
    samples = centre + spread * rng.normal(size=(25, 4000, 3))
    samples[:, :100] = truth[:100] = 0  # what never varies does not count
    ranks = truth_ranks(samples, truth)
    assert np.isnan(ranks[:100]).all() and np.isfinite(ranks[100:]).all()
    found = coverage(ranks)
    assert (found["coverage_50"], found["coverage_90"]) == pytest.approx(expected, abs=3)


def test_diversity_is_one_for_copies_and_zero_for_strangers(rng):
    truth = rng.normal(size=(3000, 3))
    copies = np.repeat((truth + rng.normal(size=truth.shape))[None], 4, 0)
    strangers = rng.normal(size=(5, 3000, 3))
    assert diversity(copies, truth)["diversity"] == 1
    assert diversity(strangers, truth)["diversity"] == pytest.approx(0, abs=0.03)
    assert diversity(copies, truth)["spread"] == 0 and diversity(strangers, truth)["spread"] == pytest.approx(
        6**0.5, rel=0.03
    )
    assert diversity(copies, copies[0])["diversity"] is None


def test_best_of_is_the_mean_over_all_choices(rng):
    errors = rng.random((3, 6))
    for k in range(1, 7):
        choices = [errors[:, list(chosen)].min(1) for chosen in combinations(range(6), k)]
        assert best_of(errors)[:, k - 1] == pytest.approx(np.mean(choices, 0))
