"""Systems where it does not matter where they were: whole, at the origin, in one image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.box import box_vectors
from unbead.io.chains import first_particles, same_molecule
from unbead.io.whole import whole_positions

GRID = 1e-4  # Å that coordinates of files are multiples of
FINE = 1.6e-5  # Å, spacing of single precision up to which the grid can be told from rounding; else one ten times wider
NEAR = 0.2  # of the grid that rounding may be
SLACK = 1e-6  # of a box, so that molecules that start together do not part


@dataclass(frozen=True)
class AtOrigin:
    """Particles of a system about its first.

    Attributes
    ----------
    positions : ndarray, shape=(n, 3), dtype=float32
        Whole molecules in Å.
    offset : ndarray, shape=(n_residues, 3), dtype=float64
        What leads from there back to the molecule in the input, in Å.
    """

    positions: NDArray[np.float32]
    offset: NDArray[np.float64]

    def back(self, positions: NDArray, residue_index: NDArray[np.int64]) -> NDArray[np.float32]:
        """Move what was built to where the molecules were.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float
            Atoms in Å.
        residue_index : ndarray, shape=(n_atoms,), dtype=int64
            Their residues.

        Returns
        -------
        ndarray, shape=(n_atoms, 3), dtype=float32
            The atoms there.
        """
        return (positions.astype(np.float64) + self.offset[residue_index]).astype(np.float32)


def at_origin(particles: Particles) -> AtOrigin:
    """Make molecules whole and put them about the first particle, to the last bit the same for all shifts and images.

    Parameters
    ----------
    particles : Particles
        Beads. Coordinates that are decimals but for the rounding of single precision, as in files, become so again:
        what follows has thresholds and would turn the smallest difference into one that shows.

    Returns
    -------
    AtOrigin
        The particles, and the way back.
    """
    if not len(particles):
        return AtOrigin(particles.positions, np.zeros((len(particles.residues), 3)))
    x = whole_positions(particles)
    joined = same_molecule(particles)
    starts = np.maximum.accumulate(np.where(joined, 0, np.arange(len(joined))))
    start = x[first_particles(particles)[starts]]  # of each residue's molecule
    offset = np.tile(x[0], (len(start), 1))
    if particles.box is not None:
        cell = box_vectors(particles.box)
        offset += np.floor((start - x[0]) @ np.linalg.inv(cell) + SLACK) @ cell
    moved = x - offset[particles.residue_index]
    grid = GRID if np.spacing(np.float32(np.abs(x).max())) < FINE else 10 * GRID
    decimal = np.round(moved / grid) * grid
    moved = np.where(np.abs(moved - decimal) < NEAR * grid, decimal, moved)
    return AtOrigin(moved.astype(np.float32), offset)
