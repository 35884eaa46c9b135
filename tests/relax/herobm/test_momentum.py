"""Descent finds minima, row by row."""

import torch

from unbead.relax.herobm.momentum import descend


def test_rows_go_to_their_minimum_unless_at_rest():
    goal = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
    start = torch.zeros(2, 2)
    free = torch.tensor([[1.0], [0.0]])
    found = descend(start, lambda x: (x - goal).square().sum(), 200, 0.05, 0.5, free)
    assert torch.allclose(found[0], goal[0], atol=1e-3) and torch.equal(found[1], start[1])


def test_no_step_is_longer_than_allowed():
    found = descend(torch.zeros(1, 3), lambda x: (x - 100).square().sum(), 4, 1.0, 0.1)
    assert torch.allclose(found.norm(), torch.tensor(0.4))
