"""Geometry against slow counts."""

import numpy as np

from unbead.chem.amino import protein_slots
from unbead.validate.geometry import find_bonds, find_disulfides, geometry


def test_bonds_are_all_near_pairs(crystal):
    slots = protein_slots(crystal)
    bonds = find_bonds(slots, find_disulfides(slots))
    x = crystal.positions.astype(float)
    near = np.linalg.norm(x[:, None] - x, axis=-1) < 2.12
    assert len(bonds.pairs) == np.triu(near, 1).sum()


def test_overlaps_against_a_loop(crystal, rng):
    shaken = crystal.with_positions(crystal.positions + rng.normal(0, 0.5, crystal.positions.shape))
    slots = protein_slots(shaken)
    bonds = find_bonds(slots, np.zeros((0, 2), int)).pairs.tolist()
    around = {}
    for a, b in bonds:
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)
    radius = {"C": 1.7, "N": 1.55, "O": 1.52, "S": 1.8}
    flat = slots.positions.reshape(-1, 3)
    present = np.flatnonzero(np.isfinite(flat[:, 0]))
    element = dict(zip(present.tolist(), crystal.elements.tolist(), strict=True))
    count = 0
    for n, a in enumerate(present):
        near = {int(a)}
        for _ in range(3):
            near |= {k for j in near for k in around.get(j, ())}
        for b in present[n + 1 :]:
            gap = radius[element[a]] + radius[element[b]] - np.linalg.norm(flat[a] - flat[b])
            count += gap > 0.4 and int(b) not in near
    found = geometry(slots, np.zeros((0, 2), int))["clashscore"]
    assert round(found * len(present) / 1000) == count > 0
