"""Whole molecules moved into the primary cell of a periodic box."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.box import box_vectors
from unbead.io.whole import Molecules, find_molecules


def wrap(particles: Particles) -> Particles:
    """Move each molecule by box vectors so that its centre is in the cell.

    Chains are molecules of their own, also those that touch; a chain with a gap that its missing residues can span is
    one.

    Parameters
    ----------
    particles : Particles
        Whole molecules (see `unbead.io.whole.make_whole`).

    Returns
    -------
    Particles
        The same at images of their positions, to the last bit where nothing had to move; without a box nothing moves.
    """
    if particles.box is None or not len(particles):
        return particles
    return particles.with_positions(wrap_positions(particles.positions, particles.box, find_molecules(particles)))


def wrap_positions(
    positions: NDArray[np.float32], box: NDArray[np.float32] | None, molecules: Molecules
) -> NDArray[np.float32]:
    """Do with the positions of one frame what `wrap` does.

    Parameters
    ----------
    positions : ndarray, shape=(n, 3), dtype=float32
        Positions of whole molecules in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    molecules : Molecules
        What hangs together.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float32
        Positions.
    """
    if box is None or not len(positions):
        return positions
    cell = box_vectors(box)
    molecule = molecules.start[molecules.residue]
    count = np.maximum(np.bincount(molecule), 1)
    centre = np.stack([np.bincount(molecule, axis) for axis in positions.T.astype(np.float64)], 1) / count[:, None]
    cells = np.floor(centre @ np.linalg.inv(cell))[molecule]
    moved = positions - cells @ cell
    return np.where(cells.any(1, keepdims=True), moved, positions).astype(np.float32)
