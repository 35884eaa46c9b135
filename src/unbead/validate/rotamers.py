"""Rotamers: how usual the torsions of a side chain are."""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, Slots
from unbead.validate.dihedrals import N_CHI, side_chain_torsions
from unbead.validate.finding import Finding, of_residues

DIMENSIONS = np.minimum(N_CHI, 3)  # torsions that are judged; the fourth of Arg and Lys is not
WIDTH = {1: 2, 2: 5, 3: 10}  # degrees of a bin, by the number of torsions
REPEATS = {"PHE": 1, "TYR": 1, "ASP": 1, "GLU": 2}  # torsion that repeats after 180°
STEPS_PER_HALVING = 16  # of the logarithmic scale on which shares are stored
OUTLIER = 0.003  # share of residues beyond the contour, as in MolProbity (Hintze et al., Proteins 2016, 84, 1177)
FAVOURED = 0.02


def table_shape(kind: int) -> tuple[int, ...]:
    """Return the number of bins in each torsion of a residue type.

    Parameters
    ----------
    kind : int
        Residue type.

    Returns
    -------
    tuple of int
        Bins of chi1, chi2 and chi3, as many as are judged.
    """
    n = int(DIMENSIONS[kind])
    full = 360 // WIDTH[n]
    return tuple(full // 2 if REPEATS.get(AMINO_ACIDS[kind]) == k else full for k in range(n))


def rotamer_bins(kind: int, chi: NDArray) -> tuple[NDArray[np.int64], ...]:
    """Return the bins of torsions.

    Parameters
    ----------
    kind : int
        Residue type.
    chi : ndarray, shape=(n, 4), dtype=float
        Torsions in degrees, finite where they are judged.

    Returns
    -------
    tuple of ndarray, shape=(n,), dtype=int64
        Bins of each torsion that is judged.
    """
    width = WIDTH[int(DIMENSIONS[kind])]
    return tuple((chi[:, k] // width).astype(np.int64) % size for k, size in enumerate(table_shape(kind)))


@cache
def mass_outside(kind: int) -> NDArray[np.float64]:
    """Share of side chains in high-resolution structures that lie in bins no denser than this one.

    Made by ``scripts/build_rotamers.py``.

    Parameters
    ----------
    kind : int
        Residue type.

    Returns
    -------
    ndarray, shape=table_shape(kind), dtype=float64
        By bin: next to 0 for bins never seen, 1 for the densest.
    """
    with np.load(str(files("unbead.validate") / "data" / "torsions.npz")) as file:
        return 2.0 ** (-file[f"rotamers_{AMINO_ACIDS[kind]}"].astype(np.float64) / STEPS_PER_HALVING)


def rotamers(slots: Slots) -> dict[str, float | None]:
    """Judge side chains.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    dict of str to float or None
        Percentages of side chains that are outliers and that are favoured; None without side chains to judge.
    """
    share = _shares(slots)
    known = np.isfinite(share)
    return {
        "rotamer_outliers_percent": rotamer_outliers(slots).percent,
        "rotamer_favoured_percent": float(100 * (share[known] >= FAVOURED).mean()) if known.any() else None,
    }


def rotamer_outliers(slots: Slots) -> Finding:
    """Find side chains with unusual torsions.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    Finding
        The residues.
    """
    share = _shares(slots)
    rows = np.flatnonzero(share < OUTLIER)
    return of_residues(rows, int(np.isfinite(share).sum()), -share[rows])


def _shares(slots: Slots) -> NDArray[np.float64]:
    """Share of usual side chains that are no more usual, by residue; NaN where there is nothing to judge."""
    chi = side_chain_torsions(slots)
    share = np.full(len(chi), np.nan)
    for kind in np.unique(slots.kind[DIMENSIONS[slots.kind] > 0]):
        rows = np.flatnonzero((slots.kind == kind) & np.isfinite(chi[:, : DIMENSIONS[kind]]).all(1))
        share[rows] = mass_outside(int(kind))[rotamer_bins(int(kind), chi[rows])]
    return share
