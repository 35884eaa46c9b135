"""The bead network that all families share: what beads are made of and where they are, as scalars and vectors."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from unbead.models import keys
from unbead.models.embedding import BeadEmbedding
from unbead.models.settings import BeadSettings
from unbead.nn.activation import SiLU
from unbead.nn.message import Message, View
from unbead.nn.radial import RadialBasis, envelope
from unbead.nn.update import Update

FARTHEST_OFFSET = 5  # residue offsets from -4 to 4 are told apart; beyond is one class per side
BEAD_PARTS = ("embed", "noise", "offset", "messages", "updates", "final", "level")  # modules of the shared network
EDGE_EXTRA = 17  # features of a pair besides the radial basis: its length, and 16 of the residue offset


def equal_blocks(n: int, most: int) -> list[slice]:
    """Cut rows into blocks of nearly equal size: a short last block would be rounded in another way.

    Matrix products of fewer than about 16 rows add up in another order (measured for oneMKL); all others give the
    same bits for a row whatever stands beside it.

    Parameters
    ----------
    n : int
        Rows.
    most : int
        Rows of a block, at most.

    Returns
    -------
    list of slice
        Blocks, in order.
    """
    count = -(-n // most)
    return [slice(n * i // count, n * (i + 1) // count) for i in range(count)]


def by_blocks(parts: list[slice], bead: Tensor, read: Callable[[slice, Tensor], tuple[Tensor, ...]]) -> list[Tensor]:
    """Answer for the atoms of one block of beads after the other.

    Parameters
    ----------
    parts : list of slice
        Blocks of beads, in order.
    bead : Tensor, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    read : callable
        Takes a block and its atoms; returns answers, one row for each of the atoms.

    Returns
    -------
    list of Tensor
        The answers for all atoms.
    """
    order, counts = bead.argsort(stable=True), torch.bincount(bead, minlength=parts[-1].stop)
    sizes = [int(counts[part].sum()) for part in parts]
    found = [read(part, mine) for part, mine in zip(parts, order.split(sizes), strict=True)]
    back = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=order.device))
    return [torch.cat(rows)[back] for rows in zip(*found, strict=True)]


class BeadNetwork(nn.Module):
    """Beads as scalars and vectors that know their surroundings; a family adds what it reads from them.

    Parameters
    ----------
    settings : BeadSettings
        Size and reach.
    vocabulary : int
        Number of atom identities.
    """

    def __init__(self, settings: BeadSettings, vocabulary: int):
        super().__init__()
        s, v = settings.scalars, settings.vectors
        self.settings = settings
        self.embed = BeadEmbedding(vocabulary, s // 2, s)
        self.noise = nn.Sequential(nn.Linear(3, 32), SiLU(), nn.Linear(32, s))
        self.basis = RadialBasis(settings.basis, longest=settings.radius)
        self.offset = nn.Embedding(2 * FARTHEST_OFFSET + 1, 16)
        self.messages = nn.ModuleList(
            Message(s, v, settings.rows, settings.sent, settings.basis + EDGE_EXTRA, settings.edge_hidden)
            for _ in range(settings.layers)
        )
        self.updates = nn.ModuleList(Update(s, v, 2 * s) for _ in range(settings.layers))
        self.final = nn.LayerNorm(s)
        self.level = nn.Sequential(nn.Linear(s, 32), SiLU(), nn.Linear(32, 1))

    def view(self, batch: dict[str, Tensor], part: slice) -> View:
        """Return what some beads see of their neighbours.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        part : slice
            The beads that look.

        Returns
        -------
        View
            Their pairs.
        """
        positions, rows = batch[keys.BEAD_POSITIONS], batch[keys.NEIGHBOURS][part]
        n, k = rows.shape
        here = positions[part][:, None]
        arrow = positions[rows.reshape(-1)].view(n, k, 3) - here + batch[keys.EDGE_SHIFT][part]
        distance = torch.sqrt((arrow * arrow).sum(-1) + 1e-8)
        fade = envelope(distance, batch[keys.REACH][part][:, None]) * batch[keys.EDGE_MASK][part]
        residue = batch[keys.BEAD_RESIDUE]
        offset = (residue[rows] - residue[part][:, None]).clamp(-FARTHEST_OFFSET, FARTHEST_OFFSET)
        edges = torch.cat([self.basis(distance), distance[..., None] * 0.2, self.offset(offset + FARTHEST_OFFSET)], -1)
        return View(rows, edges, fade, arrow / distance.clamp(min=0.05)[..., None])

    def encode(self, batch: dict[str, Tensor], block: int | None = None) -> tuple[Tensor, Tensor]:
        """Return scalars (n_beads, scalars) and vectors (n_beads, 3, vectors) of the beads.

        Every layer is computed for `block` beads at a time, so memory grows with what beads show to each other
        and not with their pairs, and the answer is that of the whole system.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        block : int, optional
            Beads computed at a time; all at once by default.

        Returns
        -------
        tuple of Tensor
            Scalars and vectors.
        """
        if block is None or block >= len(batch[keys.BEAD_POSITIONS]):
            s, v = self._start(batch)
            view = self.view(batch, slice(None))
            for message, update in zip(self.messages, self.updates, strict=True):
                s, v = self._layer(message, update, s, v, message.show(s, v), view)  # type: ignore[operator]
            return self.final(s), v
        return self._encode_blocks(batch, block)

    def _start(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Scalars and vectors before the first layer."""
        level = batch[keys.NOISE][:, None]
        known = (level >= 0).to(level.dtype)
        level = level.clamp(min=0.0)
        told = torch.cat([known, 2 * level, level / (level + 0.05)], 1)
        s = self.embed(batch)[batch[keys.BEAD_TYPE]] + self.noise(told)
        return s, s.new_zeros(len(s), 3, self.settings.vectors)

    def _layer(
        self, message: nn.Module, update: nn.Module, s: Tensor, v: Tensor, shown: Tensor, view: View
    ) -> tuple[Tensor, Tensor]:
        """Scalars and vectors of some beads after a layer."""
        ds, dv = message(s, shown, view)
        s, v = s + ds, v + dv
        ds, dv = update(s, v)
        return s + ds, v + dv

    def _encode_blocks(self, batch: dict[str, Tensor], block: int) -> tuple[Tensor, Tensor]:
        """Do the same in place, block by block; without gradients."""
        s, v = self._start(batch)
        parts = equal_blocks(len(s), block)
        shown = None
        for message, update in zip(self.messages, self.updates, strict=True):
            for part in parts:
                rows = message.show(s[part], v[part])  # type: ignore[operator]
                shown = s.new_empty(len(s), rows.shape[1]) if shown is None else shown
                shown[part] = rows
            assert shown is not None
            for part in parts:
                s[part], v[part] = self._layer(message, update, s[part], v[part], shown, self.view(batch, part))
        for part in parts:
            s[part] = self.final(s[part])
        return s, v
