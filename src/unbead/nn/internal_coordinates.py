"""Internal coordinates and back: bond, angle and torsion of each atom against three that are placed before it.

Atom x with references a (bond), b (angle) and c (torsion) stands at

    x = a + r (cos θ u + sin θ (cos τ w + sin τ w × u)),

u the unit vector from a to b, w the unit vector across u towards c (NeRF; Parsons et al., doi:10.1002/jcc.20237).
All of it is vectorised over the atoms of one depth, is differentiable, and turns with the references.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

IN_LINE = 0.01  # sine of the angle a-b-c below which the three count as in line, and any direction across will do
TOUCH = 1e-3  # Å, below which two references count as one point


@dataclass(frozen=True)
class Internal:
    """Internal coordinates of atoms.

    Attributes
    ----------
    bond : Tensor, shape=(n_atoms,)
        Distance to the first reference in Å.
    angle : Tensor, shape=(n_atoms,)
        Angle at the first reference in radians.
    torsion : Tensor, shape=(n_atoms, 2)
        Cosine and sine of the torsion.
    """

    bond: Tensor
    angle: Tensor
    torsion: Tensor


def frame(a: Tensor, b: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return unit vectors from `a` towards `b`, across that towards `c`, and across both.

    Parameters
    ----------
    a, b, c : Tensor, shape=(n, 3)
        Points in Å. Where they are in line the second vector is taken across the axis that `u` is least along, so
        that nothing becomes NaN; where `a` and `b` are one point the first is the x axis.

    Returns
    -------
    tuple of Tensor, shape=(n, 3)
        u, w and w × u.
    """
    ab, bc = b - a, c - b
    far = (ab * ab).sum(-1, keepdim=True) > TOUCH**2
    axis = torch.zeros_like(ab)
    axis[:, 0] = 1.0
    ab = torch.where(far, ab, axis)
    u = ab * torch.rsqrt((ab * ab).sum(-1, keepdim=True))
    across = bc - (bc * u).sum(-1, keepdim=True) * u
    bent = (across * across).sum(-1, keepdim=True) > IN_LINE**2 * (bc * bc).sum(-1, keepdim=True) + TOUCH**2
    least = torch.nn.functional.one_hot(u.detach().abs().argmin(-1), 3).to(u.dtype)
    across = torch.where(bent, across, torch.linalg.cross(u, least))
    w = across * torch.rsqrt((across * across).sum(-1, keepdim=True))
    return u, w, torch.linalg.cross(w, u)


def place(known: Tensor, references: Tensor, depth: Tensor, found: Internal) -> Tensor:
    """Place atoms from their internal coordinates, one depth after the other.

    Parameters
    ----------
    known : Tensor, shape=(n_points, 3)
        Positions in Å of the atoms of depth 0 and of points that references name besides; those of other atoms are
        not read.
    references : Tensor, shape=(n_atoms, 3), dtype=int64
        Points that each atom is placed from; the atoms are the first points.
    depth : Tensor, shape=(n_atoms,), dtype=int64
        Zero for atoms that are known.
    found : Internal
        Internal coordinates; of known atoms they are not read.

    Returns
    -------
    Tensor, shape=(n_atoms, 3)
        Positions in Å.
    """
    points = known
    along = found.bond * torch.cos(found.angle)
    aside = (found.bond * torch.sin(found.angle))[:, None] * found.torsion
    for level in range(1, int(depth.max()) + 1 if len(depth) else 0):
        rows = (depth == level).nonzero()[:, 0]
        a, b, c = points[references[rows].reshape(-1)].view(-1, 3, 3).unbind(1)
        u, w, across = frame(a, b, c)
        new = a + along[rows, None] * u + aside[rows, :1] * w + aside[rows, 1:] * across
        points = points.index_put((rows,), new)
    return points[: len(depth)]


def to_internal(points: Tensor, references: Tensor) -> Internal:
    """Measure the internal coordinates of atoms: the inverse of `place`.

    Parameters
    ----------
    points : Tensor, shape=(n_points, 3)
        Positions in Å of all atoms, and of points that references name besides.
    references : Tensor, shape=(n_atoms, 3), dtype=int64
        Points that each atom is placed from; the atoms are the first points.

    Returns
    -------
    Internal
        What `place` takes; a torsion of an atom in line with its bond is zero.
    """
    a, b, c = points[references.reshape(-1)].view(-1, 3, 3).unbind(1)
    u, w, across = frame(a, b, c)
    arrow = points[: len(references)] - a
    x, y, z = ((arrow * direction).sum(-1) for direction in (u, w, across))
    aside = torch.sqrt(y * y + z * z)
    near = aside < 1e-6
    torsion = torch.stack([torch.where(near, torch.ones_like(y), y), torch.where(near, torch.zeros_like(z), z)], -1)
    torsion = torsion / torch.where(near, torch.ones_like(aside), aside)[:, None]
    return Internal(torch.sqrt(x * x + aside * aside), torch.atan2(aside, x), torsion)
