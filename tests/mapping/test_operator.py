"""M is a mean."""

import numpy as np

from unbead.mapping.operator import apply, normalised, to_scipy


def test_rows_sum_to_one_and_zero_weights_vanish(rng):
    op = normalised(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), np.array([3.0, 1, 0, 2]), (2, 3))
    assert np.allclose(to_scipy(op).sum(1), 1) and len(op.weight) == 3
    x = rng.normal(size=(3, 3))
    assert np.allclose(apply(op, x), [0.75 * x[0] + 0.25 * x[1], x[2]])
    assert np.allclose(apply(op, x + 5), apply(op, x) + 5)
