"""Cis and trans peptides: which should be which, and how one is made of the other."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.links import PEPTIDE_ANGLES, PEPTIDE_LENGTH
from unbead.relax.reference_geometry import OTHER_SIDE, Peptides, arrows, omega
from unbead.structure.superpose import superpose

CIS = 90.0  # degrees of ω; below, a peptide is nearer to cis
CIS_CA_CA = 3.4  # Å between Cα; 2.95 over a cis peptide, 3.80 over a trans one
CA_C_O = 120.1  # degrees


def choose_cis(
    positions: NDArray[np.float32], peptides: Peptides, ideal: bool, cell: NDArray[np.float64] | None
) -> tuple[NDArray[np.bool_], int]:
    """Decide which peptides are cis: where ω and the Cα say so, but before other residues than
    proline only if the beads were mapped from atoms.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    peptides : Peptides
        Peptide bonds.
    ideal : bool
        Whether the beads were mapped from atoms; Cα as near as over a cis peptide then are believed.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    cis : ndarray, shape=(n_peptides,), dtype=bool
        The decision.
    count : int
        Peptides nearer to cis that are to become trans.
    """
    near = np.abs(omega(positions, peptides, cell)) < CIS
    short = np.linalg.norm(arrows(positions, peptides.ca, peptides.next_ca, cell), axis=1) < CIS_CA_CA
    cis = near & short & ((peptides.next_cd >= 0) | ideal)
    return cis, int((near & ~cis).sum())


def ideal_peptide(cis: bool) -> NDArray[np.float64]:
    """Build a flat peptide bond.

    Parameters
    ----------
    cis : bool
        Whether it is cis.

    Returns
    -------
    ndarray, shape=(5, 3), dtype=float64
        CA, C, O, N and the next CA in Å.
    """
    ca_c_n, turn = PEPTIDE_ANGLES["CA", "C", "+N"], PEPTIDE_ANGLES["C", "+N", "+CA"]
    n = PEPTIDE_LENGTH * _direction(180 - ca_c_n)
    back = 360 - ca_c_n  # of C, seen from N
    next_ca = n + OTHER_SIDE["C", "+N", "+CA"] * _direction(back - turn if cis else back + turn)
    ca = OTHER_SIDE["CA", "C", "+N"] * _direction(180)
    return np.stack([ca, np.zeros(3), OTHER_SIDE["O", "C", "+N"] * _direction(CA_C_O - 180), n, next_ca])


def _direction(degrees: float) -> NDArray[np.float64]:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0.0])


def straighten(
    positions: NDArray[np.float32], peptides: Peptides, cis: NDArray[np.bool_], cell: NDArray[np.float64] | None
) -> NDArray[np.float32]:
    """Lay ideal peptides where a peptide is nearer to the wrong form; no small move leads from cis to trans.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    peptides : Peptides
        Peptide bonds.
    cis : ndarray, shape=(n_peptides,), dtype=bool
        Which of them should be cis.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    """
    wrong = (np.abs(omega(positions, peptides, cell)) < CIS) != cis
    x = positions.copy()
    for form in (False, True):
        rows = np.flatnonzero(wrong & (cis == form))
        if len(rows):
            p = [atoms[rows] for atoms in (peptides.ca, peptides.c, peptides.o, peptides.n, peptides.next_ca)]
            goal = np.stack([arrows(positions, p[1], atoms, cell) for atoms in p], 1)
            ideal = ideal_peptide(form)
            rotation, shift = superpose(ideal, goal)
            move = ideal @ rotation + shift[:, None] - goal
            for k, atoms in enumerate(p):
                x[atoms] += move[:, k]
    return x
