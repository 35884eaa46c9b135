"""Periodic boxes: those that can be, as vectors."""

import numpy as np
from MDAnalysis.lib.mdamath import triclinic_vectors
from numpy.typing import NDArray

from unbead.errors import UnbeadError

THINNEST = 3.0  # Å between opposite faces: one water molecule
LONGEST = 1e6  # Å: no simulation is a tenth of a millimetre wide
FLATTEST = 150.0  # widths of the other two faces by the third; vesin's grid ends the process beyond some 300
ROOM = 3.0  # Å³ of the box per particle, hydrogens too: half of what an atom has in diamond


def usable_box(box: NDArray[np.float32] | None, n_particles: int, source: str) -> NDArray[np.float32] | None:
    """Return a box that a periodic system can have.

    Parameters
    ----------
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees; lengths that are zero or not given (NaN) stand for no box.
    n_particles : int
        How many particles are in it.
    source : str
        What to call the input in messages.

    Returns
    -------
    ndarray, shape=(6,), dtype=float32, or None
        The same; None if there is none.

    Raises
    ------
    UnbeadError
        If it has no volume, is thin, flat or huge beyond what is simulated, or cannot hold the particles.
    """
    if box is None or not np.nan_to_num(box[:3]).any():
        return None
    with np.errstate(all="ignore"):  # angles that no corner has
        vectors = box_vectors(box) if np.isfinite(box).all() else np.zeros((3, 3))
        volume = float(np.linalg.det(vectors))
    if volume <= 0:
        raise _refused(box, "has no volume", source)
    widths = volume / np.linalg.norm(np.cross(np.roll(vectors, -1, 0), np.roll(vectors, -2, 0)), axis=1)
    others = np.sqrt(np.roll(widths, -1) * np.roll(widths, -2))
    if widths.min() < THINNEST:
        raise _refused(box, f"is only {widths.min():.2g} Å thick", source)
    if box[:3].max() > LONGEST or (others > FLATTEST * widths).any():
        raise _refused(box, "has a shape that no simulation has", source)
    if volume < ROOM * n_particles:
        raise _refused(box, f"({volume:.0f} Å³) cannot hold {n_particles} particles", source)
    return box


def _refused(box: NDArray[np.float32], why: str, source: str) -> UnbeadError:
    lengths, angles = (" ".join(f"{value:.5g}" for value in values) for values in (box[:3], box[3:]))
    return UnbeadError(
        f"{source}: the box of {lengths} Å with angles {angles}° {why}; correct it, or give zeros where there is none"
    )


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
