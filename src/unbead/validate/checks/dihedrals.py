"""Torsions of proteins."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, CA, C, N, Slots
from unbead.chem.angles import dihedral
from unbead.chem.torsions.rotamers import side_chain_angles

FLIPS = np.array([name in ("PHE", "TYR", "ASP") for name in AMINO_ACIDS])  # chi2 repeats after 180°


def difference(a: NDArray, b: NDArray) -> NDArray[np.float64]:
    """Return absolute differences of angles.

    Parameters
    ----------
    a, b : ndarray, shape=(n,), dtype=float
        Angles in degrees.

    Returns
    -------
    ndarray, shape=(n,), dtype=float
        Differences in degrees, at most 180.
    """
    return np.abs((a - b + 180.0) % 360.0 - 180.0)


def backbone_torsions(slots: Slots) -> tuple[NDArray, NDArray, NDArray]:
    """Return phi, psi and omega (to the residue before).

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    tuple of ndarray, shape=(n,), dtype=float
        Angles in degrees; NaN where undefined.
    """
    return chain_torsions(slots.positions, slots.residues.bonded_to_previous)


def chain_torsions(positions: NDArray, bonded_to_previous: NDArray[np.bool_]) -> tuple[NDArray, NDArray, NDArray]:
    """Return phi, psi and omega (to the residue before) of residues by slot.

    Parameters
    ----------
    positions : ndarray, shape=(n, 14, 3), dtype=float
        Atoms in Å, in the slots of `unbead.chem.amino`; NaN where absent.
    bonded_to_previous : ndarray, shape=(n,), dtype=bool
        Whether a residue is bonded to the one before.

    Returns
    -------
    tuple of ndarray, shape=(n,), dtype=float64
        Angles in degrees; NaN where undefined.
    """
    x = positions.astype(np.float64)
    phi, psi, omega = (np.full(len(x), np.nan) for _ in range(3))
    i = np.flatnonzero(bonded_to_previous)
    phi[i] = dihedral(x[i - 1, C], x[i, N], x[i, CA], x[i, C])
    psi[i - 1] = dihedral(x[i - 1, N], x[i - 1, CA], x[i - 1, C], x[i, N])
    omega[i] = dihedral(x[i - 1, CA], x[i - 1, C], x[i, N], x[i, CA])
    return phi, psi, omega


def side_chain_torsions(slots: Slots) -> NDArray[np.float64]:
    """Return chi1 to chi4.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n, 4), dtype=float64
        Angles in degrees; NaN where the residue has none, proline included.
    """
    return side_chain_angles(slots.kind, slots.positions)
