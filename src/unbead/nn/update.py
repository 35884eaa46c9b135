"""Mixing of scalars and vectors within a bead."""

import torch
from torch import Tensor, nn

from unbead.nn.activation import SiLU
from unbead.nn.vectors import VectorNorm, cross, norm


class Update(nn.Module):
    """Let the scalars of a bead learn from its vectors, and gate, mix and cross the vectors.

    Cross products make the layer equivariant to rotations but not to mirror images, as biomolecules need.

    Parameters
    ----------
    scalars, vectors, hidden : int
        Channels of the features and of the hidden layer.
    """

    def __init__(self, scalars: int, vectors: int, hidden: int):
        super().__init__()
        self.vectors = vectors
        self.norm_s = nn.LayerNorm(scalars)
        self.norm_v = VectorNorm(vectors)
        self.mix = nn.Linear(vectors, 4 * vectors, bias=False)
        self.net = nn.Sequential(
            nn.Linear(scalars + 3 * vectors, hidden), SiLU(), nn.Linear(hidden, scalars + 3 * vectors)
        )
        self.out = nn.Linear(2 * vectors, vectors, bias=False)

    def forward(self, s: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Return the updates of scalars (n, scalars) and of vectors (n, 3, vectors).

        Parameters
        ----------
        s : Tensor, shape=(n, scalars)
            Scalars.
        v : Tensor, shape=(n, 3, vectors)
            Vectors.

        Returns
        -------
        tuple of Tensor
            Updates of the shapes of `s` and `v`.
        """
        f = self.vectors
        a, b, c, d = self.mix(self.norm_v(v)).split(f, dim=2)
        turned = cross(a, b)
        features = torch.cat([self.norm_s(s), norm(a), (c * d).sum(1), (turned * c).sum(1)], 1)
        ds, gates = self.net(features).split([s.shape[1], 3 * f], dim=1)
        g, h, k = gates[:, None].split(f, dim=2)
        return ds, self.out(torch.cat([g * turned, h * c], 2)) + k * d
