"""Disulfide bonds by the distance of SG atoms."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.finish.molecule import atom_index

REACH = 2.5  # Å


def find_disulfides(atoms: Particles) -> NDArray[np.int64]:
    """Find disulfide bonds, within and between chains.

    Two sulfurs are bonded if they are nearer than 2.5 Å and each is the other's nearest, so that none has two bonds.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names; thiolates (``CYM``) do not take part.

    Returns
    -------
    ndarray, shape=(n, 2), dtype=int64
        Bonded residues, each pair in ascending order.
    """
    sulfur = atom_index(atoms, "SG")
    residues = np.flatnonzero((sulfur >= 0) & np.isin(atoms.residues.names, ("CYS", "CYX")))
    if len(residues) < 2:
        return np.zeros((0, 2), np.int64)
    x = atoms.positions[sulfur[residues]]
    found = KDTree(x).query(x, k=2)
    distance, neighbour = np.asarray(found[0]), np.asarray(found[1])
    # with two sulfurs at one place, either may be first in its own list
    me = np.arange(len(x))
    nearest = np.where(neighbour[:, 1] == me, neighbour[:, 0], neighbour[:, 1])
    bonded = (nearest[nearest] == me) & (me < nearest) & (distance[:, 1] < REACH)
    return np.stack([residues[bonded], residues[nearest[bonded]]], 1).astype(np.int64)


def name_disulfides(atoms: Particles, disulfides: NDArray[np.int64]) -> Particles:
    """Call the cysteines of disulfides ``CYX``.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names.
    disulfides : ndarray, shape=(n, 2), dtype=int64
        Bonded residues.

    Returns
    -------
    Particles
        The same atoms; bonded residues are ``CYX``.

    Raises
    ------
    UnbeadError
        If a residue came as ``CYX`` but has no partner.
    """
    names = atoms.residues.names.copy()
    bonded = np.zeros(len(names), bool)
    bonded[disulfides] = True
    alone = np.flatnonzero((names == "CYX") & ~bonded)
    if len(alone):
        raise UnbeadError(
            f"{atoms.residues.label(int(alone[0]))}: no other SG within {REACH} Å to make a disulfide with;"
            " call it CYS, or bring the sulfurs together"
        )
    names[bonded] = "CYX"
    return replace(atoms, residues=replace(atoms.residues, names=names))
