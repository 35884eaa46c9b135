"""Bounds, contacts and beads as torch tensors."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.mapping.operator import Operator
from unbead.relax.contacts import Contacts
from unbead.relax.residue_geometry import Bounds

FREE_FORM = math.radians(45)  # from cis or trans; within, distances and volumes bring a double bond into its plane


@dataclass(frozen=True)
class DistanceConstraints:
    """Bounds on distances.

    Attributes
    ----------
    atoms : Tensor, shape=(n, 2), dtype=int64
        Pairs.
    low : Tensor, shape=(n,)
        Lower bounds in Å.
    high : Tensor, shape=(n,), or None
        Upper bounds in Å.
    shift : Tensor, shape=(n, 3), or None
        Lattice vectors in Å to add to second atoms.
    strength : float
        Weight beside that of a bond.
    """

    atoms: Tensor
    low: Tensor
    high: Tensor | None
    shift: Tensor | None
    strength: float


@dataclass(frozen=True)
class VolumeConstraints:
    """Bounds on signed volumes.

    Attributes
    ----------
    atoms : Tensor, shape=(n, 4), dtype=int64
        Quadruples.
    low, high : Tensor, shape=(n,)
        Bounds in Å³.
    shift : Tensor, shape=(n, 3, 3), or None
        Lattice vectors in Å to add to all atoms but the first.
    """

    atoms: Tensor
    low: Tensor
    high: Tensor
    shift: Tensor | None


@dataclass(frozen=True)
class DihedralConstraints:
    """Bonds that are to be turned: staggered ones, and double bonds.

    Attributes
    ----------
    atoms : Tensor, shape=(n, 4), dtype=int64
        Atoms of the dihedral angles.
    goal : Tensor, shape=(n,)
        Where they shall be, in radians.
    fold : int
        Number of equally good goals in a circle.
    free : float
        Radians from a goal that are as good.
    shift : Tensor, shape=(n, 3, 3), or None
        Lattice vectors in Å to add to all atoms but the first.
    strength : float
        Weight beside that of a bond.
    """

    atoms: Tensor
    goal: Tensor
    fold: int
    free: float
    shift: Tensor | None
    strength: float


@dataclass(frozen=True)
class BeadRestraints:
    """Beads that hold their atoms.

    Attributes
    ----------
    bead, atom : Tensor, shape=(n_entries,), dtype=int64
        Rows and columns of the mapping M.
    weight : Tensor, shape=(n_entries, 1)
        Its entries.
    target : Tensor, shape=(n_beads, 3)
        Beads in Å.
    tolerance : Tensor, shape=(n_beads, 1)
        Å within which they do not pull.
    norm : Tensor, shape=(n_beads,)
        Sum of each bead's squared weights.
    """

    bead: Tensor
    atom: Tensor
    weight: Tensor
    target: Tensor
    tolerance: Tensor
    norm: Tensor


def minimum_image(
    positions: NDArray, first: NDArray, second: NDArray, cell: NDArray | None
) -> NDArray[np.float64] | None:
    """Find lattice vectors that turn second atoms into the images nearest to the first.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å.
    first, second : ndarray, shape=(n, ...), dtype=int64
        Atoms.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n, ..., 3), dtype=float64, or None
        Shifts in Å; None where all are zero.
    """
    if cell is None:
        return None
    turns = -np.round((positions[second] - positions[first]) @ np.linalg.inv(cell))
    return turns @ cell if turns.any() else None


def make_constraints(
    bounds: Bounds, positions: NDArray, cell: NDArray | None, device: torch.device
) -> tuple[DistanceConstraints, VolumeConstraints, DihedralConstraints]:
    """Turn bounds into tensors.

    Parameters
    ----------
    bounds : Bounds
        The bounds.
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Positions in Å, from which images are chosen.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.
    device : torch.device
        Where to compute.

    Returns
    -------
    DistanceConstraints
        Bounds on distances.
    VolumeConstraints
        Bounds on volumes.
    DihedralConstraints
        Double bonds.
    """
    i, j = bounds.pairs.T
    low, high, v_low, v_high = (
        tensor(x, device) for x in (bounds.low, bounds.high, bounds.volume_low, bounds.volume_high)
    )
    shift = minimum_image(positions, i, j, cell)
    v_shift = minimum_image(positions, bounds.quads[:, :1], bounds.quads[:, 1:], cell)
    forms = bounds.forms[:, :4]
    f_shift = minimum_image(positions, forms[:, :1], forms[:, 1:], cell)
    goal = tensor(np.pi * bounds.forms[:, 4], device)
    return (
        DistanceConstraints(torch.from_numpy(bounds.pairs).to(device), low, high, _maybe(shift, device), 1.0),
        VolumeConstraints(torch.from_numpy(bounds.quads).to(device), v_low, v_high, _maybe(v_shift, device)),
        DihedralConstraints(torch.from_numpy(forms).to(device), goal, 1, FREE_FORM, _maybe(f_shift, device), 1.0),
    )


def contact_constraints(contacts: Contacts, strength: float, device: torch.device) -> DistanceConstraints:
    """Turn contacts into tensors.

    Parameters
    ----------
    contacts : Contacts
        The contacts.
    strength : float
        Their weight beside bonds.
    device : torch.device
        Where to compute.

    Returns
    -------
    DistanceConstraints
        Lower bounds.
    """
    shift = contacts.shift if contacts.shift.any() else None
    pairs = torch.from_numpy(contacts.pairs).to(device)
    return DistanceConstraints(pairs, tensor(contacts.nearest, device), None, _maybe(shift, device), strength)


def make_bead_restraints(
    operator: Operator, beads: NDArray, tolerance: NDArray | float, device: torch.device
) -> BeadRestraints:
    """Turn beads into tensors.

    Parameters
    ----------
    operator : Operator
        The mapping M.
    beads : ndarray, shape=(n_beads, 3), dtype=float
        Beads in Å.
    tolerance : float or ndarray, shape=(n_beads,), dtype=float
        Å within which beads do not pull.
    device : torch.device
        Where to compute.

    Returns
    -------
    BeadRestraints
        The restraints.
    """
    norm = np.bincount(operator.bead, operator.weight**2, operator.shape[0])
    return BeadRestraints(
        torch.from_numpy(operator.bead).to(device),
        torch.from_numpy(operator.atom).to(device),
        tensor(operator.weight, device)[:, None],
        tensor(beads, device),
        tensor(np.broadcast_to(np.reshape(tolerance, (-1, 1)), (len(beads), 1)), device),
        tensor(norm, device).clamp(min=1e-6),
    )


def tensor(values: NDArray, device: torch.device) -> Tensor:
    """Move an array to the device in single precision.

    Parameters
    ----------
    values : ndarray
        Numbers or truth values.
    device : torch.device
        Where to compute.

    Returns
    -------
    Tensor
        The same, float32.
    """
    return torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(device)


def _maybe(values: NDArray | None, device: torch.device) -> Tensor | None:
    return None if values is None else tensor(values, device)
