"""Rotamers."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.validate.rotamers import (
    DIMENSIONS,
    OUTLIER,
    mass_outside,
    rotamer_bins,
    rotamer_outliers,
    rotamers,
    table_shape,
)

ALL = np.flatnonzero(DIMENSIONS).tolist()


def share(name, *chi):
    kind = AMINO_ACIDS.index(name)
    row = np.full((1, 4), np.nan)
    row[0, : len(chi)] = chi
    return mass_outside(kind)[rotamer_bins(kind, row)][0]


@pytest.mark.parametrize("kind", ALL)
def test_tables_are_whole(kind):
    table = mass_outside(kind)
    assert table.shape == table_shape(kind) and table.max() == 1
    assert 0.1 < (table >= OUTLIER).mean() < 0.9


@pytest.mark.parametrize(
    ("name", "usual", "unusual"),
    [
        ("VAL", (175,), (-120,)),
        ("LEU", (-65, 175), (-120, -120)),
        ("ILE", (-65, 170), (120, 120)),
        ("PHE", (-65, 95), (0, 0)),
        ("LYS", (-65, 180, 180), (0, 0, 0)),
        ("MET", (-65, -60, -70), (0, 120, 0)),
    ],
)
def test_staggered_is_usual_and_eclipsed_is_not(name, usual, unusual):
    assert share(name, *usual) > 0.1
    assert share(name, *unusual) < OUTLIER


def test_rings_repeat_after_half_a_turn():
    assert share("PHE", -65, 95) == share("PHE", -65, -85)
    assert share("GLU", -65, 180, 10) == share("GLU", -65, 180, -170)


def test_a_good_crystal_has_no_outliers_and_a_wrong_turn_is_one(crystal, rng):
    slots = protein_slots(crystal)
    found = rotamer_outliers(slots)
    assert len(found) == 0 and found.tested == np.isin(slots.kind, ALL).sum()
    assert rotamers(slots)["rotamer_favoured_percent"] > 90
    slots.positions[:, 5:] += rng.normal(0, 1.5, slots.positions[:, 5:].shape).astype(np.float32)
    assert rotamers(slots)["rotamer_outliers_percent"] > 5
