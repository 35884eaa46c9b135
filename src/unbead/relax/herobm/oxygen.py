"""Carbonyl oxygens from the Cα-Cα axis."""

from functools import cache

import numpy as np
import torch
from torch import Tensor

from unbead.relax.peptide_cis_trans import ideal_peptide


@cache
def ideal_arms(cis: bool) -> tuple[float, float]:
    """Take the C=O bond of an ideal peptide apart, along the axis from Cα to Cα and across it.

    Parameters
    ----------
    cis : bool
        Whether the peptide is cis.

    Returns
    -------
    tuple of float
        Å along and across; (0.21, -1.21) over trans and (-0.64, -1.05) over cis peptides: away from N.
    """
    ca, c, o, n, next_ca = ideal_peptide(cis)
    along = (next_ca - ca) / np.linalg.norm(next_ca - ca)
    side = _across(*(torch.from_numpy(part)[None] for part in (along, n - c)))[0].numpy()
    return float((o - c) @ along), float((o - c) @ side)


def place_oxygens(ca: Tensor, c: Tensor, n: Tensor, next_ca: Tensor, cis: Tensor) -> Tensor:
    """Place O in the plane of the peptide: O = C + α e + β (m × e) / |m × e|.

    e is the unit vector from Cα to the next Cα, m = e × (N - C) the normal of the plane, and α, β are those of the
    ideal peptide, see `ideal_arms`.

    Parameters
    ----------
    ca, c, n, next_ca : Tensor, shape=(..., n_peptides, 3)
        Atoms of the peptides in Å.
    cis : Tensor, shape=(..., n_peptides), dtype=bool
        Which are cis.

    Returns
    -------
    Tensor, shape=(..., n_peptides, 3)
        Oxygens in Å.
    """
    along = torch.nn.functional.normalize(next_ca - ca, dim=-1)
    side = _across(along, n - c)
    arms = c.new_tensor([ideal_arms(False), ideal_arms(True)])[cis.long()]  # (..., n_peptides, 2)
    return c + arms[..., :1] * along + arms[..., 1:] * side


def _across(along: Tensor, bond: Tensor) -> Tensor:
    """Unit vector in the plane of both, perpendicular to the first."""
    normal = torch.linalg.cross(along, bond)
    return torch.nn.functional.normalize(torch.linalg.cross(normal, along), dim=-1)
