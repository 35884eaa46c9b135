"""Molecules that a box cut."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.finish.molecule import Molecule
from unbead.io.whole import make_whole

LONGEST = 4.0  # Å; a "bond" beyond is a molecule that the box cuts in two


def mend(molecule: Molecule) -> Molecule:
    """Put together molecules that the box cuts.

    Parameters
    ----------
    molecule : Molecule
        Heavy atoms in the order of their templates, with bonds.

    Returns
    -------
    Molecule
        The same where no bond is longer than 4 Å; otherwise all molecules whole, at images of where they were.

    Raises
    ------
    UnbeadError
        If bonded atoms are more than 4 Å apart and the box does not explain it.
    """
    atoms = molecule.atoms
    cut = _long(atoms, molecule.bonds)
    if len(cut):
        atoms = make_whole(atoms)
        cut = _long(atoms, molecule.bonds)
    if len(cut):
        a, b = molecule.bonds[cut[0]]
        apart = np.linalg.norm(atoms.positions[a] - atoms.positions[b])
        raise UnbeadError(
            f"{atoms.residues.label(int(atoms.residue_index[b]))}: atom {atoms.names[b]} is {apart:.0f} Å from"
            f" {atoms.names[a]} that it is bonded to; make molecules whole first (gmx trjconv -pbc whole)"
        )
    return replace(molecule, atoms=atoms)


def _long(atoms: Particles, bonds: NDArray[np.int64]) -> NDArray[np.int64]:
    x = atoms.positions
    return np.flatnonzero(np.linalg.norm(x[bonds[:, 0]] - x[bonds[:, 1]], axis=1) > LONGEST)
