"""Boxes that do not fit their coordinates are noticed, others are not."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.helpers import make_particles, molecules
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.periodic_images import overlapping
from unbead.pipeline.system import BackmapOptions, System
from unbead.structure.unwrap import find_molecules

BOX = np.array([50, 50, 40, 90, 90, 90], np.float32)


@pytest.fixture
def liquid():
    """One bead every 5 Å of a box, each a molecule, some of them outside of it."""
    points = np.stack(np.meshgrid(*(np.arange(2.5, side, 5.0) for side in BOX[:3]), indexing="ij"), -1).reshape(-1, 3)
    points[::7] += [50.0, 0, -40.0]
    n = len(points)
    beads = make_particles(["W"] * n, ["W"] * n, range(1, n + 1), points)
    return replace(beads, residues=replace(beads.residues, bonded_to_previous=np.zeros(n, bool)))


def test_a_box_that_fits_is_used(liquid):
    known = find_molecules(liquid)
    assert not len(overlapping(liquid.positions, BOX, known))
    assert not len(overlapping(liquid.positions, None, known))
    crowded = liquid.positions + np.random.default_rng(1).normal(0, 2.0, liquid.positions.shape)
    assert not len(overlapping(crowded, BOX, known))


def test_turned_frames_are_found(liquid):
    known = find_molecules(liquid)
    inside = liquid.positions - BOX[:3] * np.floor(liquid.positions / BOX[:3])
    cos, sin = np.cos(0.4), np.sin(0.4)
    turned = (inside - 25) @ [[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]] + 25
    found = overlapping(turned, BOX, known)
    far = np.abs(inside[:, :2] - 25).max(1) < 8
    assert 20 < len(found) < len(inside) / 2 and not np.isin(found, np.flatnonzero(far)).any()


def test_such_a_system_is_built_as_without_a_box(model):
    atoms, mapping = molecules(*["POPC"] * 9), load_mapping("martini3")
    beads = coarsen(atoms, mapping)
    beads = replace(beads, positions=beads.positions + np.random.default_rng(3).normal(0, 0.3, beads.positions.shape))
    box = np.array([300.0 - 29.5, 300, 300, 90, 90, 90], np.float32)
    shifted = beads.positions.copy()
    shifted[beads.residue_index > 3] -= [box[0], 0, 0]  # any image of a molecule will do
    tight = np.array([30.2, 300, 300, 90, 90, 90], np.float32)  # each on the image of the one before
    system = System(replace(beads, box=box), mapping, [model], torch.device("cpu"), BackmapOptions())
    assert not len(system(shifted.astype(np.float32), box).overlapping)
    frame = system(beads.positions.astype(np.float32), tight)
    assert len(frame.overlapping) == 9
    np.testing.assert_array_equal(frame.positions, system(beads.positions.astype(np.float32), None).positions)
