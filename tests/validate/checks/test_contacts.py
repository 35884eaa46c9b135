"""Contacts and overlaps against slow counts and MDAnalysis."""

import numpy as np
import pytest
from MDAnalysis.lib.distances import self_capped_distance

from unbead.chem.amino import SLOTS, protein_slots
from unbead.chem.elements import VDW_RADII
from unbead.validate.checks.bonds import find_bonds
from unbead.validate.checks.contacts import REACH, contacts, near_pairs, slot_radii

NO_PAIRS = np.zeros((0, 2), int)


@pytest.fixture
def shaken(crystal, rng):
    """A crystal with overlaps."""
    return crystal.with_positions(crystal.positions + rng.normal(0, 0.5, crystal.positions.shape))


def test_near_pairs_as_mdanalysis(shaken):
    slots = protein_slots(shaken)
    pairs, distance = near_pairs(slots)
    expected, lengths = self_capped_distance(shaken.positions, REACH)
    assert len(pairs) == len(expected)
    assert np.allclose(np.sort(distance), np.sort(lengths), atol=1e-3)


def test_overlaps_against_a_loop(shaken):
    slots = protein_slots(shaken)
    bonds = find_bonds(slots, NO_PAIRS)
    around = {}
    for a, b in bonds.pairs.tolist():
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)
    radius = slot_radii(slots, VDW_RADII)
    flat = slots.positions.reshape(-1, 3)
    present = np.flatnonzero(np.isfinite(flat[:, 0]))
    count = 0
    for n, a in enumerate(present):
        near = {int(a)}
        for _ in range(3):
            near |= {k for j in near for k in around.get(j, ())}
        for b in present[n + 1 :]:
            gap = radius[a] + radius[b] - np.linalg.norm(flat[a] - flat[b])
            count += gap > 0.4 and int(b) not in near
    assert len(contacts(slots, bonds, *near_pairs(slots))["overlaps"]) == count > 0


def test_contacts_and_their_share(crystal):
    positions = crystal.positions.copy()
    positions[40] = positions[200] + [0.6, 0, 0]
    slots = protein_slots(crystal.with_positions(positions))
    found = contacts(slots, find_bonds(slots, NO_PAIRS), *near_pairs(slots))["contacts"]
    within, _ = self_capped_distance(positions, 5.0)
    assert found.tested == len(within)
    moved = {int(i) for i in found.where.reshape(-1) // SLOTS}
    assert len(found) >= 1 and {crystal.residue_index[40], crystal.residue_index[200]} <= moved
    assert set(slot_radii(slots, {"C": 1.0})) == {0.0, 1.0}


@pytest.mark.parametrize(("distance", "found"), [(1.21, 0), (1.19, 1)])
def test_a_contact_is_one_from_within_one_point_two(crystal, distance, found):
    """Mutants with other limits survived."""
    x = crystal.positions.copy()
    i, j = (int(np.flatnonzero((crystal.names == "O") & (crystal.residue_index == k))[0]) for k in (2, 20))
    out = x[i] + np.float32([500, 0, 0])  # where nothing else is
    x[i], x[j] = out, out + np.float32([0, distance, 0])
    slots = protein_slots(crystal.with_positions(x))
    bonds = find_bonds(slots, NO_PAIRS)
    before = contacts(*_judged(protein_slots(crystal)))["contacts"]
    assert len(before) == 0
    assert len(contacts(slots, bonds, *near_pairs(slots))["contacts"]) == found


def _judged(slots):
    return slots, find_bonds(slots, NO_PAIRS), *near_pairs(slots)
