"""Side chains from torsions: usual bond lengths and angles on a backbone that stands."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.chem.amino import AMINO_ACIDS, CA, CB, SLOTS, amino_template
from unbead.chem.torsions.rotamers import torsion_repeats, torsion_slots
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.nn.internal_coordinates import frame


@dataclass(frozen=True)
class _Step:
    """How one atom of a residue type follows from three others."""

    slot: int
    references: tuple[int, int, int]
    bond: float  # Å
    angle: float  # radians
    torsion: float  # radians, added to chi if there is one
    chi: int  # -1: none


@cache
def _steps(kind: int) -> tuple[_Step, ...]:
    """Atoms of the side chain in the order in which they are placed, CB first."""
    matrix, slots = zmatrix(amino_template(kind)), torsion_slots()[kind].tolist()
    usual = _usual_geometry()[AMINO_ACIDS[kind]].tolist()
    found = []
    for slot in np.argsort(matrix.depth, kind="stable").tolist():
        if slot < CB:
            continue
        a, b, c = matrix.references[slot].tolist()
        k = slots.index([c, b, a, slot]) if [c, b, a, slot] in slots else -1
        bond, bend, turn = usual[slot]
        found.append(_Step(slot, (a, b, c), bond, bend, turn, k))
    return tuple(found)


@cache
def _usual_geometry() -> dict[str, NDArray[np.float32]]:
    """Medians of crystals by residue type, made by ``scripts/build_side_chain_geometry.py``."""
    with np.load(str(files("unbead.chem") / "data" / "side_chain_geometry.npz")) as file:
        return dict(file)


def build_side_chains(kind: Tensor, backbone: Tensor, torsions: Tensor, bend: Tensor | None = None) -> Tensor:
    """Place the atoms beyond CA.

    Parameters
    ----------
    kind : Tensor, shape=(n,), dtype=int64
        Residue types.
    backbone : Tensor, shape=(n, 4, 3)
        N, CA, C and O in Å.
    torsions : Tensor, shape=(n, k, 4)
        Torsions of k conformers in radians, doubled where they repeat.
    bend : Tensor, shape=(n, k), optional
        Radians that the angles at CB are wider than usual.

    Returns
    -------
    Tensor, shape=(n, k, 14, 3)
        Atoms by slot; CA where there is none.
    """
    n, k, _ = torsions.shape
    x = backbone[:, None, CA : CA + 1].expand(n, k, SLOTS, 3).clone()
    x[:, :, :4] = backbone[:, None]
    for each in torch.unique(kind).tolist():
        rows = (kind == each).nonzero()[:, 0]
        repeats = torsion_repeats()[each]
        own = x[rows].reshape(-1, SLOTS, 3)
        turns = torsions[rows].reshape(-1, 4)
        wider = None if bend is None else bend[rows].reshape(-1, 1)
        for step in _steps(each):
            a, b, c = (own[:, slot] for slot in step.references)
            u, w, z = frame(a, b, c)
            turn = turns[:, step.chi] / repeats[step.chi] if step.chi >= 0 else turns.new_tensor(step.torsion)
            angle = turns.new_full((1, 1), step.angle)
            if wider is not None and step.references[0] == CB:
                angle = angle + wider
            along, aside = step.bond * torch.cos(angle), step.bond * torch.sin(angle)
            # in place would change what `frame` of later atoms is made of
            new = a + along * u + aside * (torch.cos(turn)[..., None] * w + torch.sin(turn)[..., None] * z)
            own = own.index_copy(1, torch.tensor([step.slot], device=own.device), new[:, None])
        x = x.index_copy(0, rows, own.view(len(rows), k, SLOTS, 3))
    return x
