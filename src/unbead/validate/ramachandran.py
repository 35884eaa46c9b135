"""Ramachandran plots: how usual a pair of phi and psi is."""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, Slots
from unbead.validate.dihedrals import backbone_torsions
from unbead.validate.finding import Finding, of_residues

CLASSES = ("general", "GLY", "PRO", "pre-PRO")
BINS = 90  # of 4° each


def residue_class(slots: Slots) -> NDArray[np.int64]:
    """Class residues by what limits their phi and psi.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Index into `CLASSES` of each residue.
    """
    glycine, proline = (slots.kind == AMINO_ACIDS.index(name) for name in ("GLY", "PRO"))
    before = np.append(proline[1:] & slots.residues.bonded_to_previous[1:], False)
    return np.where(glycine, 1, np.where(proline, 2, np.where(before, 3, 0)))


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
    with np.load(str(files("unbead.validate") / "data" / "ramachandran.npz")) as file:
        return file["mass_outside"].astype(np.float64)


# By class. Chosen so that about as much of the plane is outside as with the Top500 contours of Lovell et al., Proteins
# 2003, 50, 437, which came from better structures than ours. Both call the same residues outliers in 99.5-100 % of
# crystal residues, 97-99 % after shaking by 0.25 Å, 93-97 % after 0.8 Å.
OUTLIER = np.array([0.0015, 0.0003, 0.0039, 0.0008])
FAVOURED = np.array([0.036, 0.019, 0.025, 0.035])


def ramachandran(slots: Slots) -> dict[str, float | None]:
    """Judge phi and psi.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    dict of str to float or None
        Percentages of residues that are outliers and that are favoured; None where no residue has both angles.
    """
    rows, kind, share = _shares(slots)
    return {
        "ramachandran_outliers_percent": ramachandran_outliers(slots).percent,
        "ramachandran_favoured_percent": float(100 * (share >= FAVOURED[kind]).mean()) if len(rows) else None,
    }


def ramachandran_outliers(slots: Slots) -> Finding:
    """Find residues with unusual phi and psi.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    Finding
        The residues.
    """
    rows, kind, share = _shares(slots)
    out = share < OUTLIER[kind]
    return of_residues(rows[out], len(rows), -share[out])


def _shares(slots: Slots) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Residues with both angles, their class, and the share of usual residues that are less usual."""
    phi, psi, _ = backbone_torsions(slots)
    rows = np.flatnonzero(np.isfinite(phi) & np.isfinite(psi))
    kind = residue_class(slots)[rows]
    return rows, kind, mass_outside()[(kind, *bins(phi[rows], psi[rows]))]
