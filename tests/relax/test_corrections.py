"""What bounds ask for is what would satisfy them."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from unbead.chem.angles import dihedral
from unbead.mapping.operator import normalised
from unbead.placement.template import FREE_TURN
from unbead.relax.constraints import (
    FREE_FORM,
    DihedralConstraints,
    DistanceConstraints,
    VolumeConstraints,
    make_bead_restraints,
)
from unbead.relax.corrections import (
    correct_beads,
    correct_dihedrals,
    correct_distances,
    correct_volumes,
    dihedral_violations,
    distance_violations,
    volume_violations,
)


def test_half_of_each_wish_makes_a_distance_right():
    x = torch.tensor([[0.0, 0, 0], [3.0, 0, 0], [0, 1.0, 0]])
    terms = DistanceConstraints(
        torch.tensor([[0, 1], [0, 2]]), torch.tensor([1.0, 1.5]), torch.tensor([2.0, 1.6]), None, 1.0
    )
    assert torch.allclose(distance_violations(x, terms), torch.tensor([-1.0, 0.5]))
    correction = torch.zeros(3, 4)
    correct_distances(x, correction, terms)
    assert correction[:, 3].tolist() == [2.0, 1.0, 1.0]
    assert torch.allclose(correction[1, :3], torch.tensor([-1.0, 0, 0])) and torch.allclose(
        correction.sum(0)[:3], torch.zeros(3)
    )
    assert torch.allclose(correction[2, :3], torch.tensor([0.0, 0.5, 0]))


def test_small_volumes_are_corrected_to_first_order():
    torch.manual_seed(0)
    x = torch.randn(4, 3)
    x = x / x.norm(dim=1, keepdim=True) * 2
    terms = VolumeConstraints(torch.arange(4)[None], torch.tensor([0.0]), torch.tensor([0.0]), None)
    volume = -volume_violations(x, terms)
    terms = VolumeConstraints(terms.atoms, volume + 0.05, volume + 1.0, None)
    correction = torch.zeros(4, 4)
    correct_volumes(x, correction, terms)
    after = x + correction[:, :3] / 2
    assert abs(float(volume_violations(after, terms))) < 0.01
    assert torch.allclose(correction[:, :3].sum(0), torch.zeros(3), atol=1e-6)


def test_what_is_within_bounds_asks_for_nothing():
    x = torch.tensor([[0.0, 0, 0], [1.5, 0, 0], [0, 1.5, 0], [0, 0, 1.5]])
    correction = torch.zeros(4, 4)
    correct_distances(x, correction, DistanceConstraints(torch.tensor([[0, 1]]), torch.tensor([1.0]), None, None, 1.0))
    correct_volumes(
        x, correction, VolumeConstraints(torch.arange(4)[None], torch.tensor([0.0]), torch.tensor([9.0]), None)
    )
    assert not correction.any()


@pytest.mark.parametrize(
    ("degrees", "goal"),
    [(0, 40), (25, 40), (45, 45), (60, 60), (95, 80), (125, 160), (180, 180), (-10, -40), (-100, -80), (-130, -160)],
)
def test_bonds_turn_to_the_nearest_staggered_form(degrees, goal):
    phi = np.radians(degrees)
    x = torch.tensor([[1.4, 0, -0.5], [0, 0, 0], [0, 0, 1.5], [1.4 * np.cos(phi), 1.4 * np.sin(phi), 2.0]]).float()
    for _ in range(40):
        correction = torch.zeros(4, 4)
        correct_dihedrals(
            x, correction, DihedralConstraints(torch.arange(4)[None], torch.tensor([math.pi]), 3, FREE_TURN, None, 0.5)
        )
        assert not correction[1:3].any() and (correction[:, 3] == correction[0, 3] * torch.tensor([1, 0, 0, 1])).all()
        x = x + correction[:, :3]
    found = dihedral(*x.double().numpy())
    assert abs((found - goal + 180) % 360 - 180) < 1.0 + (degrees == 0) * 80  # eclipsed, either way is as good
    assert pytest.approx(np.radians(20)) == FREE_TURN


@pytest.mark.parametrize(("degrees", "goal"), [(170, 0), (-100, 0), (40, 0), (10, 180), (-60, 180), (180, 180)])
def test_double_bonds_turn_to_their_form(degrees, goal):
    phi = np.radians(degrees)
    x = torch.tensor([[1.4, 0, -0.5], [0, 0, 0], [0, 0, 1.3], [1.4 * np.cos(phi), 1.4 * np.sin(phi), 1.8]]).float()
    form = DihedralConstraints(torch.arange(4)[None], torch.tensor([math.radians(goal)]), 1, FREE_FORM, None, 1.0)
    shifted = replace(form, shift=torch.tensor([[[9.0, 0, 0]] * 3]))
    for _ in range(40):
        correction, other = torch.zeros(4, 4), torch.zeros(4, 4)
        correct_dihedrals(x, correction, form)
        correct_dihedrals(torch.cat([x[:1], x[1:] - torch.tensor([9.0, 0, 0])]), other, shifted)
        assert torch.allclose(correction[:, :3], other[:, :3], atol=1e-4)
        x = x + correction[:, :3]
    off = abs((dihedral(*x.double().numpy()) - goal + 180) % 360 - 180)
    assert off < 46 and dihedral_violations(x, form) < 0.02


def test_beads_pull_their_centre_home():
    operator = normalised(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 3.0]), (1, 3))
    anchors = make_bead_restraints(operator, np.array([[2.0, 0, 0]]), 0.5, torch.device("cpu"))
    x, correction = torch.zeros(3, 3), torch.zeros(3, 4)
    correct_beads(x, correction, anchors)
    moved = x + correction[:, :3] / correction[:, 3:].clamp(min=1e-3)
    assert torch.allclose(0.25 * moved[0] + 0.75 * moved[1], torch.tensor([1.5, 0, 0]), atol=1e-5)
    assert not correction[2].any()


def test_lattice_shifts_bring_images_near():
    x = torch.tensor([[0.5, 0, 0], [9.5, 0, 0]])
    terms = DistanceConstraints(torch.tensor([[0, 1]]), torch.tensor([1.5]), None, torch.tensor([[-10.0, 0, 0]]), 1.0)
    assert torch.allclose(distance_violations(x, terms), torch.tensor([0.5]))
