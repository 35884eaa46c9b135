"""Gaussian latents."""

import torch
from torch.distributions import Normal, kl_divergence

from unbead.nn.latent import Gaussian, GaussianHead, divergence


def gaussian(seed):
    generator = torch.Generator().manual_seed(seed)
    return Gaussian(*(torch.randn(5, 4, generator=generator) for _ in range(2)))


def test_the_divergence_is_that_of_torch():
    q, p = gaussian(0), gaussian(1)
    wanted = kl_divergence(Normal(q.mean, q.log_std.exp()), Normal(p.mean, p.log_std.exp()))
    assert torch.allclose(divergence(q, p), wanted, atol=1e-5)
    assert torch.allclose(divergence(q, q), torch.zeros(5, 4), atol=1e-6)


def test_samples_follow_the_generator_and_the_temperature():
    q = gaussian(0)
    a, b = (q.draw(torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(a, b) and not torch.equal(a, q.draw(torch.Generator().manual_seed(4)))
    assert torch.equal(q.at(torch.ones(5, 4), 0.0), q.mean)
    half, whole = (q.draw(torch.Generator().manual_seed(3), t) - q.mean for t in (0.5, 1.0))
    assert torch.allclose(2 * half, whole, atol=1e-6)


def test_gradients_reach_mean_and_width():
    mean, log_std = (torch.zeros(3, 2, requires_grad=True) for _ in range(2))
    Gaussian(mean, log_std).draw(torch.Generator().manual_seed(0)).square().sum().backward()
    assert mean.grad.abs().sum() > 0 and log_std.grad.abs().sum() > 0


def test_heads_do_not_turn_with_the_system_but_know_its_mirror_image(rotation):
    torch.manual_seed(0)
    head = GaussianHead(8, 6, 4)
    s, v = torch.randn(5, 8), torch.randn(5, 3, 6)
    with torch.no_grad():
        plain, turned, mirrored = (head(s, x).mean for x in (v, torch.from_numpy(rotation) @ v, -v))
    assert torch.allclose(plain, turned, atol=1e-5)
    assert float((plain - mirrored).abs().max()) > 1e-3 and plain.shape == (5, 4)
