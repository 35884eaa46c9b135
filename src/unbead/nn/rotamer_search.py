"""The likeliest torsions of side chains: a beam over the bins of one torsion after the other."""

import math

import torch
from torch import Tensor

from unbead.nn.rotamers import BINS, TORSIONS, WIDTH, RotamerHead

NEVER = -1e9  # stands for the logarithm of zero


def likeliest(head: RotamerHead, h: Tensor, n_chi: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """Find the likeliest rotamers of residues: local maxima of the mass of three bins, each at their centroid.

    Parameters
    ----------
    head : RotamerHead
        The head.
    h : Tensor, shape=(n, channels)
        What it knows of the residues.
    n_chi : Tensor, shape=(n,), dtype=int64
        Torsions of each residue.
    width : int
        Rotamers kept of each residue.

    Returns
    -------
    torsions : Tensor, shape=(n, width, 4)
        Radians, doubled where they repeat; zeros beyond the torsions that a residue has. The likeliest first.
    log_mass : Tensor, shape=(n, width)
        Logarithm of the mass of each; `NEVER` where there are fewer rotamers.
    """
    n = len(h)
    torsions = h.new_zeros(n, 1, TORSIONS)
    score = h.new_zeros(n, 1)
    for k in range(TORSIONS):
        rows = (n_chi > k).nonzero()[:, 0]
        wide = torch.full((n, width), NEVER, dtype=h.dtype, device=h.device)
        angles = h.new_zeros(n, width, TORSIONS)
        kept = min(width, score.shape[1])
        wide[:, :kept], angles[:, :kept] = score[:, :kept], torsions[:, :kept]
        if len(rows):
            wide[rows], angles[rows] = _grow(head, h[rows], torsions[rows], score[rows], k, width)
        score, torsions = wide, angles
    return torsions, score


def _grow(head: RotamerHead, h: Tensor, torsions: Tensor, score: Tensor, k: int, width: int) -> tuple[Tensor, Tensor]:
    """Torsion k + 1 for each rotamer so far; scores (n, width) and torsions (n, width, 4)."""
    n, kept = score.shape
    logits = head.logits(h.repeat_interleave(kept, 0), torsions.reshape(n * kept, -1)[:, :k])
    p = logits.softmax(-1).view(n, kept, BINS)
    left, right = p.roll(1, -1), p.roll(-1, -1)
    mass = left + p + right
    peak = (p >= left) & (p > right)
    total = torch.where(peak, score[..., None] + mass.clamp(min=1e-30).log(), NEVER)
    centres = -math.pi + WIDTH * (torch.arange(BINS, device=h.device, dtype=h.dtype) + 0.5)
    angle = centres + WIDTH * (right - left) / mass.clamp(min=1e-30)
    found, which = total.flatten(1).sort(dim=1, descending=True, stable=True)
    found, which = found[:, :width].clamp(min=NEVER), which[:, :width]
    grown = torsions.gather(1, (which // BINS)[..., None].expand(-1, -1, TORSIONS)).clone()
    grown[..., k] = angle.flatten(1).gather(1, which)
    return found, grown
