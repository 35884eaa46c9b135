"""Torsions of proteins."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, CA, CB, SLOTS, C, N, Slots

_GAMMA = 5  # slot of the fourth atom of chi1
_CHI2_SLOT = {name: 7 if name == "ILE" else 6 for name in "ARG ASN ASP GLN GLU HIS ILE LEU LYS MET PHE TRP TYR".split()}
CHI2_SLOT = np.array([_CHI2_SLOT.get(name, SLOTS - 1) for name in AMINO_ACIDS])  # an empty slot where there is no chi2
HAS_CHI2 = np.array([name in _CHI2_SLOT for name in AMINO_ACIDS])
FLIPS = np.array([name in ("PHE", "TYR", "ASP") for name in AMINO_ACIDS])  # chi2 repeats after 180°


def dihedral(a: NDArray, b: NDArray, c: NDArray, d: NDArray) -> NDArray[np.float64]:
    """Return torsion angles.

    Parameters
    ----------
    a, b, c, d : ndarray, shape=(n, 3), dtype=float
        Rows of points; NaN spreads.

    Returns
    -------
    ndarray, shape=(n,), dtype=float
        Angles in degrees.
    """
    u, v, w = b - a, c - b, d - c
    p, q = np.cross(u, v), np.cross(v, w)
    axis = v / np.linalg.norm(v, axis=-1, keepdims=True)
    return np.degrees(np.arctan2((np.cross(p, q) * axis).sum(-1), (p * q).sum(-1)))


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
    x = slots.positions.astype(np.float64)
    phi, psi, omega = (np.full(len(x), np.nan) for _ in range(3))
    i = np.flatnonzero(slots.residues.bonded_to_previous)
    phi[i] = dihedral(x[i - 1, C], x[i, N], x[i, CA], x[i, C])
    psi[i - 1] = dihedral(x[i - 1, N], x[i - 1, CA], x[i - 1, C], x[i, N])
    omega[i] = dihedral(x[i - 1, CA], x[i - 1, C], x[i, N], x[i, CA])
    return phi, psi, omega


def side_chain_torsions(slots: Slots) -> tuple[NDArray, NDArray]:
    """Return chi1 and chi2.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    tuple of ndarray, shape=(n,), dtype=float
        Angles in degrees; NaN where the residue has none, proline included.
    """
    x = slots.positions.astype(np.float64)
    rows = np.arange(len(x))
    second = x[rows, CHI2_SLOT[slots.kind]]
    chi1 = dihedral(x[:, N], x[:, CA], x[:, CB], x[:, _GAMMA])
    chi2 = dihedral(x[:, CA], x[:, CB], x[:, _GAMMA], second)
    proline = slots.kind == AMINO_ACIDS.index("PRO")
    chi1[proline] = np.nan
    chi2[proline | ~HAS_CHI2[slots.kind]] = np.nan
    return chi1, chi2
