"""Atoms against beads."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.mapping.mapping import load_mapping
from unbead.validate.checks.beads import bead_distances, bead_numbers


@pytest.mark.parametrize("name", ["martini3", "ca", "residue-com"])
def test_beads_of_the_atoms_are_at_no_distance(crystal, beads_of, name):
    assert bead_distances(crystal, beads_of(name), load_mapping(name)).max() < 1e-4


def test_distances_are_those_by_which_beads_were_moved(crystal, beads_of):
    beads = beads_of("martini3")
    move = np.zeros((len(beads), 3))
    move[:, 1] = np.arange(len(beads)) / 100
    distances = bead_distances(crystal, beads.with_positions(beads.positions + move), load_mapping("martini3"))
    assert np.allclose(distances, move[:, 1], atol=1e-4)
    numbers = bead_numbers(distances)
    assert numbers["bead_distance_max"] == pytest.approx(distances.max())
    assert numbers["bead_distance_mean"] < numbers["bead_distance_95"] < numbers["bead_distance_max"]


def test_the_nearest_image_counts(crystal, beads_of):
    box = np.array([60, 60, 60, 90, 90, 90], np.float32)
    beads = replace(beads_of("ca"), box=box)
    moved = beads.with_positions(beads.positions + np.arange(len(beads))[:, None] % 2 * np.float32([60, 0, 0]))
    assert bead_distances(crystal, moved, load_mapping("ca")).max() < 1e-3


def test_other_molecules_are_left_out(crystal, beads_of):
    beads = beads_of("ca")
    water = make_particles(["W"], ["W"], [1])
    both = replace(
        beads,
        names=np.append(beads.names, water.names),
        positions=np.concatenate([beads.positions, water.positions]),
        residue_index=np.append(beads.residue_index, len(beads.residues)),
        elements=np.append(beads.elements, ""),
        b_factors=np.append(beads.b_factors, 0),
        residues=replace(
            beads.residues,
            **{
                name: np.append(getattr(beads.residues, name), getattr(water.residues, name))
                for name in ("names", "numbers", "insertion_codes", "chains", "segments", "bonded_to_previous")
            },
        ),
    )
    assert bead_distances(crystal, both, load_mapping("ca")).max() < 1e-4


def test_beads_that_do_not_fit_are_refused(crystal, beads_of):
    beads = beads_of("martini3")
    with pytest.raises(UnbeadError, match="residues of atoms"):
        bead_distances(crystal, beads.select_residues(np.arange(len(beads.residues)) > 2), load_mapping("martini3"))
    with pytest.raises(UnbeadError, match="bead.* BB.* missing in mapping martini3; choose"):
        bead_distances(crystal, beads_of("ca"), load_mapping("martini3"))
