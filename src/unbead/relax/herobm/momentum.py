"""Descent with momentum along an energy's gradient."""

from collections.abc import Callable

import torch
from torch import Tensor

MOMENTUM = 0.8


def descend(
    x: Tensor, energy: Callable[[Tensor], Tensor], steps: int, step: float, longest: float, free: Tensor | float = 1.0
) -> Tensor:
    """Take steps v ← 0.8 v - s ∂E/∂x, shortened to the longest allowed, and x ← x + v.

    The path of a row depends on the gradient at that row alone, so frames and molecules that share a call do not
    disturb each other, and turning the system turns the answer.

    Parameters
    ----------
    x : Tensor, shape=(..., n, k)
        Where to start.
    energy : callable
        From such a tensor to energies of any shape, which are summed.
    steps : int
        How many.
    step : float
        Step s.
    longest : float
        Longest step of a row.
    free : Tensor, shape=(n, 1), or float
        Factor of each row's steps; 0 for rows at rest.

    Returns
    -------
    Tensor, shape=(..., n, k)
        Where it ends.
    """
    velocity = torch.zeros_like(x)
    for _ in range(steps):
        at = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(energy(at).sum(), at)
        velocity = MOMENTUM * velocity - step * free * slope
        velocity = velocity * (longest / velocity.norm(dim=-1, keepdim=True).clamp(min=longest))
        x = x + velocity
    return x
