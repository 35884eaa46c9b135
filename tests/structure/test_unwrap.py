"""Cut molecules become whole, against MDAnalysis's wrapping."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from MDAnalysis.lib.distances import apply_PBC

from tests.helpers import make_particles
from unbead.structure.box import box_vectors
from unbead.structure.unwrap import make_whole, nearest_images
from unbead.validate.check import check_model

BOXES = ([45, 50, 60, 90, 90, 90], [60, 60, 60, 60, 60, 90])


@pytest.mark.parametrize("box", BOXES)
def test_a_wrapped_chain_is_whole_again(crystal, box):
    box = np.array(box, np.float32)
    wrapped = replace(crystal, positions=apply_PBC(crystal.positions + np.float32([20, 25, 0]), box), box=box)
    whole = make_whole(wrapped)
    steps = np.diff(crystal.positions, axis=0)
    assert np.linalg.norm(np.diff(wrapped.positions, axis=0), axis=1).max() > 30
    assert np.allclose(np.diff(whole.positions, axis=0), steps, atol=1e-3)
    assert np.array_equal(whole.positions[0], wrapped.positions[0])
    assert check_model(wrapped).numbers["ring_piercings"] == check_model(wrapped).numbers["broken_bonds_percent"] == 0


def test_whole_molecules_and_dummy_boxes_are_left_alone(crystal):
    for box in ([60, 60, 60, 90, 90, 90], [1, 1, 1, 90, 90, 90]):
        boxed = replace(crystal, box=np.array(box, np.float32))
        assert np.array_equal(make_whole(boxed).positions, crystal.positions)
    assert make_whole(crystal) is crystal


def test_chains_stay_where_they_start(crystal):
    box = np.array([60, 60, 60, 90, 90, 90], np.float32)
    bonded = crystal.residues.bonded_to_previous & (np.arange(len(crystal.residues)) != 20)
    positions = apply_PBC(crystal.positions, box) + (crystal.residue_index >= 20)[:, None] * np.float32([60, 0, 0])
    both = replace(crystal, positions=positions, box=box, residues=replace(crystal.residues, bonded_to_previous=bonded))
    whole = make_whole(both).positions
    for residue in (0, 20):
        i = int(np.flatnonzero(crystal.residue_index == residue)[0])
        assert np.allclose(whole[i], positions[i], atol=1e-4)


def test_long_lipids_in_narrow_boxes():
    """Head and tail end are more than half a box apart, neighbours in the list are not."""
    x = np.array([[0, 0, 3.0 * k] for k in range(12)])
    lipid = make_particles([f"B{k}" for k in range(12)], ["POPC"] * 12, [1] * 12, x)
    box = np.array([30, 30, 30, 90, 90, 60], np.float32)
    cut = replace(lipid, positions=apply_PBC(lipid.positions + np.float32([3, 3, 11]), box), box=box)
    whole = make_whole(cut).positions
    assert np.ptp(cut.positions[:, 2]) < 30 and np.allclose(whole - whole[0], x, atol=1e-4)


def test_a_chain_is_followed_over_a_gap(crystal):
    box = np.array([60, 60, 60, 90, 90, 90], np.float32)
    kept = crystal.select_residues(~np.isin(np.arange(46), (20, 21)))
    assert not kept.residues.bonded_to_previous[20]
    cut = replace(kept, positions=apply_PBC(kept.positions + np.float32([25, 20, 10]), box), box=box)
    steps = np.diff(make_whole(cut).positions, axis=0)
    assert np.allclose(steps, np.diff(kept.positions, axis=0), atol=1e-3)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([*BOXES, [70, 80, 65, 75, 80, 100]]), st.integers(0, 10**6))
def test_any_images_of_the_particles_give_the_same_molecule(crystal, box, seed):
    rng = np.random.default_rng(seed)
    boxed = replace(crystal, box=np.array(box, np.float32))
    images = rng.integers(-3, 4, (len(crystal), 3)) @ box_vectors(boxed.box) + rng.uniform(-100, 100, 3)
    whole = make_whole(boxed.with_positions(boxed.positions + images)).positions
    assert np.allclose(whole - whole[0], crystal.positions - crystal.positions[0], atol=1e-3)


def test_nearest_images():
    box = np.array([30, 30, 30, 90, 90, 90], np.float32)
    assert np.allclose(nearest_images(np.array([[29.0, 0, -16], [1, 2, 3]]), box), [[-1, 0, 14], [1, 2, 3]])
