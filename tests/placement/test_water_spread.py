"""Points part."""

import numpy as np
import pytest

from unbead.placement.water_spread import TOUCH, spread
from unbead.structure.pairs import find_pairs

RHOMBIC = 20 * np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, np.sqrt(0.5)]])


@pytest.mark.parametrize("cell", [20 * np.eye(3), RHOMBIC])
def test_crowded_points_part_through_faces_and_groups_stay(rng, cell):
    grid = np.stack(np.meshgrid(*[np.arange(4) + 0.5] * 3), -1).reshape(-1, 3) / 4 @ cell
    group = np.repeat(np.arange(64), 4)
    points = grid[group] + rng.normal(0, 1, (256, 3))
    points += (grid - np.array([points[group == k].mean(0) for k in range(64)]))[group]
    radius = np.full(256, 1.5)
    moved = spread(points, radius, group, 64, cell)
    assert find_pairs(points, 3, cell).distance.min() < 1.0
    assert find_pairs(moved, 3, cell).distance.min() > 2 * 1.5 - TOUCH - 0.2
    assert np.allclose([moved[group == k].mean(0) for k in range(64)], grid, atol=1e-9)


def test_points_of_no_group_stay_and_push():
    points = np.array([[0.0, 0, 0], [4, 0, 0], [0.3, 0, 0], [2, 9, 0]])
    moved = spread(points, np.full(4, 1.5), np.array([0, 0]), 1, None)
    assert moved.shape == (2, 3) and np.allclose(moved.mean(0), [2, 0, 0])
    assert np.linalg.norm(moved[0] - points[2]) > 2.5
    assert np.array_equal(points[0], [0, 0, 0])  # the input is left alone


def test_far_points_do_not_move():
    points = np.array([[0.0, 0, 0], [4, 0, 0], [50, 0, 0]])
    assert np.array_equal(spread(points, np.full(3, 1.5), np.array([0, 0]), 1, None), points[:2])
    assert len(spread(points, np.full(3, 1.5), np.zeros(0, np.int64), 0, None)) == 0
