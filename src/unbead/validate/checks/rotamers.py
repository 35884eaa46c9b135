"""Rotamers: how usual the torsions of a side chain are."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots
from unbead.chem.torsions.rotamers import DIMENSIONS, FAVOURED, OUTLIER, mass_outside, rotamer_bins
from unbead.validate.checks.dihedrals import side_chain_torsions
from unbead.validate.finding import Finding, of_residues


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
    chi = slots.hand[:, None] * side_chain_torsions(slots)
    share = np.full(len(chi), np.nan)
    for kind in np.unique(slots.kind[DIMENSIONS[slots.kind] > 0]):
        rows = np.flatnonzero((slots.kind == kind) & np.isfinite(chi[:, : DIMENSIONS[kind]]).all(1))
        share[rows] = mass_outside(int(kind))[rotamer_bins(int(kind), chi[rows])]
    return share
