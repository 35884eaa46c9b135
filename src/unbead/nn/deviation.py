"""From latents to displacements of atoms that vanish where the latents are zero.

A network that answers with one structure stays as it is; what is drawn from a normal distribution moves its atoms.
Beads hear of their neighbours' latents, so that atoms on both sides of a bond can move together.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

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
            nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(),
            nn.Linear(HIDDEN, BASIS + VECTORS),
        )  # fmt: skip

    def forward(
        self,
        s: Tensor,
        v: Tensor,
        latents: list[Tensor],
        view: Callable[[slice], View],
        bead: Tensor,
        atom: Tensor,
        block: int | None = None,
    ) -> list[Tensor]:
        """Return displacements in Å, one answer of shape (n_atoms, 3) for each of the latents.

        Parameters
        ----------
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        latents : list of Tensor, shape=(n_beads, latent)
            Latents, zero where atoms are to stay.
        view : callable
            Whom the beads of a slice see.
        bead, atom : Tensor, shape=(n_atoms,), dtype=int64
            Bead and vocabulary id of each atom.
        block : int, optional
            Beads (and atoms) computed at a time; all at once by default.

        Returns
        -------
        list of Tensor
            Displacements.
        """
        normed = self.norm(v)
        here = self.narrow_s(s), self.narrow_v(normed), self.basis(normed)
        rest = self._displace(*here, torch.zeros_like(latents[0]), view, bead, atom, block)
        return [self._displace(*here, d, view, bead, atom, block) - rest for d in latents]

    def _displace(
        self,
        s: Tensor,
        v: Tensor,
        basis: Tensor,
        d: Tensor,
        view: Callable[[slice], View],
        bead: Tensor,
        atom: Tensor,
        block: int | None,
    ) -> Tensor:
        size = max(block or len(s), 1)
        parts = [slice(start, start + size) for start in range(0, len(s), size)]
        s = s + self.latent(d)
        s, v = _joined([_added(s[part], v[part], *self.first(s[part], v[part])) for part in parts])
        shown = torch.cat([self.message.show(s[part], v[part]) for part in parts])
        s, v = _joined([self._hear(s[part], v[part], shown, view(part)) for part in parts])
        vectors = torch.cat([basis, v], 2)
        size = max(block or len(bead), 1)
        hidden = self.bead(s)
        found = []
        for mine, which in zip(bead.split(size), atom.split(size), strict=True):
            coefficients = self.coefficients(hidden[mine] + self.atom(which))
            found.append((vectors[mine] @ coefficients[..., None])[..., 0])
        return torch.cat(found)

    def _hear(self, s: Tensor, v: Tensor, shown: Tensor, view: View) -> tuple[Tensor, Tensor]:
        s, v = _added(s, v, *self.message(s, shown, view))
        return _added(s, v, *self.second(s, v))


def _added(s: Tensor, v: Tensor, ds: Tensor, dv: Tensor) -> tuple[Tensor, Tensor]:
    return s + ds, v + dv


def _joined(parts: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    s, v = zip(*parts, strict=True)
    return torch.cat(s), torch.cat(v)
