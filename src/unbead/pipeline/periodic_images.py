"""Boxes that do not fit their coordinates, as after a fit that rotated frames: periodic images overlap."""

import numpy as np
from numpy.typing import NDArray

from unbead.structure.box import box_vectors
from unbead.structure.pairs import find_pairs
from unbead.structure.unwrap import Molecules

IMAGES = (
    "periodic images overlap, as when frames were rotated to fit; built without looking across faces"
    " (use frames as simulated, or take the box out)"
)
NEAR = 3.0  # Å that beads of different molecules are hardly ever apart
FEWEST = 20  # pairs of beads that are nearer; simulations had none through faces, rotated frames hundreds
SHARE = 4.0  # times as many as there are within the box, so that systems which are crowded everywhere are none


def overlapping(positions: NDArray, box: NDArray[np.float32] | None, molecules: Molecules) -> NDArray[np.int64]:
    """Find the residues that lie in periodic images of others.

    Parameters
    ----------
    positions : ndarray, shape=(n_beads, 3), dtype=float32
        Beads in Å, at any image.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    molecules : Molecules
        What hangs together.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Residues; none where the box fits.
    """
    if box is None:
        return np.zeros(0, np.int64)
    pairs = find_pairs(positions, NEAR, box_vectors(box))
    molecule = molecules.start[molecules.residue]
    other = molecule[pairs.i] != molecule[pairs.j]
    across = pairs.images.any(1) & other
    if across.sum() < FEWEST or across.sum() < SHARE * (other & ~across).sum():
        return np.zeros(0, np.int64)
    return np.unique(molecules.residue[np.concatenate([pairs.i[across], pairs.j[across]])])
