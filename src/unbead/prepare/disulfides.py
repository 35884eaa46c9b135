"""Disulfide bonds by the distance of SG atoms."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.prepare.molecule import atom_index
from unbead.structure.box import box_vectors
from unbead.structure.disulfides import BONDED, find_bridges
from unbead.structure.unwrap import SMALLEST


def find_disulfides(atoms: Particles) -> NDArray[np.int64]:
    """Find disulfide bonds, within and between chains, also through the faces of the box.

    Two sulfurs are bonded if they are nearer than 2.5 Å, the nearest first, so that none has two bonds.

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
    box = atoms.box
    cell = None if box is None or box[:3].min() < SMALLEST else box_vectors(box)
    pairs = find_bridges(atoms.positions[sulfur[residues]], cell, BONDED)
    return residues[pairs[np.argsort(pairs[:, 0])]]


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
            f"{atoms.residues.label(int(alone[0]))}: no other SG within {BONDED} Å to make a disulfide with;"
            " call it CYS, or bring the sulfurs together"
        )
    names[bonded] = "CYX"
    return replace(atoms, residues=replace(atoms.residues, names=names))
