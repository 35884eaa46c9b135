"""Molecules in the cell."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.particles import join
from unbead.io.box import box_vectors
from unbead.io.whole import make_whole
from unbead.io.wrap import wrap

BOXES = {"brick": [40, 45, 50, 90, 90, 90], "rhombic": [50, 50, 50, 60, 60, 90], "lean": [60, 50, 45, 70, 75, 100]}


def fractions(points, box):
    return points @ np.linalg.inv(box_vectors(np.array(box, np.float32)))


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_each_molecule_has_its_centre_in_the_cell_and_stays_whole(crystal, box, rng):
    water = make_particles(["O"] * 20, ["HOH"] * 20, range(20), rng.uniform(-200, 200, (20, 3)), elements=["O"] * 20)
    water = replace(water, residues=replace(water.residues, bonded_to_previous=np.zeros(20, bool)))
    system = join([crystal.with_positions(crystal.positions + np.array([300, -90, 20])), crystal, water])
    system = replace(system, box=np.array(box, np.float32))
    wrapped = wrap(system)
    n = len(crystal)
    for rows in (slice(0, n), slice(n, 2 * n), *(slice(2 * n + k, 2 * n + k + 1) for k in range(20))):
        centre = fractions(wrapped.positions[rows].astype(float).mean(0), box)
        assert (centre > -1e-5).all() and (centre < 1 + 1e-5).all()
        moved = wrapped.positions[rows] - system.positions[rows]
        cells = fractions(moved, box)
        assert np.allclose(cells, np.round(cells[0]), atol=1e-4)
    assert np.array_equal(wrap(wrapped).positions, wrapped.positions)
    assert np.array_equal(make_whole(wrapped).positions, wrapped.positions)


def test_what_is_in_the_cell_is_left_alone(crystal):
    inside = crystal.with_positions(crystal.positions - crystal.positions.mean(0) + 30)
    boxed = replace(inside, box=np.array([60, 60, 60, 90, 90, 90], np.float32))
    assert np.array_equal(wrap(boxed).positions, inside.positions)
    assert wrap(inside) is inside


def test_a_chain_with_a_gap_moves_as_one(crystal):
    kept = crystal.select_residues(~np.isin(np.arange(46), (20, 21)))
    boxed = replace(kept, box=np.array([60, 60, 60, 90, 90, 90], np.float32))
    x = boxed.positions - boxed.positions[boxed.residue_index < 20].mean(0)  # the first part on a face
    moved = wrap(boxed.with_positions(x)).positions - x
    assert np.allclose(moved, moved[0], atol=1e-4)
