"""Radial functions."""

import torch

from unbead.nn.radial import RadialBasis, envelope


def test_basis_tells_bond_lengths_apart_and_is_smooth():
    basis = RadialBasis(20)
    r = torch.linspace(0.5, 12, 2000)
    values = basis(r)
    assert values.shape == (2000, 20) and torch.isfinite(values).all()
    assert (values.max(0).values > 0.9).sum() >= 19
    assert (values[1:] - values[:-1]).abs().max() < 0.05


def test_envelope_fades_to_zero_with_zero_slope():
    r = torch.tensor([0.0, 5.0, 9.999, 10.0, 20.0], requires_grad=True)
    value = envelope(r, torch.tensor(10.0))
    value.sum().backward()
    assert value[0] == 1 and value[-2:].abs().max() < 1e-6
    assert r.grad[-2:].abs().max() < 1e-3
