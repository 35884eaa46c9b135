"""From beads to the fields of a batch, and from several systems to one batch."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.models import keys
from unbead.structure.neighbours import find_neighbours

CHAIN_JUMP = 32  # added to the running residue number at a chain break, beyond every offset told apart

# Index fields and the field whose length they count through when systems are joined.
_POINTS_INTO = {
    keys.BEAD_TYPE: "types",
    keys.COMPONENT_TYPE: "types",
    keys.BEAD_RESIDUE: "residues",
    keys.NEIGHBOURS: keys.BEAD_POSITIONS,
    keys.ATOM_BEAD: keys.BEAD_POSITIONS,
    keys.AXES: keys.BEAD_POSITIONS,
    keys.REFERENCES: keys.ATOM_ID,
    keys.RESIDUE_BEAD: keys.BEAD_POSITIONS,
    keys.RESIDUE_ATOMS: keys.ATOM_ID,
    keys.RESIDUE_NEIGHBOURS: keys.RESIDUE_KIND,
}


def running_residue(bonded_to_previous: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number residues so that chain neighbours differ by one and others by more.

    Parameters
    ----------
    bonded_to_previous : ndarray, shape=(n_residues,), dtype=bool
        Whether a residue is bonded to the one before.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Running numbers.
    """
    return np.cumsum(np.where(bonded_to_previous, 1, CHAIN_JUMP)).astype(np.int64)


def bead_fields(
    positions: NDArray,
    residue: NDArray[np.int64],
    noise: float,
    neighbours: int,
    radius: float,
    cell: NDArray | None = None,
    offset: NDArray[np.float64] | None = None,
) -> dict[str, NDArray]:
    """Make the fields that describe where beads are and whom they see.

    Parameters
    ----------
    positions : ndarray, shape=(n_beads, 3), dtype=float
        Bead positions in Å.
    residue : ndarray, shape=(n_beads,), dtype=int64
        Running residue number of each bead (see `running_residue`).
    noise : float
        Perturbation level in Å; negative where it is not known.
    neighbours : int
        Neighbours per bead.
    radius : float
        Radius of view in Å.
    cell : ndarray, shape=(3, 3), dtype=float, optional
        Box vectors in Å.
    offset : ndarray, shape=(n_beads, 3), dtype=float64, optional
        Å that positions are moved by where neighbours are looked for; keeps copies at one place apart.

    Returns
    -------
    dict of str to ndarray
        Fields of `unbead.models.keys`.
    """
    rows = find_neighbours(positions if offset is None else positions + offset, neighbours, radius, cell)
    return {
        keys.BEAD_POSITIONS: np.asarray(positions, np.float32),
        keys.BEAD_RESIDUE: residue,
        keys.NOISE: np.full(len(positions), noise, np.float32),
        keys.NEIGHBOURS: rows.index,
        keys.EDGE_MASK: rows.mask,
        keys.EDGE_SHIFT: rows.shift,
        keys.REACH: rows.reach,
    }


def residue_fields(
    beads: NDArray, k: int, radius: float, cell: NDArray | None = None, offset: NDArray[np.float64] | None = None
) -> dict[str, NDArray]:
    """Make the fields that describe whom residues see.

    Parameters
    ----------
    beads : ndarray, shape=(n_residues, 3), dtype=float
        The bead in Å that places the CA of each residue.
    k : int
        Neighbours per residue.
    radius : float
        Radius of view in Å.
    cell : ndarray, shape=(3, 3), dtype=float, optional
        Box vectors in Å.
    offset : ndarray, shape=(n_residues, 3), dtype=float64, optional
        As of `bead_fields`.

    Returns
    -------
    dict of str to ndarray
        Fields of `unbead.models.keys`.
    """
    rows = find_neighbours(beads if offset is None else beads + offset, k, radius, cell)
    return {
        keys.RESIDUE_NEIGHBOURS: rows.index,
        keys.RESIDUE_MASK: rows.mask,
        keys.RESIDUE_SHIFT: rows.shift,
        keys.RESIDUE_REACH: rows.reach,
    }


def collate(
    systems: Sequence[Mapping[str, NDArray]], points_into: Mapping[str, str] | None = None
) -> dict[str, Tensor]:
    """Join systems into one batch; an index keeps pointing at its own system's rows.

    Parameters
    ----------
    systems : sequence of dict of str to ndarray
        Systems with the same fields.
    points_into : dict of str to str, optional
        Further index fields, each with the field whose rows it points to.

    Returns
    -------
    dict of str to Tensor
        The batch.
    """
    targets = {**_POINTS_INTO, **(points_into or {})}
    batch = {}
    for name in systems[0]:
        parts, start = [], 0
        for system in systems:
            parts.append(system[name] + start if name in targets else system[name])
            if name in targets:
                start += _length(system, targets[name])
        batch[name] = torch.from_numpy(np.concatenate(parts))
    return batch


def _length(system: Mapping[str, NDArray], target: str) -> int:
    if target == "types":
        return int(system[keys.COMPONENT_TYPE].max()) + 1
    if target == "residues":
        return int(system[keys.BEAD_RESIDUE].max()) + CHAIN_JUMP
    return len(system[target])
