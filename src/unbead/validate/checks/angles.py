"""Bond angles against those of the templates."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import SLOTS, Slots, amino_template
from unbead.chem.angles import angle
from unbead.chem.links import PEPTIDE_ANGLES
from unbead.validate.finding import Finding

BACKBONE = ("N", "CA", "C", "O")  # slots 0 to 3 of every residue
BENT = 15.0  # degrees off the reference


def find_angles(slots: Slots) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """List the angles that the residues and their peptide bonds should have.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n_angles, 3), dtype=int64
        Flat slots, vertex in the middle; all present.
    ndarray, shape=(n_angles,), dtype=float64
        Reference angles in degrees.
    """
    triples, values = [], []
    for kind in np.unique(slots.kind):
        known = amino_template(int(kind))
        inner = (known.angles < known.n_heavy).all(1)
        rows = np.flatnonzero(slots.kind == kind)
        triples.append((rows[:, None, None] * SLOTS + known.angles[inner]).reshape(-1, 3))
        values.append(np.tile(known.angle_values[inner], len(rows)))
    later = np.flatnonzero(slots.residues.bonded_to_previous)
    for corner, value in PEPTIDE_ANGLES.items():
        if {atom.lstrip("+") for atom in corner} <= set(BACKBONE):
            columns = [(later - (a[0] != "+")) * SLOTS + BACKBONE.index(a.lstrip("+")) for a in corner]
            triples.append(np.stack(columns, 1))
            values.append(np.full(len(later), value))
    joined = np.concatenate(triples)
    there = slots.present.reshape(-1)[joined].all(1)
    return joined[there], np.concatenate(values)[there]


def bent_angles(slots: Slots) -> Finding:
    """Find angles that are off by more than 15°.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    Finding
        The angles.
    """
    triples, values = find_angles(slots)
    a, vertex, c = slots.positions.reshape(-1, 3).astype(np.float64)[triples.T]
    off = np.abs(angle(a, vertex, c) - values)
    return Finding(triples[off > BENT], len(triples), off[off > BENT])
