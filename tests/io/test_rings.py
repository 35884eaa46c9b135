"""Chains that are closed to rings."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.structure.chains import closed_chains


def ring(n, radius, bead="BB"):
    """One bead per residue on a circle."""
    angle = 2 * np.pi * np.arange(n) / n
    x = radius * np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1)
    return make_particles([bead] * n, ["ALA"] * n, range(1, n + 1), x)


@pytest.mark.parametrize("bead", ["BB", "CA"])
def test_ends_as_near_as_neighbours_are_bonded(bead):
    beads = ring(9, 3.6 / (2 * np.sin(np.pi / 9)), bead)
    assert closed_chains(beads).tolist() == [[8, 0]]
    assert not len(closed_chains(replace(beads, positions=beads.positions * 1.2)))  # 4.3 Å, as between strands
    opened = beads.residues.bonded_to_previous.copy()
    opened[4] = False
    assert not len(closed_chains(replace(beads, residues=replace(beads.residues, bonded_to_previous=opened))))


def test_short_chains_and_other_beads_close_nothing():
    assert not len(closed_chains(ring(3, 2.0)))
    assert not len(closed_chains(ring(9, 5.0, "SC1")))


def test_atoms_are_judged_by_carbon_and_nitrogen(crystal):
    assert not len(closed_chains(crystal))
    x = crystal.positions.copy()
    last = crystal.residue_index.max()
    carbon = (crystal.residue_index == last) & (crystal.names == "C")
    x[carbon] = x[(crystal.residue_index == 0) & (crystal.names == "N")] + [0, 0, 1.3]
    assert closed_chains(replace(crystal, positions=x)).tolist() == [[last, 0]]


def test_the_box_does_not_open_a_ring():
    beads = ring(9, 3.6 / (2 * np.sin(np.pi / 9)))
    box = np.array([60, 60, 60, 90, 90, 90], np.float32)
    x = beads.positions.copy()
    x[0] += [60, 0, -60]
    assert closed_chains(replace(beads, positions=x, box=box)).tolist() == [[8, 0]]
