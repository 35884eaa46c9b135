"""Distributions of torsions, and how far one is from another."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, Slots
from unbead.chem.torsions.ramachandran import CLASSES
from unbead.validate.checks.dihedrals import backbone_torsions, side_chain_torsions
from unbead.validate.checks.ramachandran import residue_class

CHI_BINS = 36  # of 10°
PHI_PSI_BINS = 12  # of 30°
PSEUDO_COUNT = 0.5  # added to every bin, so that an empty one does not make the divergence infinite


@dataclass(frozen=True)
class Torsions:
    """Counts of torsions, by what the residue is.

    Attributes
    ----------
    chi1, chi2 : ndarray, shape=(20, 36), dtype=float64
        Counts by residue type and bin of 10°.
    phi_psi : ndarray, shape=(4, 144), dtype=float64
        Counts by class (general, Gly, Pro, pre-Pro) and bin of 30° × 30°.
    """

    chi1: NDArray[np.float64]
    chi2: NDArray[np.float64]
    phi_psi: NDArray[np.float64]


def count_torsions(slots: Slots) -> Torsions:
    """Count the torsions of a structure.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    Torsions
        Its counts.
    """
    chi = side_chain_torsions(slots)
    phi, psi, _ = backbone_torsions(slots)
    plane = _bin(phi, PHI_PSI_BINS) * PHI_PSI_BINS + _bin(psi, PHI_PSI_BINS)
    both = np.isfinite(phi) & np.isfinite(psi)
    chi1, chi2 = (
        _table(slots.kind, _bin(chi[:, k], CHI_BINS), np.isfinite(chi[:, k]), len(AMINO_ACIDS), CHI_BINS)
        for k in range(2)
    )
    return Torsions(chi1, chi2, _table(residue_class(slots), plane, both, len(CLASSES), PHI_PSI_BINS**2))


@cache
def usual_torsions() -> Torsions:
    """Counts over high-resolution structures, made by ``scripts/build_rotamers.py``."""
    with np.load(str(files("unbead.validate") / "data" / "torsions.npz")) as file:
        return Torsions(*(file[name].astype(np.float64) for name in ("chi1", "chi2", "phi_psi")))


def divergences(found: Torsions, expected: Torsions) -> dict[str, float | None]:
    """Compute Kullback-Leibler divergences of chi1, chi2 and phi/psi.

    Parameters
    ----------
    found : Torsions
        Counts of a structure.
    expected : Torsions
        Counts of its reference, or of many structures; these are weighted so that each kind of residue is as frequent
        as in `found`.

    Returns
    -------
    dict of str to float or None
        Divergences in nats; None without any such torsion.
    """
    numbers: dict[str, float | None] = {}
    for name in ("chi1", "chi2", "phi_psi"):
        a, b = getattr(found, name), getattr(expected, name)
        numbers[f"{name}_divergence"] = _smoothed(a, b) if a.any() else None
    return numbers


def expected_counts(found: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how many torsions of each bin are to be expected in a structure of this composition.

    Parameters
    ----------
    found, expected : ndarray, shape=(n_kinds, n_bins), dtype=float64
        Counts by kind of residue, of the structure and of what it is compared with.

    Returns
    -------
    ndarray, shape=(n_bins,), dtype=float64
        Counts that add up to those found; where `expected` knows nothing of a kind, all bins are alike.
    """
    known = np.where(expected.any(1, keepdims=True), expected, 1.0)
    return (known / known.sum(1, keepdims=True) * found.sum(1, keepdims=True)).sum(0)


def divergence(found: NDArray, expected: NDArray) -> float:
    """Compute Σ p ln(p / q).

    Parameters
    ----------
    found, expected : ndarray, shape=(n_bins,), dtype=float
        Counts or shares p and q; none may be 0.

    Returns
    -------
    float
        The divergence in nats.
    """
    p, q = found / found.sum(), expected / expected.sum()
    return float((p * np.log(p / q)).sum())


def _smoothed(found: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    return divergence(found.sum(0) + PSEUDO_COUNT, expected_counts(found, expected) + PSEUDO_COUNT)


def _bin(angle: NDArray, n: int) -> NDArray[np.int64]:
    return ((np.nan_to_num(angle) + 180.0) // (360.0 / n)).astype(np.int64) % n


def _table(row: NDArray, column: NDArray, use: NDArray[np.bool_], n_rows: int, n_columns: int) -> NDArray[np.float64]:
    counts = np.zeros((n_rows, n_columns))
    np.add.at(counts, (row[use], column[use]), 1)
    return counts
