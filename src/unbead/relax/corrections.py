"""What violated bounds ask of atoms.

A bound asks each of its atoms to move by all that is missing, along its gradient; corrections are summed with their
weights in four columns: moves in Å and weights.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import torch
from torch import Tensor

from unbead.relax.constraints import BeadRestraints, DihedralConstraints, DistanceConstraints, VolumeConstraints

NOWHERE = 1e-6  # Å
HOPELESS = 5.0  # Å; atoms torn that far apart must not be drawn through the molecule
BLOCK = 32_768  # terms computed at a time; the corrections of all are summed in their order, so it changes no bit


_Terms = TypeVar("_Terms", DistanceConstraints, VolumeConstraints)


def _blocks(terms: _Terms) -> Iterator[_Terms]:
    """Some terms after the other, as views."""
    found = {name: getattr(terms, name) for name in ("atoms", "low", "high", "shift")}
    there = {name: value for name, value in found.items() if value is not None}
    for start in range(0, len(terms.atoms), BLOCK):
        yield replace(terms, **{name: value[start : start + BLOCK] for name, value in there.items()})


def _displacements(x: Tensor, terms: DistanceConstraints) -> tuple[Tensor, Tensor]:
    """Vectors from first to second atoms, and their lengths."""
    i, j = terms.atoms.unbind(1)
    arrow = x.index_select(0, j) - x.index_select(0, i)
    if terms.shift is not None:
        arrow = arrow + terms.shift
    return arrow, arrow.square().sum(1).sqrt()


def _distance_violation(terms: DistanceConstraints, length: Tensor) -> Tensor:
    """What distances lack, negative where they are too long; nothing where that is hopeless."""
    missing = (terms.low - length).clamp(min=0)
    if terms.high is None:
        return missing
    missing = missing - (length - terms.high).clamp(min=0)
    return torch.where(missing.abs() < HOPELESS, missing, 0.0)


def _arms(x: Tensor, terms: VolumeConstraints) -> tuple[tuple[Tensor, ...], Tensor]:
    """Vectors from the first atom, the product of the last two of them, and the volumes."""
    p = x[terms.atoms]  # (n, 4, 3)
    arms = p[:, 1:] - p[:, :1]
    if terms.shift is not None:
        arms = arms + terms.shift
    a, b, c = arms.unbind(1)
    bc = torch.linalg.cross(b, c)
    return (a, b, c, bc), (a * bc).sum(1)


def _lacking(terms: VolumeConstraints, volume: Tensor) -> Tensor:
    """What volumes lack, negative where they are too large."""
    return (terms.low - volume).clamp(min=0) - (volume - terms.high).clamp(min=0)


def correct_distances(x: Tensor, correction: Tensor, terms: DistanceConstraints) -> None:
    """Add what violated distances ask to `correction`, shape (n_atoms, 4): moves in Å and, last, their weight.

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    correction : Tensor, shape=(n_atoms, 4)
        Changed in place.
    terms : DistanceConstraints
        The bounds.
    """
    found = [_push_distances(x, part) for part in _blocks(terms)]
    if not found:
        return
    i, j, push = (torch.cat(part) for part in zip(*found, strict=True))
    weight = torch.full_like(push[:, :1], terms.strength)
    correction.index_add_(0, j, torch.cat([push, weight], 1))
    correction.index_add_(0, i, torch.cat([-push, weight], 1))


def _push_distances(x: Tensor, terms: DistanceConstraints) -> tuple[Tensor, Tensor, Tensor]:
    """Both atoms of violated distances, and the move asked of the second."""
    arrow, length = _displacements(x, terms)
    missing = _distance_violation(terms, length)
    broken = missing.nonzero()[:, 0]
    push = (terms.strength * missing[broken] / length[broken].clamp(min=NOWHERE))[:, None] * arrow[broken]
    i, j = terms.atoms[broken].unbind(1)
    return i, j, push


def correct_volumes(x: Tensor, correction: Tensor, terms: VolumeConstraints) -> None:
    """Add the corrections of violated volumes to `correction`, shape (n_atoms, 4).

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    correction : Tensor, shape=(n_atoms, 4)
        Changed in place.
    terms : VolumeConstraints
        The bounds.
    """
    found = [_push_volumes(x, part) for part in _blocks(terms)]
    if not found:
        return
    atoms, push = (torch.cat(part) for part in zip(*found, strict=True))
    correction.index_add_(0, atoms.reshape(-1), torch.cat([push, torch.ones_like(push[..., :1])], 2).view(-1, 4))


def _push_volumes(x: Tensor, terms: VolumeConstraints) -> tuple[Tensor, Tensor]:
    """Atoms of violated volumes, shape (m, 4), and the moves asked of them, shape (m, 4, 3)."""
    (a, b, c, bc), volume = _arms(x, terms)
    missing = _lacking(terms, volume)
    broken = missing.nonzero()[:, 0]
    a, b, c = a[broken], b[broken], c[broken]
    slope = torch.stack([bc[broken], torch.linalg.cross(c, a), torch.linalg.cross(a, b)], 1)  # (m, 3, 3)
    slope = torch.cat([-slope.sum(1, keepdim=True), slope], 1)  # (m, 4, 3)
    steep = slope.square().sum((1, 2)).clamp(min=1.0)
    return terms.atoms[broken], (2 * missing[broken] / steep)[:, None, None] * slope


def _dihedral_deviation(x: Tensor, terms: DihedralConstraints) -> tuple[Tensor, Tensor, Tensor]:
    """Radians that bonds are off their nearest goal, and what one radian more moves the first and last atom by."""
    p = x[terms.atoms]
    if terms.shift is not None:
        p = torch.cat([p[:, :1], p[:, 1:] + terms.shift], 1)
    axis = p[:, 2] - p[:, 1]
    axis = axis / axis.norm(dim=1, keepdim=True).clamp(min=NOWHERE)
    first = torch.linalg.cross(axis, p[:, 0] - p[:, 1])
    last = torch.linalg.cross(axis, p[:, 3] - p[:, 2])
    angle = torch.atan2((torch.linalg.cross(first, last) * axis).sum(1), (last * first).sum(1))
    period = 2 * torch.pi / terms.fold
    return torch.remainder(angle - terms.goal + period / 2, period) - period / 2, first, last


def correct_dihedrals(x: Tensor, correction: Tensor, terms: DihedralConstraints) -> None:
    """Add the corrections of bonds that are turned wrongly to `correction`, shape (n_atoms, 4).

    The outer atoms are asked to turn about the bond, each half of the way.

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    correction : Tensor, shape=(n_atoms, 4)
        Changed in place.
    terms : DihedralConstraints
        The bonds.
    """
    off, first, last = _dihedral_deviation(x, terms)
    missing = -off.sign() * (off.abs() - terms.free).clamp(min=0) / 2
    broken = missing.nonzero()[:, 0]
    if not len(broken):
        return
    push = terms.strength * missing[broken, None]
    weight = torch.full_like(push, terms.strength)
    correction.index_add_(0, terms.atoms[broken, 0], torch.cat([-push * first[broken], weight], 1))
    correction.index_add_(0, terms.atoms[broken, 3], torch.cat([push * last[broken], weight], 1))


def correct_beads(x: Tensor, correction: Tensor, anchors: BeadRestraints) -> None:
    """Add the corrections of beads that are out of tolerance to `correction`, shape (n_atoms, 4).

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    correction : Tensor, shape=(n_atoms, 4)
        Changed in place.
    anchors : BeadRestraints
        The beads.
    """
    away = anchors.target.index_add(0, anchors.bead, anchors.weight * x[anchors.atom], alpha=-1)
    size = away.norm(dim=1, keepdim=True)
    pull = away * ((size - anchors.tolerance) / size.clamp(min=NOWHERE)).clamp(min=0)
    pull = torch.cat([pull, (size > anchors.tolerance).to(x.dtype)], 1) / anchors.norm[:, None]
    correction.index_add_(0, anchors.atom, 2 * anchors.weight * pull[anchors.bead])  # twice as strong as a bond


def distance_violations(x: Tensor, terms: DistanceConstraints) -> Tensor:
    """Compute what distances lack, shape (n,), in Å; negative where they are too long.

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    terms : DistanceConstraints
        The bounds.

    Returns
    -------
    Tensor, shape=(n,)
        Zero within bounds.
    """
    found = [_distance_violation(part, _displacements(x, part)[1]) for part in _blocks(terms)]
    return torch.cat(found) if found else terms.low


def volume_violations(x: Tensor, terms: VolumeConstraints) -> Tensor:
    """Compute what volumes lack, shape (n,), in Å³; negative where they are too large.

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    terms : VolumeConstraints
        The bounds.

    Returns
    -------
    Tensor, shape=(n,)
        Zero within bounds.
    """
    found = [_lacking(part, _arms(x, part)[1]) for part in _blocks(terms)]
    return torch.cat(found) if found else terms.low


def dihedral_violations(x: Tensor, terms: DihedralConstraints) -> Tensor:
    """Compute what turns lack, shape (n,), in radians.

    Parameters
    ----------
    x : Tensor, shape=(n_atoms, 3)
        Positions in Å.
    terms : DihedralConstraints
        The bonds.

    Returns
    -------
    Tensor, shape=(n,)
        Zero within `free` of a goal.
    """
    return (_dihedral_deviation(x, terms)[0].abs() - terms.free).clamp(min=0)
