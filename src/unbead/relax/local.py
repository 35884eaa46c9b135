"""The terms that decide about some atoms, as a system of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from unbead.relax.constraints import Anchors, Distances, Turns, Volumes


@dataclass(frozen=True)
class Terms:
    """All that asks atoms to move.

    Attributes
    ----------
    distances : sequence of Distances
        Bounds and contacts.
    volumes : Volumes
        Bounds on volumes.
    turns : sequence of Turns
        Bonds that are to be turned.
    anchors : Anchors or None
        Beads that hold their atoms.
    """

    distances: Sequence[Distances]
    volumes: Volumes
    turns: Sequence[Turns]
    anchors: Anchors | None


_Some = TypeVar("_Some", Distances, Volumes, Turns)


def touching(terms: _Some, mobile: Tensor) -> _Some:
    """Keep the terms with at least one atom that may move.

    Parameters
    ----------
    terms : Distances, Volumes or Turns
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


def narrow(terms: Terms, mobile: Tensor) -> tuple[Tensor, Terms]:
    """Keep what matters to atoms that may move; its cost is theirs, whatever the size of the system.

    Parameters
    ----------
    terms : Terms
        Terms of a whole system.
    mobile : Tensor, shape=(n_atoms,), dtype=bool
        Atoms that may move.

    Returns
    -------
    atoms : Tensor, shape=(n_near,), dtype=int64
        The atoms that may move and those that share a term with them.
    terms : Terms
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
    near = Terms(
        [replace(part, atoms=place[part.atoms]) for part in parts],
        replace(volumes, atoms=place[volumes.atoms]),
        [replace(part, atoms=place[part.atoms]) for part in turns],
        None if anchors is None else replace(anchors, atom=place[anchors.atom]),
    )
    return atoms, near


def _holding(anchors: Anchors, mobile: Tensor) -> Anchors:
    """Beads with an atom that may move, and all atoms of these."""
    holds = torch.zeros(len(anchors.target), dtype=torch.bool, device=mobile.device)
    holds[anchors.bead[mobile[anchors.atom]]] = True
    entries = holds[anchors.bead]
    return Anchors(
        (torch.cumsum(holds, 0) - 1)[anchors.bead[entries]],
        anchors.atom[entries],
        anchors.weight[entries],
        anchors.target[holds],
        anchors.tolerance[holds],
        anchors.norm[holds],
    )
