"""What hangs on the backbone moves with it."""

import torch
from torch import Tensor


def frames(n: Tensor, ca: Tensor, c: Tensor) -> Tensor:
    """Local frames of residues: x towards C, y in the plane of N, z the normal.

    Parameters
    ----------
    n, ca, c : Tensor, shape=(..., n_rows, 3)
        Atoms in Å.

    Returns
    -------
    Tensor, shape=(..., n_rows, 3, 3)
        Axes as rows; proper rotations.
    """
    x = torch.nn.functional.normalize(c - ca, dim=-1)
    z = torch.nn.functional.normalize(torch.linalg.cross(x, n - ca), dim=-1)
    return torch.stack([x, torch.linalg.cross(z, x), z], -2)


def carry(positions: Tensor, row: Tensor, before: tuple[Tensor, ...], after: tuple[Tensor, ...]) -> Tensor:
    """Move atoms with the frame of their residue: x' = CA' + (x - CA) Fᵀ F'.

    Parameters
    ----------
    positions : Tensor, shape=(..., n_atoms, 3)
        Atoms in Å.
    row : Tensor, shape=(n_atoms,), dtype=int64
        Row of each atom's residue.
    before, after : tuple of three Tensor, each shape=(..., n_rows, 3)
        N, CA and C of the rows, before and after they moved, in Å.

    Returns
    -------
    Tensor, shape=(..., n_atoms, 3)
        Atoms in Å.
    """
    rotation = frames(*before).transpose(-1, -2) @ frames(*after)
    arm = (positions - before[1].index_select(-2, row))[..., None, :]
    return after[1].index_select(-2, row) + (arm @ rotation.index_select(-3, row))[..., 0, :]
