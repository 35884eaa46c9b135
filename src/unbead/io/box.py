"""Periodic boxes as vectors."""

import numpy as np
from MDAnalysis.lib.mdamath import triclinic_vectors
from numpy.typing import NDArray


def box_vectors(box: NDArray[np.float32]) -> NDArray[np.float64]:
    """Turn lengths and angles into vectors.

    Parameters
    ----------
    box : ndarray, shape=(6,), dtype=float32
        Lengths in Å and angles in degrees.

    Returns
    -------
    ndarray, shape=(3, 3), dtype=float64
        Box vectors in Å as rows: the first along x, the second in the plane of x and y. Zero where no corner has such
        angles, or a length is not positive.
    """
    return triclinic_vectors(box, dtype=np.float64)


def reduced_vectors(box: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return vectors of the same lattice that lean as little as they can, as OpenMM and GROMACS ask for.

    Parameters
    ----------
    box : ndarray, shape=(6,), dtype=float32
        Lengths in Å and angles in degrees.

    Returns
    -------
    ndarray, shape=(3, 3), dtype=float64
        Box vectors in Å as rows; what lies below the diagonal is at most half of the diagonal above it.
    """
    a, b, c = box_vectors(box)
    c = c - b * np.round(c[1] / b[1])
    c = c - a * np.round(c[0] / a[0])
    b = b - a * np.round(b[0] / a[0])
    return np.array([a, b, c])
