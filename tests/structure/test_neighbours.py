"""Neighbour rows against the slow, obvious search."""

import numpy as np
import pytest

from unbead.structure.neighbours import find_neighbours


def brute_force(x, k, radius, cell):
    shifts = np.array([[0, 0, 0]]) if cell is None else np.array(list(np.ndindex(5, 5, 5))) - 2
    rows = []
    for i in range(len(x)):
        found = []
        for s in shifts:
            d = np.linalg.norm(x + (s @ cell if cell is not None else 0) - x[i], axis=1)
            found += [(d[j], j) for j in range(len(x)) if d[j] < radius and (j != i or s.any())]
        rows.append(sorted(found))
    return rows


RHOMBIC = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0.5**0.5]])
CELLS = [None, np.diag([14.0, 15.0, 16.0]), np.array([[14, 0, 0], [3, 14, 0], [-2, 4, 15.0]]), 16 * RHOMBIC]


@pytest.mark.parametrize(("cell", "size"), [*((cell, 14) for cell in CELLS), (5.5 * np.eye(3), 5), (6 * RHOMBIC, 4)])
def test_rows_hold_the_nearest(rng, cell, size):
    """In the last two cells a bead sees its own images."""
    x = rng.uniform(0, size, (size * 4, 3))
    k, radius = 8, 6.0
    found = find_neighbours(x, k, radius, cell)
    for i, expected in enumerate(brute_force(x, k, radius, cell)):
        real = found.mask[i] > 0
        assert real.sum() == min(k, len(expected))
        arrows = x[found.index[i]] + found.shift[i] - x[i]
        distance = np.linalg.norm(arrows, axis=1)[real]
        assert np.allclose(distance, [d for d, _ in expected[:k]], atol=1e-4)
        assert found.reach[i] == pytest.approx(expected[k][0] if len(expected) > k else radius, abs=1e-4)
        assert (found.index[i][~real] == i).all()


def test_far_beads_see_nobody():
    found = find_neighbours(np.array([[0.0, 0, 0], [100, 0, 0]]), 4, 10.0)
    assert found.mask.sum() == 0


def test_a_single_bead():
    found = find_neighbours(np.zeros((1, 3)), 4, 10.0)
    assert found.index.tolist() == [[0, 0, 0, 0]] and found.mask.sum() == 0
