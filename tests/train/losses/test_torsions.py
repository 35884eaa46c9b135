"""Loss and errors of predicted torsions."""

import math

import pytest
import torch

from unbead.train.losses.torsions import torsion_errors, torsion_loss


def circle(*degrees):
    return torch.tensor([f(math.radians(d)) for d in degrees for f in (math.cos, math.sin)]).view(-1, 4)


def test_the_mean_of_points_costs_least():
    truth = circle(60, 0, -60, 0)
    best = torch.tensor([[0.5, 0, 1, 0]]).expand(2, 4)
    least = torsion_loss(best, truth)
    assert least == pytest.approx(0.375)
    for other in (0.8, 0.2):
        assert torsion_loss(best * torch.tensor([other * 2, 1, 1, 1]), truth) > least


def test_what_there_is_not_does_not_count():
    truth = circle(30, 40)
    truth[0, 2:] = 0
    guess = circle(30, -90)
    assert torsion_loss(guess, truth) == pytest.approx(0, abs=1e-6)
    assert torsion_loss(guess, torch.zeros(1, 4)) == 0
    assert torch.isnan(torsion_errors(guess, truth)[0, 1])


def test_errors_go_around_the_circle():
    found = torsion_errors(3 * circle(170, 10), circle(-170, 30))
    assert torch.allclose(found, torch.tensor([[20.0, 20.0]]), atol=1e-3)
