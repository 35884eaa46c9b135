"""Ramachandran plots: how usual the residues of a protein are by phi and psi."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, Slots
from unbead.chem.particles import Residues
from unbead.chem.torsions.ramachandran import FAVOURED, OUTLIER, usualness
from unbead.validate.checks.dihedrals import backbone_torsions
from unbead.validate.finding import Finding, of_residues


@dataclass(frozen=True)
class PhiPsi:
    """The residues of a structure that have both angles.

    Attributes
    ----------
    rows : ndarray, shape=(n,), dtype=int64
        Where they are in the structure.
    kind : ndarray, shape=(n,), dtype=int64
        Index into `unbead.chem.torsions.ramachandran.CLASSES`.
    phi, psi : ndarray, shape=(n,), dtype=float64
        Angles in degrees.
    residues : Residues
        All residues of the structure.
    """

    rows: NDArray[np.int64]
    kind: NDArray[np.int64]
    phi: NDArray[np.float64]
    psi: NDArray[np.float64]
    residues: Residues

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of usual residues that are less usual than these, shape (n,)."""
        return usualness(self.kind, self.phi, self.psi)


def phi_psi(slots: Slots) -> PhiPsi:
    """Measure phi and psi.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    PhiPsi
        Of the residues that have both.
    """
    phi, psi, _ = (slots.hand * angle for angle in backbone_torsions(slots))
    rows = np.flatnonzero(np.isfinite(phi) & np.isfinite(psi))
    return PhiPsi(rows, residue_class(slots)[rows], phi[rows], psi[rows], slots.residues)


def residue_class(slots: Slots) -> NDArray[np.int64]:
    """Class residues by what limits their phi and psi.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Index into `unbead.chem.torsions.ramachandran.CLASSES` of each residue.
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
    found = phi_psi(slots)
    return {
        "ramachandran_outliers_percent": ramachandran_outliers(slots).percent,
        "ramachandran_favoured_percent": float(100 * (found.share >= FAVOURED[found.kind]).mean())
        if len(found.rows)
        else None,
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
    found = phi_psi(slots)
    out = found.share < OUTLIER[found.kind]
    return of_residues(found.rows[out], len(found.rows), -found.share[out])
