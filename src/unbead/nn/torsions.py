"""The torsions φ and ψ of a residue, from its bead."""

import torch
from torch import Tensor, nn

from unbead.nn.activation import SiLU
from unbead.nn.vectors import cross

HIDDEN = 128
PRODUCTS = 24  # of each kind: of two vectors, and of three


class TorsionHead(nn.Module):
    """Torsions from the scalars of a bead and from products of its vectors.

    With linear combinations a, b, c of the vectors, a · b does not change when the system turns, and (a × b) · c
    changes its sign in a mirror, as torsions do. Products are divided by √(1 + product²) to stay of the size of one.

    Parameters
    ----------
    scalars, vectors : int
        Channels of a bead.
    """

    def __init__(self, scalars: int, vectors: int):
        super().__init__()
        self.mix = nn.Linear(vectors, 3 * PRODUCTS, bias=False)
        self.net = nn.Sequential(
            nn.Linear(scalars + 2 * PRODUCTS, HIDDEN), SiLU(), nn.Linear(HIDDEN, HIDDEN), SiLU(),
            nn.Linear(HIDDEN, 4),
        )  # fmt: skip

    def forward(self, s: Tensor, v: Tensor) -> Tensor:
        """Predict (cos φ, sin φ, cos ψ, sin ψ), shape (n, 4).

        Parameters
        ----------
        s : Tensor, shape=(n, scalars)
            Scalars.
        v : Tensor, shape=(n, 3, vectors)
            Vectors.

        Returns
        -------
        Tensor, shape=(n, 4)
            Two vectors per residue, not normalised.
        """
        a, b, c = self.mix(v).chunk(3, -1)
        products = torch.cat([(a * b).sum(1), (cross(a, b) * c).sum(1)], 1)
        return self.net(torch.cat([s, products * torch.rsqrt(1 + products.square())], 1))
