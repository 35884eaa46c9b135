"""The terms that decide about some atoms, as a system of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from unbead.relax.constraints import BeadRestraints, DihedralConstraints, DistanceConstraints, VolumeConstraints


@dataclass(frozen=True)
class ConstraintSet:
    """All that asks atoms to move.

    Attributes
    ----------
    distances : sequence of DistanceConstraints
        Bounds and contacts.
    volumes : VolumeConstraints
        Bounds on volumes.
    turns : sequence of DihedralConstraints
        Bonds that are to be turned.
    anchors : BeadRestraints or None
        Beads that hold their atoms.
    """

    distances: Sequence[DistanceConstraints]
    volumes: VolumeConstraints
    turns: Sequence[DihedralConstraints]
    anchors: BeadRestraints | None


_Some = TypeVar("_Some", DistanceConstraints, VolumeConstraints, DihedralConstraints)


def touching(terms: _Some, mobile: Tensor) -> _Some:
    """Keep the terms with at least one atom that may move.

    Parameters
    ----------
    terms : DistanceConstraints, VolumeConstraints or DihedralConstraints
        The terms.
    mobile : Tensor, shape=(n_atoms,), dtype=bool
        Atoms that may move.

    Returns
    -------
    Distances, Volumes or Turns
        Some of them, in their order.
    """
    keep = mobile[terms.atoms.reshape(-1)].view(terms.atoms.shape).any(1)
    return replace(terms, **{name: value[keep] for name, value in vars(terms).items() if isinstance(value, Tensor)})


def narrow(terms: ConstraintSet, mobile: Tensor) -> tuple[Tensor, ConstraintSet]:
    """Keep what matters to atoms that may move; its cost is theirs, whatever the size of the system.

    Parameters
    ----------
    terms : ConstraintSet
        Terms of a whole system.
    mobile : Tensor, shape=(n_atoms,), dtype=bool
        Atoms that may move.

    Returns
    -------
    atoms : Tensor, shape=(n_near,), dtype=int64
        The atoms that may move and those that share a term with them.
    terms : ConstraintSet
        Their terms, by place in `atoms`; sums over them have the same order as in the whole.
    """
    parts = [touching(part, mobile) for part in terms.distances]
    volumes = touching(terms.volumes, mobile)
    turns = [touching(part, mobile) for part in terms.turns]
    anchors = None if terms.anchors is None else _holding(terms.anchors, mobile)
    seen = mobile.clone()
    for part in (*parts, volumes, *turns):
        seen[part.atoms.reshape(-1)] = True
    if anchors is not None:
        seen[anchors.atom] = True
    atoms = seen.nonzero()[:, 0]
    place = torch.cumsum(seen, 0) - 1
    near = ConstraintSet(
        [replace(part, atoms=place[part.atoms]) for part in parts],
        replace(volumes, atoms=place[volumes.atoms]),
        [replace(part, atoms=place[part.atoms]) for part in turns],
        None if anchors is None else replace(anchors, atom=place[anchors.atom]),
    )
    return atoms, near


def _holding(anchors: BeadRestraints, mobile: Tensor) -> BeadRestraints:
    """Beads with an atom that may move, and all atoms of these."""
    holds = torch.zeros(len(anchors.target), dtype=torch.bool, device=mobile.device)
    holds[anchors.bead[mobile[anchors.atom]]] = True
    entries = holds[anchors.bead]
    return BeadRestraints(
        (torch.cumsum(holds, 0) - 1)[anchors.bead[entries]],
        anchors.atom[entries],
        anchors.weight[entries],
        anchors.target[holds],
        anchors.tolerance[holds],
        anchors.norm[holds],
    )
