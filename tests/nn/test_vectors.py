"""Vector channels."""

import torch

from unbead.nn.vectors import VectorNorm, cross, norm


def test_norm_has_a_finite_gradient_at_zero():
    v = torch.zeros(2, 3, 4, requires_grad=True)
    norm(v).sum().backward()
    assert torch.isfinite(v.grad).all()


def test_cross_follows_the_right_hand():
    x, y = torch.eye(3)[0].view(1, 3, 1), torch.eye(3)[1].view(1, 3, 1)
    assert cross(x, y)[0, :, 0].tolist() == [0, 0, 1]


def test_vector_norm_makes_lengths_comparable():
    v = torch.randn(50, 3, 8) * torch.logspace(0, 3, 50)[:, None, None]
    out = VectorNorm(8)(v)
    size = (out**2).sum(1).mean(1)
    assert ((size - 1).abs() < 0.01).all()
