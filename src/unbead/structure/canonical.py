"""Systems where it does not matter where they were: whole, at the origin, in one image."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from unbead.structure.box import box_vectors
from unbead.structure.unwrap import Molecules, whole_positions

GRID = 1e-3  # Å that coordinates of files are multiples of
ROUNDING = 4.0  # spacings of single precision that a difference of two numbers read in nm may be off
USUAL = 0.05  # share of particles on the grid, at least, where coordinates are decimals
# Box vectors to be taken away: those of molecules within one box first.
IMAGES = np.array(sorted(product((-1, 0, 1), repeat=3), key=lambda image: (image != (0, 0, 0), max(image))))
SLACK = 1e-6  # of a box, so that molecules that start together do not part


@dataclass(frozen=True)
class CanonicalFrame:
    """Particles of a system about its first.

    Attributes
    ----------
    positions : ndarray, shape=(n, 3), dtype=float32
        Whole molecules in Å.
    offset : ndarray, shape=(n_residues, 3), dtype=float64
        What leads from there back to where the molecule was in the input, in Å. A molecule that the box had cut was in
        several places; it goes to the one with its centre in the cell.
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


def at_origin(positions: NDArray, box: NDArray[np.float32] | None, molecules: Molecules) -> CanonicalFrame:
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
    CanonicalFrame
        The particles, and the way back.
    """
    x = whole_positions(positions, box, molecules)
    if not len(x):
        return CanonicalFrame(x.astype(np.float32), np.zeros((len(molecules.first), 3)))
    cell = np.zeros((3, 3)) if box is None else box_vectors(box)
    offset = np.tile(x[0], (len(molecules.first), 1))
    if box is not None:
        start = x[molecules.first[molecules.start]] - x[0]
        offset += np.floor(start @ np.linalg.inv(cell) + SLACK) @ cell
    moved = x - offset[molecules.residue]
    if box is not None:
        offset -= _cells_of_cut(x, positions, molecules, cell) @ cell
    noise = min(ROUNDING * float(np.spacing(np.float32(np.abs(x).max()))), GRID / 4)
    return CanonicalFrame(_decimal(moved, cell, noise).astype(np.float32), offset)


def _cells_of_cut(
    whole: NDArray[np.float64], positions: NDArray, molecules: Molecules, cell: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cells in which the centres of cut molecules are, by residue; zero for molecules that were whole."""
    molecule = molecules.start[molecules.residue]
    n = len(molecules.start)
    cut = np.bincount(molecule, (whole != positions).any(1), n) > 0
    size = np.maximum(np.bincount(molecule, minlength=n), 1)
    centre = np.stack([np.bincount(molecule, axis, n) for axis in whole.T], 1) / size[:, None]
    return np.where(cut[:, None], np.floor(centre @ np.linalg.inv(cell)), 0.0)[molecules.start]


def _decimal(values: NDArray[np.float64], cell: NDArray[np.float64], noise: float) -> NDArray[np.float64]:
    """Take away the noise of differences of decimals, to which box vectors may have been added; leave other numbers."""
    clean = values.copy()
    rows = np.arange(len(values))
    for image in IMAGES if cell.any() else IMAGES[:1]:
        shift = image @ cell
        near = np.round((values[rows] + shift) / GRID) * GRID - shift
        found = np.abs(values[rows] - near).max(1) < noise
        clean[rows[found]] = near[found]
        rows = rows[~found]
        if len(rows) > (1 - USUAL) * len(values):
            break
    return clean
