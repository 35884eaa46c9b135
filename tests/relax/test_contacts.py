"""Near pairs that no bond explains, against a plain search."""

import numpy as np
from scipy.spatial.distance import cdist

from unbead.relax.contacts import MARGIN, OVERLAP, SKIN, UNITED_ATOM_MARGIN, across, find_contacts, related


def test_related_are_three_bonds_apart_at_most():
    chain = np.array([[0, 1], [1, 2], [2, 3], [3, 4]])
    keys = related(chain, 5)
    assert [divmod(key, 5) for key in keys.tolist()] == [
        (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)
    ]  # fmt: skip


def test_disulfides_relate_their_neighbours():
    keys = across(np.array([[0, 5]]), np.array([[1, 6]]), np.array([[2, 7]]), 10)
    bonds = np.array([[0, 1], [1, 2], [5, 6], [6, 7]])
    whole = set(related(np.concatenate([bonds, [[2, 7]]]), 10).tolist())
    assert set(keys.tolist()) == whole - set(related(bonds, 10).tolist())


def test_contacts_are_those_of_a_plain_search(rng):
    x = rng.uniform(0, 12, (150, 3))
    radius, united_atom = rng.choice([1.7, 1.52], 150), rng.random(150) < 0.5
    bonds = np.stack([np.arange(149), np.arange(1, 150)], 1)
    excluded = related(bonds, 150)
    rhombic = 15 * np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0.5**0.5]])
    for cell in (None, np.array([[12.0, 0, 0], [2, 12, 0], [0, 1, 12]]), rhombic):
        shift = 0 if cell is None else rng.integers(-2, 3, (150, 3)) @ cell  # atoms may be out of the cell
        found = find_contacts(x + shift, radius, united_atom, excluded, cell)
        images = [np.zeros(3)] if cell is None else [np.array(k) @ cell for k in np.ndindex(3, 3, 3)]
        images = [image - (0 if cell is None else cell.sum(0)) for image in images]
        distance = np.min([cdist(x, x + image) for image in images], axis=0)
        limit = (
            radius[:, None] + radius - OVERLAP + MARGIN + UNITED_ATOM_MARGIN * np.outer(united_atom, united_atom) + SKIN
        )
        i, j = np.nonzero(np.triu(distance < limit, 1))
        expected = {(a, b) for a, b in zip(i.tolist(), j.tolist(), strict=True) if a * 150 + b not in set(excluded)}
        assert {tuple(sorted(pair)) for pair in found.pairs.tolist()} == expected
        moved = x + shift
        arrow = moved[found.pairs[:, 1]] + found.shift - moved[found.pairs[:, 0]]
        assert (np.linalg.norm(arrow, axis=1) < found.nearest + SKIN).all()
