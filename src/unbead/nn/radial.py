"""Distances as features: a radial basis and a smooth cut-off."""

import torch
from torch import Tensor, nn


class RadialBasis(nn.Module):
    """Gaussians in a logarithmic distance, dense where bonds are and sparse far away.

    Parameters
    ----------
    size : int
        Number of Gaussians.
    shortest, longest : float
        First and last centre in Å.
    """

    centres: Tensor

    def __init__(self, size: int, shortest: float = 0.8, longest: float = 12.0):
        super().__init__()
        self.register_buffer("centres", torch.linspace(0.0, 1.0, size), persistent=False)
        self.size = size
        self.low = float(torch.log(torch.tensor(shortest, device="cpu")))
        self.high = float(torch.log(torch.tensor(longest, device="cpu")))

    def forward(self, distance: Tensor) -> Tensor:
        """Expand distances, shape (...,) in Å, into features of shape (..., size).

        Parameters
        ----------
        distance : Tensor, shape=(...)
            Distances in Å.

        Returns
        -------
        Tensor, shape=(..., size)
            Features between 0 and 1.
        """
        x = (distance.clamp(min=0.1).log() - self.low) / (self.high - self.low)
        return torch.exp(-(((x[..., None] - self.centres) * (self.size - 1) * 0.8) ** 2))


def envelope(distance: Tensor, reach: Tensor) -> Tensor:
    """Cosine cut-off: 1 at contact, 0 with zero slope at `reach`; shapes broadcast, both in Å.

    Parameters
    ----------
    distance : Tensor, shape=(...)
        Distances in Å.
    reach : Tensor
        Where to reach zero, in Å; broadcasts.

    Returns
    -------
    Tensor, shape=(...)
        Weights between 0 and 1.
    """
    x = (distance / reach).clamp(max=1.0)
    return 0.5 * (torch.cos(torch.pi * x) + 1.0)
