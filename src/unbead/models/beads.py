"""The bead network that all families share: what beads are made of and where they are, as scalars and vectors."""

import torch
from torch import Tensor, nn

from unbead.graph import keys
from unbead.models.settings import BeadSettings
from unbead.nn.message import Message, View
from unbead.nn.radial import RadialBasis, envelope
from unbead.nn.update import Update

FARTHEST_OFFSET = 5  # residue offsets from -4 to 4 are told apart; beyond is one class per side
BEAD_PARTS = ("embed", "noise", "offset", "messages", "updates", "final", "level")  # modules of the shared network
EDGE_EXTRA = 17  # features of a pair besides the radial basis: its length, and 16 of the residue offset


class BeadEmbedding(nn.Module):
    """Scalars of a bead from the atoms that it averages and the atoms that it places.

    Parameters
    ----------
    vocabulary : int
        Number of atom identities.
    width : int
        Width of an atom's embedding.
    scalars : int
        Width of the result.
    """

    def __init__(self, vocabulary: int, width: int, scalars: int):
        super().__init__()
        self.centre = nn.Embedding(vocabulary, width)
        self.owned = nn.Embedding(vocabulary, width)
        self.net = nn.Sequential(nn.Linear(2 * width, scalars), nn.SiLU(), nn.Linear(scalars, scalars))

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """Embed the bead types of a batch, shape (n_types, scalars).

        Parameters
        ----------
        batch : dict of str to Tensor
            The component fields of `unbead.graph.keys`.

        Returns
        -------
        Tensor, shape=(n_types, scalars)
            One row per bead type.
        """
        kind, atom = batch[keys.COMPONENT_TYPE], batch[keys.COMPONENT_ATOM]
        parts = torch.cat(
            [
                batch[keys.COMPONENT_WEIGHT][:, None] * self.centre(atom) * 2.0,
                batch[keys.COMPONENT_OWNED][:, None] * self.owned(atom),
            ],
            1,
        )
        n_types = int(torch.maximum(batch[keys.BEAD_TYPE].max(), kind.max())) + 1
        return self.net(parts.new_zeros(n_types, parts.shape[1]).index_add(0, kind, parts))


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
        self.noise = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, s))
        self.basis = RadialBasis(settings.basis, longest=settings.radius)
        self.offset = nn.Embedding(2 * FARTHEST_OFFSET + 1, 16)
        self.messages = nn.ModuleList(
            Message(s, v, settings.rows, settings.sent, settings.basis + EDGE_EXTRA, settings.edge_hidden)
            for _ in range(settings.layers)
        )
        self.updates = nn.ModuleList(Update(s, v, 2 * s) for _ in range(settings.layers))
        self.final = nn.LayerNorm(s)
        self.level = nn.Sequential(nn.Linear(s, 32), nn.SiLU(), nn.Linear(32, 1))

    def view(self, batch: dict[str, Tensor], part: slice) -> View:
        """Return what some beads see of their neighbours.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.graph.keys`.
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
            Fields of `unbead.graph.keys`.
        block : int, optional
            Beads computed at a time; all at once by default.

        Returns
        -------
        tuple of Tensor
            Scalars and vectors.
        """
        n = len(batch[keys.BEAD_POSITIONS])
        parts = [slice(start, start + (block or n)) for start in range(0, n, block or n)]
        views = [self.view(batch, parts[0])] if len(parts) == 1 else None
        level = batch[keys.NOISE][:, None]
        known = (level >= 0).to(level.dtype)
        level = level.clamp(min=0.0)
        told = torch.cat([known, 2 * level, level / (level + 0.05)], 1)
        s = self.embed(batch)[batch[keys.BEAD_TYPE]] + self.noise(told)
        v = s.new_zeros(n, 3, self.settings.vectors)
        for message, update in zip(self.messages, self.updates, strict=True):
            shown = message.show(s, v)  # type: ignore[operator]
            done_s, done_v = [], []
            for i, part in enumerate(parts):
                ds, dv = message(s[part], shown, views[i] if views else self.view(batch, part))
                new_s, new_v = s[part] + ds, v[part] + dv
                ds, dv = update(new_s, new_v)
                done_s.append(new_s + ds)
                done_v.append(new_v + dv)
            s, v = torch.cat(done_s), torch.cat(done_v)
        return self.final(s), v
