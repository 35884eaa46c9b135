"""Equivariant messages between beads as dense products over fixed-size neighbour rows.

For bead i with neighbours k, learnt edge weights w (i, k, r) multiply {1, x, y, z} of the unit vector to the
neighbour and meet the neighbour's scalars and vectors in one batched matrix product. What comes out is sorted by how
it rotates: sums and traces are scalars, sums along directions and antisymmetric parts (cross products) are vectors.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from unbead.nn.activation import SiLU
from unbead.nn.vectors import VectorNorm


@dataclass(frozen=True)
class View:
    """What some beads see of their neighbours.

    Attributes
    ----------
    neighbours : Tensor, shape=(n, k), dtype=int64
        Neighbour rows.
    edges : Tensor, shape=(n, k, edge_features)
        Features of the pairs.
    fade : Tensor, shape=(n, k)
        Envelope times mask.
    direction : Tensor, shape=(n, k, 3)
        Unit vectors to the neighbours.
    """

    neighbours: Tensor
    edges: Tensor
    fade: Tensor
    direction: Tensor


class Message(nn.Module):
    """One exchange between neighbouring beads.

    Parameters
    ----------
    scalars, vectors : int
        Channels of the bead features.
    rows : int
        Independent edge weights per kind (scalar and directional).
    sent : int
        Scalar channels that a bead shows to its neighbours.
    edge_features, edge_hidden : int
        Width of the fixed edge features, and of the hidden layer that makes weights of them.
    """

    def __init__(self, scalars: int, vectors: int, rows: int, sent: int, edge_features: int, edge_hidden: int):
        super().__init__()
        self.rows, self.sent, self.vectors = rows, sent, vectors
        self.norm_s = nn.LayerNorm(scalars)
        self.norm_v = VectorNorm(vectors)
        self.project = nn.Linear(scalars, sent + 2 * edge_hidden)
        self.project_v = nn.Linear(vectors, vectors, bias=False)
        self.edge = nn.Linear(edge_features, edge_hidden)
        self.weights = nn.Sequential(SiLU(), nn.Linear(edge_hidden, 2 * rows))
        self.hidden = edge_hidden
        self.mix_s = nn.Linear(rows * (sent + vectors), scalars)
        self.mix_v = nn.Linear(rows * (2 * vectors + sent), vectors, bias=False)

    def show(self, s: Tensor, v: Tensor) -> Tensor:
        """Return what beads show to their neighbours, shape (n, sent + 3 vectors + edge_hidden).

        Parameters
        ----------
        s : Tensor, shape=(n, scalars)
            Scalars.
        v : Tensor, shape=(n, 3, vectors)
            Vectors.

        Returns
        -------
        Tensor
            One row per bead, to be gathered by `forward`.
        """
        normed = self.norm_s(s)
        shown, send = self.project(normed).split([self.sent + self.hidden, self.hidden], dim=1)
        return torch.cat([shown[:, : self.sent], self.project_v(self.norm_v(v)).flatten(1), send], 1)

    def forward(self, s: Tensor, shown: Tensor, view: View) -> tuple[Tensor, Tensor]:
        """Return the updates of scalars and vectors of some beads.

        Parameters
        ----------
        s : Tensor, shape=(n, scalars)
            Scalars of the receiving beads.
        shown : Tensor, shape=(n_all, sent + 3 vectors + edge_hidden)
            What all beads show.
        view : View
            Neighbour rows of the receiving beads, pointing into `shown`.

        Returns
        -------
        tuple of Tensor
            Updates of shape (n, scalars) and (n, 3, vectors).
        """
        n, k = view.neighbours.shape
        r, c, f = self.rows, self.sent, self.vectors
        flat = view.neighbours.reshape(-1)
        table, send = shown.split([c + 3 * f, self.hidden], dim=1)
        receive = functional.linear(
            self.norm_s(s), self.project.weight[c : c + self.hidden], self.project.bias[c : c + self.hidden]
        )
        hidden = self.edge(view.edges) + receive[:, None] + send.index_select(0, flat).view(n, k, -1)
        a, b = (self.weights(hidden) * view.fade[..., None]).split(r, dim=-1)  # (n, k, r) each
        w = torch.cat([a, (view.direction[..., None] * b[:, :, None, :]).flatten(2)], -1)  # (n, k, 4r)
        if self.training:  # bfloat16 has fast small products on CPUs; rounding is noise to training
            w, table = w.bfloat16(), table.bfloat16()
        rows = table.index_select(0, flat).view(n, k, -1)
        m = torch.bmm(w.transpose(1, 2), rows)  # (n, 4r, c + 3f)
        m_s, m_v = m.view(n, 4, r, c + 3 * f).split([c, 3 * f], dim=3)
        plain_s, along_s = m_s.split([1, 3], dim=1)  # (n, 1, r, c), (n, 3, r, c)
        plain_v, *along_v = m_v.reshape(n, 4, r, 3, f).unbind(1)
        (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = (part.unbind(2) for part in along_v)  # (n, r, f) each
        trace = xx + yy + zz
        turn = torch.stack([yz - zy, zx - xz, xy - yx], 1)  # (n, 3, r, f)
        scalars = torch.cat([plain_s.flatten(1), trace.flatten(1)], 1)
        vectors = torch.cat([plain_v.transpose(1, 2).flatten(2), along_s.flatten(2), turn.flatten(2)], 2)
        ds = functional.linear(scalars, self.mix_s.weight.to(m.dtype)).to(s.dtype) + self.mix_s.bias
        dv = functional.linear(vectors, self.mix_v.weight.to(m.dtype)).to(s.dtype)
        return ds, dv
