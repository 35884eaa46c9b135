"""From latents to displacements of atoms that vanish where the latents are zero.

A network that answers with one structure stays as it is; what is drawn from a normal distribution moves its atoms.
Beads hear of their neighbours' latents, so that atoms on both sides of a bond can move together.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from unbead.nn.activation import SiLU
from unbead.nn.message import Message, View
from unbead.nn.update import Update
from unbead.nn.vectors import VectorNorm

SCALARS, VECTORS = 64, 16  # channels of a bead in here
BASIS = 32  # vectors of the network itself that displacements are made of, besides
HIDDEN = 160


class Deviation(nn.Module):
    """Displacements of atoms, as linear combinations of vectors with coefficients that depend on the latents.

    Parameters
    ----------
    scalars, vectors, latent : int
        Channels of a bead, and dimensions of its latent.
    vocabulary : int
        Number of atom identities.
    edge_features : int
        Width of the features of a pair of beads.
    """

    def __init__(self, scalars: int, vectors: int, latent: int, vocabulary: int, edge_features: int):
        super().__init__()
        self.norm = VectorNorm(vectors)
        self.narrow_s = nn.Linear(scalars, SCALARS)
        self.narrow_v = nn.Linear(vectors, VECTORS, bias=False)
        self.basis = nn.Linear(vectors, BASIS, bias=False)
        self.latent = nn.Linear(latent, SCALARS, bias=False)
        self.message = Message(SCALARS, VECTORS, 4, SCALARS // 2, edge_features, 16)
        self.first, self.second = (Update(SCALARS, VECTORS, 2 * SCALARS) for _ in range(2))
        self.bead = nn.Linear(SCALARS, HIDDEN)
        self.atom = nn.Embedding(vocabulary, HIDDEN)
        self.coefficients = nn.Sequential(
            SiLU(), nn.Linear(HIDDEN, HIDDEN), SiLU(), nn.Linear(HIDDEN, HIDDEN), SiLU(),
            nn.Linear(HIDDEN, BASIS + VECTORS),
        )  # fmt: skip

    def forward(
        self, s: Tensor, v: Tensor, latent: Tensor, view: Callable[[slice], View], parts: list[slice]
    ) -> tuple[Tensor, Tensor]:
        """Tell beads their latents and those of their neighbours.

        Parameters
        ----------
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        latent : Tensor, shape=(n_beads, latent)
            Latents.
        view : callable
            Whom the beads of a slice see.
        parts : list of slice
            Beads that are computed at a time.

        Returns
        -------
        tuple of Tensor
            Scalars (n_beads, SCALARS) and vectors (n_beads, 3, VECTORS), for `read`.
        """
        s, v = _joined([self._start(s[part], v[part], latent[part]) for part in parts])
        shown = torch.cat([self.message.show(s[part], v[part]) for part in parts])
        return _joined([self._hear(s[part], v[part], shown, view(part)) for part in parts])

    def read(self, s: Tensor, v: Tensor, basis: Tensor, bead: Tensor, atom: Tensor) -> Tensor:
        """Say where atoms are, up to where they are with latents of zero.

        Parameters
        ----------
        s, v : Tensor
            Scalars and vectors of beads, from `forward`.
        basis : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads in the network itself.
        bead, atom : Tensor, shape=(n_atoms,), dtype=int64
            Bead and vocabulary id of each atom.

        Returns
        -------
        Tensor, shape=(n_atoms, 3)
            Vectors in Å; what is read with latents of zero is to be subtracted.
        """
        arrows = torch.cat([self.basis(self.norm(basis)), v], 2)[bead]
        coefficients = self.coefficients(self.bead(s)[bead] + self.atom(atom))
        return (arrows @ coefficients[..., None])[..., 0]

    def _start(self, s: Tensor, v: Tensor, latent: Tensor) -> tuple[Tensor, Tensor]:
        s, v = self.narrow_s(s) + self.latent(latent), self.narrow_v(self.norm(v))
        return _added(s, v, *self.first(s, v))

    def _hear(self, s: Tensor, v: Tensor, shown: Tensor, view: View) -> tuple[Tensor, Tensor]:
        s, v = _added(s, v, *self.message(s, shown, view))
        return _added(s, v, *self.second(s, v))


def _added(s: Tensor, v: Tensor, ds: Tensor, dv: Tensor) -> tuple[Tensor, Tensor]:
    return s + ds, v + dv


def _joined(parts: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    s, v = zip(*parts, strict=True)
    return torch.cat(s), torch.cat(v)
