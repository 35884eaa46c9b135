"""Ramachandran plots: how usual the residues of a protein are by phi and psi."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, Slots
from unbead.chem.ramachandran import FAVOURED, OUTLIER, usualness
from unbead.validate.dihedrals import backbone_torsions
from unbead.validate.finding import Finding, of_residues


def residue_class(slots: Slots) -> NDArray[np.int64]:
    """Class residues by what limits their phi and psi.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Index into `unbead.chem.ramachandran.CLASSES` of each residue.
    """
    glycine, proline = (slots.kind == AMINO_ACIDS.index(name) for name in ("GLY", "PRO"))
    before = np.append(proline[1:] & slots.residues.bonded_to_previous[1:], False)
    return np.where(glycine, 1, np.where(proline, 2, np.where(before, 3, 0)))


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
    return rows, kind, usualness(kind, phi[rows], psi[rows])
