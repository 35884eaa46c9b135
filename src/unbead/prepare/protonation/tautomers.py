"""Which nitrogen of a neutral histidine bears the hydrogen."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.particles import Particles
from unbead.prepare.molecule import atom_index

HYDROGEN_LENGTH = 1.01  # Å, N–H
DONOR_REACH = 3.5  # Å, N to acceptor
WIDEST = 50.0  # degrees between N–H and H to acceptor


def choose_tautomers(atoms: Particles) -> NDArray[np.str_]:
    """Name neutral histidines ``HID`` where only ND1 can give a hydrogen bond to an oxygen, else ``HIE``.

    Without a partner the hydrogen sits on NE2, the commoner form in water.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names; residues called ``HIS`` are neutral.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=str
        Residue names without ``HIS``.
    """
    names = atoms.residues.names.astype("U4")
    histidines = np.flatnonzero(names == "HIS")
    if len(histidines):
        delta = _gives_bond(atoms, histidines, "ND1", ("CG", "CE1"))
        epsilon = _gives_bond(atoms, histidines, "NE2", ("CD2", "CE1"))
        names[histidines] = np.where(delta & ~epsilon, "HID", "HIE")
    return names


def _gives_bond(
    atoms: Particles, histidines: NDArray[np.int64], nitrogen: str, beside: tuple[str, str]
) -> NDArray[np.bool_]:
    """Whether a hydrogen on a nitrogen would point at an oxygen of another residue."""
    x = atoms.positions.astype(np.float64)
    donor = x[atom_index(atoms, nitrogen)[histidines]]
    left, right = (_unit(donor - x[atom_index(atoms, name)[histidines]]) for name in beside)
    hydrogen = donor + HYDROGEN_LENGTH * _unit(left + right)
    oxygens = np.flatnonzero(atoms.elements == "O")
    gives = np.zeros(len(histidines), bool)
    for k, near in enumerate(KDTree(x[oxygens]).query_ball_point(donor, DONOR_REACH)):
        rows = oxygens[near]
        cosine = _unit(x[rows] - hydrogen[k]) @ _unit(hydrogen[k] - donor[k])
        gives[k] = (cosine > np.cos(np.radians(WIDEST))).any()
    return gives


def _unit(vectors: NDArray) -> NDArray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
