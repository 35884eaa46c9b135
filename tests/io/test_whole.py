"""Cut molecules become whole, against MDAnalysis's wrapping."""

from dataclasses import replace

import numpy as np
import pytest
from MDAnalysis.lib.distances import apply_PBC

from unbead.io.whole import make_whole, nearest_images
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


def test_nearest_images():
    box = np.array([30, 30, 30, 90, 90, 90], np.float32)
    assert np.allclose(nearest_images(np.array([[29.0, 0, -16], [1, 2, 3]]), box), [[-1, 0, 14], [1, 2, 3]])
