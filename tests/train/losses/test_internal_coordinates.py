"""Losses on internal coordinates."""

import math

import pytest
import torch

from unbead.chem.amino import CB, N, O
from unbead.nn.latent import Gaussian
from unbead.train.losses.internal_coordinates import (
    angle_loss,
    bond_loss,
    cartesian_loss,
    graph_loss,
    kl_loss,
    near_pairs,
    steric_loss,
    torsion_loss,
)


def circle(degrees):
    angle = torch.deg2rad(torch.tensor(degrees))
    return torch.stack([angle.cos(), angle.sin()], -1)


def test_values():
    assert float(bond_loss(torch.tensor([1.5, 1.4]), torch.tensor([1.4, 1.4]))) == pytest.approx(0.005)
    assert float(angle_loss(torch.tensor([0.1]), torch.tensor([0.0]))) == pytest.approx(0.01, rel=1e-2)
    assert float(cartesian_loss(torch.zeros(2, 3), torch.ones(2, 3))) == pytest.approx(3.0)
    pairs = torch.tensor([[0, 1]])
    x = torch.tensor([[0.0, 0, 0], [1.5, 0, 0]])
    assert float(graph_loss(x, 2 * x, pairs)) == pytest.approx(2.25, rel=1e-4)
    assert float(steric_loss(x, pairs, torch.tensor([2.0]))) == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize("apart", [0.0, 60.0, 180.0, 359.0])
def test_torsions_cost_their_chord_with_a_finite_gradient(apart):
    found = circle([20.0 + apart]).requires_grad_()
    loss = torsion_loss(found, circle([20.0]))
    assert float(loss.detach()) == pytest.approx(math.sqrt(2 * (1 - math.cos(math.radians(apart)))), abs=1.1e-2)
    loss.backward()
    assert found.grad.isfinite().all()


def test_near_pairs_are_of_one_system_and_not_bonded():
    x = torch.tensor([[0.0, 0, 0], [1.5, 0, 0], [1.5, 1.5, 0], [0, 0, 1.0], [0, 0, 1.1]])
    slot = torch.full((5,), CB)
    system = torch.tensor([0, 0, 0, 9, 9])
    pairs, limit = near_pairs(x, system, torch.tensor([[1, 0], [3, 4]]), slot)
    assert pairs.tolist() == [[1, 2]] and limit.tolist() == [2.0]
    pairs, _ = near_pairs(x, torch.zeros(5).long(), torch.tensor([[1, 0], [3, 4]]), slot)
    assert {tuple(pair) for pair in pairs.tolist()} == {(1, 2), (0, 3), (0, 4), (1, 3), (1, 4)}


def test_n_and_o_count_up_to_more_even_where_two_bonds_join_them():
    x = torch.tensor([[0.0, 0, 0], [2.1, 0, 0]])
    bonded = torch.tensor([[0, 1]])
    pairs, limit = near_pairs(x, torch.zeros(2).long(), bonded, torch.tensor([N, O]))
    assert pairs.tolist() == [[0, 1]] and limit.tolist() == pytest.approx([2.2])
    assert not len(near_pairs(x, torch.zeros(2).long(), bonded, torch.tensor([CB, O]))[0])


def test_divergence_below_the_free_bits_is_free():
    wide = Gaussian(torch.zeros(6, 3), torch.zeros(6, 3))
    near = Gaussian(torch.full((6, 3), 0.1).requires_grad_(), torch.zeros(6, 3))
    assert float(kl_loss(near, wide, 0.02).detach()) == pytest.approx(0.06)
    assert float(kl_loss(near, wide, 0.0).detach()) == pytest.approx(0.015)
    kl_loss(near, wide, 0.02).backward()
    assert float(near.mean.grad.abs().sum()) == 0.0
