"""Projection onto the beads."""

import numpy as np
import pytest

from unbead.mapping.mapping import available_mappings
from unbead.mapping.operator import apply
from unbead.mapping.projection import limited, project


@pytest.mark.parametrize("name", available_mappings())
def test_m_x_is_the_beads_afterwards_and_twice_is_once(assembly_of, rng, name):
    a = assembly_of(name)
    x = rng.normal(0, 1, (len(a.atoms), 3)) + a.beads.positions[a.owner]
    y = project(a.operator, x, a.beads.positions)
    assert np.abs(apply(a.operator, y) - a.beads.positions).max() < 1e-4
    assert np.abs(project(a.operator, y, a.beads.positions) - y).max() < 1e-4


def test_it_is_the_smallest_move(assembly_of, rng):
    a = assembly_of("martini3")
    x = rng.normal(0, 1, (len(a.atoms), 3)) + a.beads.positions[a.owner]
    y = project(a.operator, x, a.beads.positions)
    other = project(a.operator, y + rng.normal(0, 0.1, y.shape), a.beads.positions)
    assert ((y - x) ** 2).sum() < ((other - x) ** 2).sum()


def test_it_turns_with_the_system(assembly_of, rng, rotation):
    a = assembly_of("martini3")
    x = rng.normal(0, 1, (len(a.atoms), 3))
    turned = project(a.operator, x @ rotation.T, a.beads.positions @ rotation.T)
    assert np.abs(project(a.operator, x, a.beads.positions) @ rotation.T - turned).max() < 1e-3


def test_soft_consistency_leaves_what_is_within_the_tolerance(assembly_of, crystal):
    a = assembly_of("martini3")
    beads = a.beads.positions + np.array([0.1, 0, 0], np.float32)
    kept = limited(a.operator, crystal.positions, beads, 0.2)
    assert np.allclose(kept, apply(a.operator, crystal.positions), atol=1e-4)
    pulled = limited(a.operator, crystal.positions, beads, 0.05)
    assert np.allclose(np.linalg.norm(pulled - beads, axis=1), 0.05, atol=1e-3)
