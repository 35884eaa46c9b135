"""How usual a pair of phi and psi is, by class of residue."""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

CLASSES = ("general", "GLY", "PRO", "pre-PRO")
BINS = 90  # of 4° each


def bins(phi: NDArray, psi: NDArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the bins of angles.

    Parameters
    ----------
    phi, psi : ndarray, shape=(n,), dtype=float
        Angles in degrees.

    Returns
    -------
    tuple of ndarray, shape=(n,), dtype=int64
        Bins of phi and of psi.
    """
    return tuple(((angle + 180.0) // (360.0 / BINS)).astype(int) % BINS for angle in (phi, psi))  # type: ignore[return-value]


@cache
def mass_outside() -> NDArray[np.float64]:
    """Share of residues in high-resolution structures that lie in less dense bins than this one.

    Made by ``scripts/build_ramachandran.py``.

    Returns
    -------
    ndarray, shape=(4, 90, 90), dtype=float64
        By class, phi bin and psi bin: 0 for bins never seen, near 1 for the densest.
    """
    with np.load(str(files("unbead.chem") / "data" / "ramachandran.npz")) as file:
        return file["mass_outside"].astype(np.float64)


# By class. Chosen so that about as much of the plane is outside as with the Top500 contours of Lovell et al., Proteins
# 2003, 50, 437, which came from better structures than ours. Both call the same residues outliers in 99.5-100 % of
# crystal residues, 97-99 % after shaking by 0.25 Å, 93-97 % after 0.8 Å.
OUTLIER = np.array([0.0015, 0.0003, 0.0039, 0.0008])
FAVOURED = np.array([0.036, 0.019, 0.025, 0.035])


def usualness(kind: NDArray[np.int64], phi: NDArray, psi: NDArray) -> NDArray[np.float64]:
    """Return the share of residues that are less usual than these.

    Parameters
    ----------
    kind : ndarray, shape=(n,), dtype=int64
        Index into `CLASSES`.
    phi, psi : ndarray, shape=(n,), dtype=float
        Angles in degrees.

    Returns
    -------
    ndarray, shape=(n,), dtype=float64
        0 for pairs never seen, near 1 for the most usual.
    """
    return mass_outside()[(kind, *bins(phi, psi))]
