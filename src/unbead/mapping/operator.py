"""The mapping operator M of a whole system: every bead as a weighted mean of atoms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Operator:
    """M as a list of its entries.

    Attributes
    ----------
    bead, atom : ndarray, shape=(n_entries,), dtype=int64
        Row and column of each entry.
    weight : ndarray, shape=(n_entries,), dtype=float64
        Weights; those of a bead sum to one.
    shape : tuple of int
        Number of beads and of atoms.
    """

    bead: NDArray[np.int64]
    atom: NDArray[np.int64]
    weight: NDArray[np.float64]
    shape: tuple[int, int]


def normalised(
    bead: NDArray[np.int64], atom: NDArray[np.int64], weight: NDArray[np.float64], shape: tuple[int, int]
) -> Operator:
    """Make an operator of raw weights.

    Parameters
    ----------
    bead, atom : ndarray, shape=(n_entries,), dtype=int64
        Row and column of each entry.
    weight : ndarray, shape=(n_entries,), dtype=float64
        Raw weights, such as share times mass; entries of zero are dropped.
    shape : tuple of int
        Number of beads and of atoms.

    Returns
    -------
    Operator
        The operator, each bead's weights scaled to a sum of one.
    """
    keep = weight > 0
    bead, atom, weight = bead[keep], atom[keep], weight[keep]
    total = np.bincount(bead, weight, shape[0])
    return Operator(bead, atom, weight / total[bead], shape)


def apply(operator: Operator, atoms: NDArray) -> NDArray[np.float64]:
    """Compute bead positions M x, shape (n_beads, 3), of atoms at x, shape (n_atoms, 3), in Å.

    Parameters
    ----------
    operator : Operator
        The mapping M.
    atoms : ndarray, shape=(n_atoms, 3), dtype=float
        Atom positions x in Å.

    Returns
    -------
    ndarray, shape=(n_beads, 3), dtype=float64
        Bead positions in Å.
    """
    return np.asarray(to_scipy(operator) @ np.asarray(atoms, np.float64))


def to_scipy(operator: Operator) -> csr_matrix:
    """Return M as a sparse matrix, shape (n_beads, n_atoms).

    Parameters
    ----------
    operator : Operator
        The mapping M.

    Returns
    -------
    scipy.sparse.csr_matrix, shape=(n_beads, n_atoms)
        The matrix.
    """
    return csr_matrix((operator.weight, (operator.bead, operator.atom)), shape=operator.shape)
