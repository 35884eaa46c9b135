"""Projection onto the beads: the smallest move of the atoms that makes M x = X."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

from unbead.mapping.operator import Operator, apply, to_scipy


def project(operator: Operator, atoms: NDArray, beads: NDArray) -> NDArray[np.float32]:
    """Move atoms so that every bead is where it should be.

    The answer is ``x + Mᵀ (M Mᵀ)⁻¹ (X − M x)``: of all positions that fit the beads, the nearest to `atoms`.

    Parameters
    ----------
    operator : Operator
        The mapping M, shape=(n_beads, n_atoms).
    atoms : ndarray, shape=(n_atoms, 3), dtype=float
        Atom positions x in Å.
    beads : ndarray, shape=(n_beads, 3), dtype=float
        Bead positions X in Å.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        Projected positions in Å. Beads without atoms are left out.
    """
    wrong = np.asarray(beads, np.float64) - apply(operator, np.asarray(atoms, np.float64))
    matrix = to_scipy(operator).tocsr()
    filled = np.flatnonzero(np.diff(matrix.indptr))
    matrix = matrix[filled]
    pull = splu((matrix @ matrix.T).tocsc()).solve(wrong[filled])
    return (atoms + matrix.T @ pull).astype(np.float32)


def limited(operator: Operator, atoms: NDArray, beads: NDArray, tolerance: NDArray | float) -> NDArray[np.float64]:
    """Find bead positions that the atoms may keep: within `tolerance` of the input, else pulled to its edge.

    Parameters
    ----------
    operator : Operator
        The mapping M.
    atoms : ndarray, shape=(n_atoms, 3), dtype=float
        Atom positions in Å.
    beads : ndarray, shape=(n_beads, 3), dtype=float
        Bead positions of the input in Å.
    tolerance : float or ndarray, shape=(n_beads,), dtype=float
        Radius in Å of the flat-bottomed restraint.

    Returns
    -------
    ndarray, shape=(n_beads, 3), dtype=float64
        Targets for `project`.
    """
    away = apply(operator, np.asarray(atoms, np.float64)) - beads
    size = np.linalg.norm(away, axis=1, keepdims=True)
    return beads + away * np.minimum(1.0, np.reshape(tolerance, (-1, 1)) / np.maximum(size, 1e-12))
