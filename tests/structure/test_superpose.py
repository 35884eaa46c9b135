"""Rotations that lay points on others."""

import numpy as np

from unbead.structure.superpose import superpose


def test_superpose_finds_the_rotation_and_never_mirrors(rng, rotation):
    points = rng.normal(size=(5, 3))
    goal = points @ rotation + [1, 2, 3]
    found, shift = superpose(points, np.stack([goal, points * [-1, 1, 1]]))
    assert np.allclose(points @ found[0] + shift[0], goal, atol=1e-5)
    assert np.allclose(np.linalg.det(found), 1)
