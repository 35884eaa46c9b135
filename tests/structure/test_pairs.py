"""Near pairs against the slow, obvious search."""

import numpy as np
import pytest

from unbead.structure.pairs import find_pairs, pairs_by_part

RHOMBIC = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, np.sqrt(0.5)]])


def brute_force(x, cutoff, cell):
    shifts = np.array(list(np.ndindex(9, 9, 9))) - 4 if cell is not None else np.zeros((1, 3))
    cell = np.zeros((3, 3)) if cell is None else cell
    found = []
    for shift in shifts:
        d = np.linalg.norm(x[None] + shift @ cell - x[:, None], axis=2)
        i, j = np.nonzero(d < cutoff)
        real = (i != j) | shift.any()
        found += d[i[real], j[real]].tolist()
    return np.sort(found)


@pytest.mark.parametrize("cell", [None, np.diag([11.0, 13, 40]), 9 * RHOMBIC, 40 * RHOMBIC])
def test_pairs_through_faces_of_cells_large_and_small(rng, cell):
    cutoff = 12.0
    x = rng.uniform(-1, 1, (30, 3)) @ (np.eye(3) * 20 if cell is None else cell)  # half of them out of the cell
    pairs = find_pairs(x, cutoff, cell, both=True)
    assert np.allclose(np.linalg.norm(x[pairs.j] + pairs.shift() - x[pairs.i], axis=1), pairs.distance)
    inside = x if cell is None else x - np.floor(x @ np.linalg.inv(cell)) @ cell
    assert np.allclose(np.sort(pairs.distance), brute_force(inside, cutoff, cell))
    once = find_pairs(x, cutoff, cell)
    assert np.allclose(np.sort(np.repeat(once.distance, 2)), np.sort(pairs.distance))


def test_points_alone_have_no_pairs():
    for points in (np.zeros((1, 3)), np.zeros((0, 3))):
        assert len(find_pairs(points, 5.0).i) == 0


def listed(parts):
    rows = [np.column_stack([p.i, p.j, p.images, np.round(p.distance, 6)]) for p in parts]
    rows = np.concatenate(rows)
    flip = rows[:, 0] > rows[:, 1]
    rows[flip] = rows[flip][:, [1, 0, 2, 3, 4, 5]] * [1, 1, -1, -1, -1, 1]
    return sorted(map(tuple, (rows + 0.0).tolist()))


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(
    "cell", [None, np.diag([11.0, 13, 40]), 30 * RHOMBIC, np.array([[20, 0, 0], [9, 25, 0], [-8, 9, 30.0]])]
)
def test_parts_find_the_same_pairs(rng, cell, both):
    """In the second cell the cutoff reaches too far for parts; it is searched whole."""
    x = rng.uniform(-1, 2, (300, 3)) @ (np.eye(3) * 20 if cell is None else cell)
    whole = find_pairs(x, 5.5, cell, both=both)
    for most in (1, 40, 299):
        parts = list(pairs_by_part(x, 5.5, cell, both=both, most=most))
        assert len(parts) > 1 or (cell is not None and cell.max() == 40)
        for part in parts:
            assert np.allclose(np.linalg.norm(x[part.j] + part.shift() - x[part.i], axis=1), part.distance)
        assert listed(parts) == listed([whole])


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("extent", [[1e5, 1e5, 1], [1e4, 1e4, 0], [2e5, 0, 0], [0, 2e5, 100], [2e5, 2e5, 100]])
@pytest.mark.parametrize("cutoff", [1.5, 12.0])
def test_points_that_scatter_over_a_plane_or_a_line_are_searched(rng, extent, cutoff, both):
    """The grid of the search had no cell left in the flat direction: the process ended with SIGFPE."""
    x = rng.uniform(0, 1, (40, 3)) * extent
    x[1::2] = x[::2] + [1.0, 0.5, 0.25]
    pairs = find_pairs(x, cutoff, both=both)
    far = np.linalg.norm(x[:, None] - x, axis=2)
    want = (far < cutoff) & ~np.eye(40, dtype=bool)
    assert len(pairs.i) == want.sum() // (1 if both else 2) and want.sum() >= 40
    assert np.allclose(pairs.distance, far[pairs.i, pairs.j]) and not pairs.images.any()
