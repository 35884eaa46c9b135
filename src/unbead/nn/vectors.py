"""Small operations on vector channels, shape (n, 3, channels)."""

import torch
from torch import Tensor, nn


def norm(vectors: Tensor) -> Tensor:
    """Length of each vector channel, shape (n, channels), with a finite gradient at zero.

    Parameters
    ----------
    vectors : Tensor, shape=(n, 3, channels)
        Vector channels.

    Returns
    -------
    Tensor, shape=(n, channels)
        Lengths.
    """
    return torch.sqrt((vectors * vectors).sum(1) + 1e-6)


def cross(a: Tensor, b: Tensor) -> Tensor:
    """Cross product of two stacks of vector channels, shape (n, 3, channels); it tells left from right.

    Parameters
    ----------
    a, b : Tensor, shape=(n, 3, channels)
        Vector channels.

    Returns
    -------
    Tensor, shape=(n, 3, channels)
        Their cross products.
    """
    return torch.linalg.cross(a, b, dim=1)


class VectorNorm(nn.Module):
    """Scale the vectors of each bead to a root-mean-square length of one, times a learnt gain.

    Parameters
    ----------
    channels : int
        Number of vector channels.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))

    def forward(self, vectors: Tensor) -> Tensor:
        """Normalise vectors of shape (n, 3, channels).

        Parameters
        ----------
        vectors : Tensor, shape=(n, 3, channels)
            Vector channels.

        Returns
        -------
        Tensor, shape=(n, 3, channels)
            Scaled vectors.
        """
        size = (vectors * vectors).sum(1).mean(-1)[:, None, None]
        return vectors * torch.rsqrt(size + 1e-3) * self.gain
