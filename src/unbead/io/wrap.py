"""Whole molecules moved into the primary cell of a periodic box."""

import numpy as np

from unbead.chem.particles import Particles
from unbead.io.box import box_vectors
from unbead.io.chains import same_molecule


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
    cell = box_vectors(particles.box)
    x = particles.positions.astype(np.float64)
    molecule = (np.cumsum(~same_molecule(particles)) - 1)[particles.residue_index]
    count = np.maximum(np.bincount(molecule), 1)
    centre = np.stack([np.bincount(molecule, axis) for axis in x.T], 1) / count[:, None]
    cells = np.floor(centre @ np.linalg.inv(cell))[molecule]
    return particles.with_positions(np.where(cells.any(1, keepdims=True), x - cells @ cell, x))
