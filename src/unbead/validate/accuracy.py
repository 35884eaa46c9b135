"""How near a structure is to the truth: heavy atoms, no superposition."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots, swapped_slots
from unbead.validate.checks.dihedrals import FLIPS, backbone_torsions, difference, side_chain_torsions

BACKBONE_SLOTS = 4
CHI_TOLERANCE = 40.0  # degrees
PHI_PSI_TOLERANCE = 30.0


def resolve_symmetry(generated: NDArray, reference: NDArray, kind: NDArray[np.int64]) -> NDArray:
    """Rename symmetric atoms of the reference, residue by residue, to suit the generated structure.

    Parameters
    ----------
    generated, reference : ndarray, shape=(n, 14, 3), dtype=float
        Heavy atoms in Å, NaN where absent.
    kind : ndarray, shape=(n,), dtype=int64
        Residue types.

    Returns
    -------
    ndarray, shape=(n, 14, 3), dtype=float
        The reference with the names that give each residue the smaller sum of squares.
    """
    swapped = reference[np.arange(len(kind))[:, None], swapped_slots()[kind]]
    straight, other = (np.nansum((generated - r) ** 2, axis=(1, 2)) for r in (reference, swapped))
    whole = (np.isfinite(swapped) == np.isfinite(reference)).all((1, 2))
    return np.where(((other < straight) & whole)[:, None, None], swapped, reference)


def accuracy(generated: Slots, reference: Slots) -> dict[str, float | None]:
    """Compare residue by residue.

    Parameters
    ----------
    generated, reference : Slots
        The same residues in the same order.

    Returns
    -------
    dict of str to float or None
        RMSD in Å of backbone (N, CA, C, O), side chain and all heavy atoms over the residues that are complete in the
        reference: with symmetric names resolved, and as named (``_strict``); over all common atoms (``rmsd_common``);
        percentages of side chains with chi1, and chi1 and chi2, within 40°, and of residues with phi and psi within
        30°.
    """
    x, y = generated.positions.astype(np.float64), reference.positions.astype(np.float64)
    renamed = resolve_symmetry(x, y, reference.kind)
    whole = reference.complete[:, None]
    squared = ((x - renamed) ** 2).sum(-1)
    strict = ((x - y) ** 2).sum(-1)
    chi1, chi2 = _side_chain_agreement(generated, reference)
    return {
        **_rmsds(np.where(whole, squared, np.nan), ""),
        **_rmsds(np.where(whole, strict, np.nan), "_strict"),
        "rmsd_common": _root(squared),
        "complete_residues": float(whole.sum()),
        "atoms_compared": float(np.isfinite(squared).sum()),
        "chi1_within_40_percent": chi1,
        "chi12_within_40_percent": chi2,
        "phi_psi_within_30_percent": _backbone_agreement(generated, reference),
    }


def _root(squared: NDArray) -> float | None:
    known = squared[np.isfinite(squared)]
    return float(np.sqrt(known.mean())) if len(known) else None


def _rmsds(squared: NDArray, suffix: str) -> dict[str, float | None]:
    return {
        f"rmsd_backbone{suffix}": _root(squared[:, :BACKBONE_SLOTS]),
        f"rmsd_side_chain{suffix}": _root(squared[:, BACKBONE_SLOTS:]),
        f"rmsd_all{suffix}": _root(squared),
    }


def _side_chain_agreement(generated: Slots, reference: Slots) -> tuple[float | None, float | None]:
    first, second = difference(side_chain_torsions(generated), side_chain_torsions(reference))[:, :2].T
    second = np.where(FLIPS[reference.kind], np.minimum(second, 180.0 - second), second)
    one = np.isfinite(first)
    two = one & np.isfinite(second)
    right = first < CHI_TOLERANCE
    return _share(right, one), _share(right & (second < CHI_TOLERANCE), two)


def _backbone_agreement(generated: Slots, reference: Slots) -> float | None:
    (a_phi, a_psi, _), (b_phi, b_psi, _) = backbone_torsions(generated), backbone_torsions(reference)
    phi, psi = difference(a_phi, b_phi), difference(a_psi, b_psi)
    return _share((phi < PHI_PSI_TOLERANCE) & (psi < PHI_PSI_TOLERANCE), np.isfinite(phi) & np.isfinite(psi))


def _share(right: NDArray[np.bool_], where: NDArray[np.bool_]) -> float | None:
    return float(100 * right[where].mean()) if where.any() else None
