"""Systems where it does not matter where they were: whole, at the origin, in one image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.io.box import box_vectors
from unbead.io.whole import Molecules, whole_positions

GRID, WIDE = 1e-4, 1e-3  # Å that coordinates of files are multiples of
TELL = 0.45  # of the finer grid, beyond which it cannot be told from rounding
ROUNDING = 2.5  # spacings of single precision that a difference of two numbers read in nm may be off
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

    def back(self, positions: NDArray, residue: NDArray[np.int64]) -> NDArray[np.float32]:
        """Move what was built to where the molecules were.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float
            Atoms in Å.
        residue : ndarray, shape=(n_atoms,), dtype=int64
            The residue of the particles that each came from.

        Returns
        -------
        ndarray, shape=(n_atoms, 3), dtype=float32
            The atoms there.
        """
        return (positions.astype(np.float64) + self.offset[residue]).astype(np.float32)


def at_origin(positions: NDArray, box: NDArray[np.float32] | None, molecules: Molecules) -> AtOrigin:
    """Make molecules whole and put them about the first particle, to the last bit the same for all shifts and images.

    Parameters
    ----------
    positions : ndarray, shape=(n, 3), dtype=float32
        Positions in Å. Those that are decimals but for the rounding of single precision, as in files, become so again:
        what follows has thresholds and would turn the smallest difference into one that shows.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    molecules : Molecules
        What hangs together.

    Returns
    -------
    AtOrigin
        The particles, and the way back.
    """
    x = whole_positions(positions, box, molecules)
    if not len(x):
        return AtOrigin(x.astype(np.float32), np.zeros((len(molecules.first), 3)))
    noise = ROUNDING * float(np.spacing(np.float32(np.abs(x).max())))
    moved = _decimal(x - x[0], noise)
    offset = np.tile(x[0], (len(molecules.first), 1))
    if box is not None:
        cell = box_vectors(box)
        cells = np.floor(moved[molecules.first[molecules.start]] @ np.linalg.inv(cell) + SLACK) @ cell
        offset += cells
        moved = _decimal(moved - cells[molecules.residue], noise)
    return AtOrigin(moved.astype(np.float32), offset)


def _decimal(values: NDArray[np.float64], noise: float) -> NDArray[np.float64]:
    """Take away the noise of numbers that are decimals without it."""
    grid = GRID if noise < TELL * GRID else WIDE
    near = np.round(values / grid) * grid
    return np.where(np.abs(values - near) < noise, near, values)
