"""Tables of rotamers."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.torsions.rotamers import (
    DIMENSIONS,
    FAVOURED,
    OUTLIER,
    mass_outside,
    nearest_favoured,
    rotamer_bins,
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


@pytest.mark.parametrize("name", ["SER", "LEU", "PHE", "LYS", "GLU"])
def test_the_nearest_favoured_place_is_the_nearest(name, rng):
    kind = AMINO_ACIDS.index(name)
    size = np.array(table_shape(kind))
    bins = rng.integers(0, size, (50, len(size)))
    found = nearest_favoured(kind, bins)
    usual = mass_outside(kind) >= FAVOURED
    assert usual[tuple(found.T)].all()
    there = usual[tuple(bins.T)]
    assert np.array_equal(found[there], bins[there])
    off = np.abs(np.argwhere(usual) - bins[:, None])
    least = (np.minimum(off, size - off) ** 2).sum(-1).min(1)
    mine = np.abs(found - bins)
    assert np.array_equal((np.minimum(mine, size - mine) ** 2).sum(-1), least)
