"""Atoms, bonds and beads of a model as numbers for the 3D view of a report."""

import json

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import CB, slot_elements
from unbead.validate.check import Model
from unbead.validate.checks.bonds import find_bonds, find_disulfides

MOST = 12_000  # atoms that a browser turns smoothly; of larger structures only the backbone is shown


def scene(model: Model, faults: list[str]) -> str:
    """Describe a model for ``viewer.js``.

    Parameters
    ----------
    model : Model
        A judged model.
    faults : list of str
        Findings whose atoms are marked.

    Returns
    -------
    str
        JSON: atom positions in 0.01 Å and elements, pairs of bonded atoms, marked atoms, bead positions in 0.01 Å.
    """
    slots = model.slots
    shown = slots.present.copy()
    if shown.sum() > MOST:
        shown[:, CB:] = False
    shown = shown.reshape(-1)
    place = np.where(shown, np.cumsum(shown) - 1, -1)
    bonds = place[find_bonds(slots, find_disulfides(slots)).pairs]
    marked = np.unique(np.concatenate([np.zeros(0, np.int64), *(model.faults[f].where.reshape(-1) for f in faults)]))
    marked = place[marked]
    beads = np.zeros((0, 3)) if model.beads is None else model.beads.positions
    x = slots.positions.reshape(-1, 3)[shown].astype(np.float64)
    centre, turn = _view(x)
    return json.dumps(
        {
            "atoms": _hundredths((x - centre) @ turn),
            "elements": slot_elements()[slots.kind].reshape(-1)[shown].tolist(),
            "bonds": bonds[(bonds >= 0).all(1)].reshape(-1).tolist(),
            "marked": marked[marked >= 0].tolist(),
            "beads": _hundredths((beads - centre) @ turn),
        },
        separators=(",", ":"),
    )


def _view(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre and rotation that show a structure broad side on, the longest direction across."""
    axes = np.linalg.eigh((x - x.mean(0)).T @ (x - x.mean(0)))[1][:, ::-1]
    axes[:, 2] *= np.sign(np.linalg.det(axes))
    across = x @ axes
    return axes @ ((across.min(0) + across.max(0)) / 2), axes


def _hundredths(positions: NDArray) -> list[int]:
    return np.round(positions * 100).astype(int).reshape(-1).tolist()
