"""Shifts and images make no difference, not to the last bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers import make_particles
from unbead.chem.particles import join
from unbead.structure.box import box_vectors
from unbead.structure.canonical import at_origin
from unbead.structure.unwrap import find_molecules

BOXES = {"none": None, "brick": [50, 55.12345, 60.5, 90, 90, 90], "rhombic": [60, 60, 60, 60, 60, 90]}


@pytest.fixture(scope="module")
def system(crystal):
    """A protein, and forty waters that are anywhere, as decimals of a file."""
    places = np.round(np.random.default_rng(3).uniform(0, 50, (40, 3)), 2)
    return join([crystal, make_particles(["W"] * 40, ["W"] * 40, range(1, 41), places)])


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(list(BOXES)), st.integers(0, 10**6), st.tuples(*[st.floats(-60, 60)] * 3))
def test_the_same_bits_for_all_shifts_and_images(system, box, seed, shift):
    box = None if BOXES[box] is None else np.array(BOXES[box], np.float32)
    molecules = find_molecules(replace(system, box=box))
    first = at_origin(system.positions, box, molecules)
    x = system.positions + np.array(shift)
    if box is not None:
        x += np.random.default_rng(seed).integers(-1, 2, x.shape) @ box_vectors(box)
    other = at_origin(x.astype(np.float32), box, molecules)
    assert np.array_equal(first.positions, other.positions)
    assert np.array_equal(first.positions[0], [0, 0, 0])


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_the_way_back(system, box):
    box = None if box is None else np.array(box, np.float32)
    molecules = find_molecules(replace(system, box=box))
    placed = at_origin(system.positions, box, molecules)
    again = placed.back(placed.positions, system.residue_index)
    assert np.allclose(again, system.positions, atol=1e-4)  # all were whole, at the image of their first particle


@pytest.mark.parametrize("box", [BOXES["brick"], BOXES["rhombic"]], ids=["brick", "rhombic"])
@pytest.mark.parametrize("corner", [[0, 0, 0], [1, 0, 0], [-3, 2, 1]])
def test_cut_molecules_go_back_to_the_cell_and_others_to_where_they_were(system, box, corner):
    box = np.array(box, np.float32)
    cell = box_vectors(box)
    molecules = find_molecules(replace(system, box=box))
    protein = system.residue_index < 46
    whole = system.positions + (np.array(corner) @ cell - system.positions[protein].mean(0))
    placed = at_origin(whole.astype(np.float32), box, molecules)
    assert np.allclose(placed.back(placed.positions, system.residue_index), whole, atol=1e-4)
    wrapped = (whole - np.floor(whole @ np.linalg.inv(cell)) @ cell).astype(np.float32)
    placed = at_origin(wrapped, box, molecules)
    again = placed.back(placed.positions, system.residue_index)
    assert np.ptp(wrapped[protein], axis=0).max() > 45  # it is cut
    centre = again[protein].mean(0, dtype=float) @ np.linalg.inv(cell)
    assert (centre > -1e-6).all() and (centre < 1).all()
    assert np.allclose(np.diff(again[protein], axis=0), np.diff(system.positions[protein], axis=0), atol=1e-4)
    assert np.allclose(again[~protein], wrapped[~protein], atol=1e-4)


def test_large_systems_and_numbers_of_any_kind():
    """Coordinates that are no decimals stay what they are, but for their own rounding."""
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 900, (500, 3)).astype(np.float32)
    p = make_particles(["W"] * 500, ["W"] * 500, range(500), x)
    placed = at_origin(x, None, find_molecules(p))
    assert np.abs(placed.positions - (x - x[0])).max() < 5 * np.spacing(np.float32(900))
    file = np.round(x.astype(float), 2)
    moved = (file + np.array([100.7, -3.3, 17.1])).astype(np.float32)
    molecules = find_molecules(p)
    assert np.array_equal(
        at_origin(file.astype(np.float32), None, molecules).positions, at_origin(moved, None, molecules).positions
    )


def test_nothing_stays_nothing():
    p = make_particles(["W"], ["W"], [1]).select(np.zeros(1, bool))
    assert len(at_origin(p.positions, None, find_molecules(p)).positions) == 0
