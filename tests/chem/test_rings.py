"""Rings, and what runs through them."""

import networkx
import numpy as np
import pytest

from unbead.chem.rings import pierced, ring_table, rings
from unbead.chem.templates import known_residues, template

HEXAGON = np.array([[np.cos(a), np.sin(a), 0] for a in np.arange(6) * np.pi / 3]) * 1.39
RING = np.arange(6)[None]


def thread(*points):
    """A benzene ring and a chain of two more atoms."""
    return np.concatenate([HEXAGON, points]), np.array([[6, 7]])


@pytest.mark.parametrize("name", known_residues())
def test_rings_as_networkx(name):
    known = template(name)
    graph = networkx.Graph(known.bonds[(known.bonds < known.n_heavy).all(1)].tolist())
    expected = {frozenset(ring) for ring in networkx.minimum_cycle_basis(graph)}
    assert {frozenset(ring) for ring in rings(known)} == expected
    for ring in rings(known):
        assert all(graph.has_edge(a, b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))


def test_table_of_a_chain():
    table = ring_table(np.array(["GLY", "PRO", "TRP", "XYZ"]), np.array([0, 4, 11, 25]))
    assert table.shape == (3, 6)
    assert sorted((table >= 0).sum(1).tolist()) == [5, 5, 6]
    assert table.max() < 25 and set(table[0][table[0] >= 0]) == {4, 5, 8, 9, 10}
    assert ring_table(np.array(["GLY"]), np.array([0])).shape == (0, 6)


@pytest.mark.parametrize(
    ("start", "end", "hit"),
    [
        ([0, 0, -0.7], [0, 0, 0.7], True),  # through the centre
        ([0.5, 0.3, -0.7], [0.2, 0.5, 0.8], True),
        ([0, 0, 0.1], [0, 0, 1.5], False),  # above
        ([1.6, 0, -0.7], [1.6, 0, 0.7], False),  # beside
        ([3, 0, 0.5], [-3, 0, -0.5], True),  # a long bond
    ],
)
def test_a_threaded_ring(start, end, hit, rotation):
    x, bonds = thread(start, end)
    assert pierced(x, RING, bonds).tolist() == ([[0, 0]] if hit else [])
    assert len(pierced(x @ rotation + 20, RING, bonds)) == hit


def test_bonds_of_the_ring_itself_do_not_count():
    x, _ = thread([0, 0, -0.7], [0, 0, 0.7])
    own = np.array([[0, 1], [0, 6], [3, 7]])
    assert len(pierced(x, RING, own)) == 0


def test_rings_of_five_have_a_closing_triangle():
    pentagon = np.array([[np.cos(a), np.sin(a), 0] for a in np.arange(5) * 2 * np.pi / 5])
    row = np.array([[0, 1, 2, 3, 4, -1]])
    for angle in np.arange(40) * np.pi / 20:
        for radius, hit in ((0.8, True), (1.01, False)):  # within the inscribed circle, 0.809, and outside the corners
            at = radius * np.array([np.cos(angle), np.sin(angle), 0])
            x = np.concatenate([pentagon, at + np.array([[0, 0, 0.5], [0, 0, -0.5]])])
            assert len(pierced(x, row, np.array([[5, 6]]))) == hit


def test_nothing_in_nothing_out():
    x, bonds = thread([0, 0, -0.7], [0, 0, 0.7])
    assert pierced(x, np.zeros((0, 6), np.int64), bonds).shape == (0, 2)
    assert pierced(x, RING, np.zeros((0, 2), np.int64)).shape == (0, 2)
    far = x.copy()
    far[6:] += 100
    assert pierced(far, RING, bonds).shape == (0, 2)


@pytest.mark.parametrize("hit", [True, False])
def test_images_of_bonds_pierce(hit, rng):
    cell = np.array([[25.0, 0, 0], [8.0, 24.0, 0], [-7.0, 5.0, 22.0]])
    x, bonds = thread([0, 0, -0.7], [0, 0, 0.7]) if hit else thread([0, 0, 0.1], [0, 0, 1.5])
    for _ in range(20):
        moved = x + rng.uniform(-60, 60, 3)
        moved[6:] += rng.integers(-3, 4, 3) @ cell
        assert len(pierced(moved, RING, bonds, cell)) == hit
