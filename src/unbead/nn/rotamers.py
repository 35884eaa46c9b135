"""The torsions of side chains as distributions: what a residue may be, given its beads and the backbone placed.

The torsions χ1 … χ4 of a residue follow one another, p(χ1) p(χ2 | χ1) …, each as the masses of 36 bins between whose
centres the density runs straight. A torsion that repeats after 180° is doubled first, so that it fills the circle, too.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from unbead.chem.amino import AMINO_ACIDS, CA, CB, SLOTS, C, N
from unbead.nn.activation import SiLU
from unbead.nn.internal_coordinates import frame
from unbead.nn.radial import RadialBasis, envelope

BINS = 36  # 10° each; 5° of torsions that repeat after 180°
WIDTH = 2 * math.pi / BINS  # radians
TORSIONS = 4  # of a residue, at most
HIDDEN = 192
KIND_CHANNELS = 16
HARMONICS = 3  # of each torsion as placed
FARTHEST_OFFSET = 4  # residue offsets beyond count as one class per side
OFFSET_CHANNELS = 8
BASIS = 16
RADIUS = 12.0  # Å, beyond which residues do not see each other
NEIGHBOURS = 20  # nearest residues that a residue sees


@dataclass(frozen=True)
class PlacedResidues:
    """Amino acids as the network placed them.

    Attributes
    ----------
    scalars : Tensor, shape=(n, scalars)
        Scalars of the bead that places CA.
    vectors : Tensor, shape=(n, 3, vectors)
        Its vectors.
    kind : Tensor, shape=(n,), dtype=int64
        Residue types.
    positions : Tensor, shape=(n, 14, 3)
        Heavy atoms in Å by slot; CA where there is none.
    log_sigma : Tensor, shape=(n, 14)
        Logarithms of their predicted errors in Å.
    present : Tensor, shape=(n, 14)
        1 where there is an atom.
    torsions : Tensor, shape=(n, 4, 2)
        Cosine and sine of the torsions as placed, doubled where they repeat; zeros where there is none.
    running : Tensor, shape=(n,), dtype=int64
        Running residue numbers, see `unbead.models.batch.running_residue`.
    neighbours, mask, shift, reach : Tensor
        Rows of near residues, see `unbead.structure.neighbours.Neighbours`.
    """

    scalars: Tensor
    vectors: Tensor
    kind: Tensor
    positions: Tensor
    log_sigma: Tensor
    present: Tensor
    torsions: Tensor
    running: Tensor
    neighbours: Tensor
    mask: Tensor
    shift: Tensor
    reach: Tensor


class RotamerHead(nn.Module):
    """Distributions of torsions from a bead's features in the frame of the placed N, CA and C.

    Parameters
    ----------
    scalars, vectors : int
        Channels of a bead.
    layers : int
        Layers in which residues hear of their neighbours.
    """

    def __init__(self, scalars: int, vectors: int, layers: int):
        super().__init__()
        placed = 4 * SLOTS + 2 * TORSIONS * HARMONICS
        self.kind = nn.Embedding(len(AMINO_ACIDS), KIND_CHANNELS)
        self.start = nn.Sequential(
            nn.Linear(scalars + 3 * vectors + placed + KIND_CHANNELS, HIDDEN), SiLU(), nn.Linear(HIDDEN, HIDDEN)
        )
        self.basis = RadialBasis(BASIS, longest=RADIUS)
        self.offset = nn.Embedding(2 * FARTHEST_OFFSET + 3, OFFSET_CHANNELS)
        self.layers = nn.ModuleList(_Layer(BASIS + 18 + OFFSET_CHANNELS) for _ in range(layers))
        self.final = nn.LayerNorm(HIDDEN)
        self.bins = nn.ModuleList(
            nn.Sequential(
                nn.Linear(HIDDEN + 2 * HARMONICS * k, HIDDEN), SiLU(), nn.Linear(HIDDEN, HIDDEN), SiLU(),
                nn.Linear(HIDDEN, BINS),
            )
            for k in range(TORSIONS)
        )  # fmt: skip

    def forward(self, residues: PlacedResidues) -> Tensor:
        """Return what is known of each residue; invariant when the system turns.

        Parameters
        ----------
        residues : PlacedResidues
            The residues and their neighbours.

        Returns
        -------
        Tensor, shape=(n, 192)
            Features.
        """
        x, there = residues.positions, residues.present
        turn = torch.stack(frame(x[:, CA], x[:, C], x[:, N]), -1)  # (n, 3, 3), local axes as columns
        arrows = (x - x[:, CA : CA + 1]) * there[..., None]  # (n, 14, 3)
        inside = torch.einsum("nsx,nxi->nsi", arrows, turn)
        seen = torch.einsum("nxv,nxi->nvi", residues.vectors, turn)
        parts = [
            residues.scalars, seen.flatten(1), 0.3 * inside.flatten(1), residues.log_sigma * there,
            harmonics(residues.torsions).flatten(1), self.kind(residues.kind),
        ]  # fmt: skip
        h = self.start(torch.cat(parts, 1))
        beyond = there[:, CB:, None]
        centroid = x[:, CA] + (arrows[:, CB:] * beyond).sum(1) / beyond.sum(1).clamp(min=1.0)
        edges, fade = self._edges(residues, turn, centroid)
        for layer in self.layers:
            h = h + layer(h, residues.neighbours, edges, fade)
        return self.final(h)

    def _edges(self, residues: PlacedResidues, turn: Tensor, centroid: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, k, channels) of pairs, and what fades with distance (n, k)."""
        rows, ca = residues.neighbours, residues.positions[:, CA]
        here = ca[:, None] - residues.shift
        points = torch.stack([ca, residues.positions[:, CB], centroid], 1)  # (n, 3 points, 3)
        arrows = torch.einsum("nkpx,nxi->nkpi", points[rows] - here[:, :, None], turn)
        turned = torch.einsum("nxi,nkxj->nkij", turn, turn[rows])
        distance = (ca[rows] - here).square().sum(-1).add(1e-8).sqrt()
        step = (residues.running[rows] - residues.running[:, None]).clamp(-FARTHEST_OFFSET - 1, FARTHEST_OFFSET + 1)
        parts = [
            self.basis(distance),
            0.1 * arrows.flatten(2),
            turned.flatten(2),
            self.offset(step + FARTHEST_OFFSET + 1),
        ]
        return torch.cat(parts, -1), envelope(distance, residues.reach[:, None]) * residues.mask

    def logits(self, h: Tensor, before: Tensor) -> Tensor:
        """Return logarithms of the masses of the bins, shape (n, 36), up to a constant.

        Parameters
        ----------
        h : Tensor, shape=(n, 192)
            What `forward` returns.
        before : Tensor, shape=(n, k)
            The first k torsions in radians, doubled where they repeat; the masses are those of torsion k + 1.

        Returns
        -------
        Tensor, shape=(n, 36)
            One for each bin from −π on.
        """
        k = before.shape[1]
        known = harmonics(torch.stack([torch.cos(before), torch.sin(before)], -1)).flatten(1)
        return self.bins[k](torch.cat([h, known], 1))


class _Layer(nn.Module):
    """Residues hear of their neighbours, then think."""

    def __init__(self, edge: int):
        super().__init__()
        self.norm = nn.LayerNorm(HIDDEN)
        self.here = nn.Linear(HIDDEN, HIDDEN)
        self.there = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.edge = nn.Linear(edge, HIDDEN, bias=False)
        self.heard = nn.Linear(HIDDEN, HIDDEN)
        self.update = nn.Sequential(
            nn.LayerNorm(HIDDEN), nn.Linear(HIDDEN, 2 * HIDDEN), SiLU(), nn.Linear(2 * HIDDEN, HIDDEN)
        )
        self.act = SiLU()

    def forward(self, h: Tensor, rows: Tensor, edges: Tensor, fade: Tensor) -> Tensor:
        normed = self.norm(h)
        pairs = self.act(self.here(normed)[:, None] + self.there(normed)[rows] + self.edge(edges))
        heard = self.heard((pairs * fade[..., None]).sum(1) * 0.3)
        return heard + self.update(h + heard)


def harmonics(torsions: Tensor) -> Tensor:
    """Return cosines and sines of one, two and three times the angles, shape (..., 6).

    Parameters
    ----------
    torsions : Tensor, shape=(..., 2)
        Cosines and sines.

    Returns
    -------
    Tensor, shape=(..., 6)
        cos θ, sin θ, cos 2θ, sin 2θ, cos 3θ, sin 3θ.
    """
    c, s = torsions.unbind(-1)
    c2, s2 = c * c - s * s, 2 * c * s
    return torch.stack([c, s, c2, s2, c * c2 - s * s2, s * c2 + c * s2], -1)


def log_density(logits: Tensor, angle: Tensor) -> Tensor:
    """Return the logarithm of the density at angles, times the width of a bin.

    Parameters
    ----------
    logits : Tensor, shape=(..., 36)
        Of the bins.
    angle : Tensor, shape=(...)
        Radians, doubled where the torsion repeats.

    Returns
    -------
    Tensor, shape=(...)
        Straight between the centres of bins.
    """
    place = (angle + math.pi) / WIDTH - 0.5
    low = place.floor()
    part = (place - low).clamp(1e-6, 1 - 1e-6)
    low = low.long() % BINS
    log = logits.log_softmax(-1)
    below = log.gather(-1, low[..., None])[..., 0] + torch.log1p(-part)
    above = log.gather(-1, ((low + 1) % BINS)[..., None])[..., 0] + torch.log(part)
    return torch.logaddexp(below, above)
