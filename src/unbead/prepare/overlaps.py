"""Heavy atoms that lie on each other, which no minimisation parts in a sensible way."""

import numpy as np

from unbead.errors import UnbeadError
from unbead.prepare.molecule import Molecule
from unbead.prepare.solvation.solvent_model import surroundings
from unbead.structure.pairs import find_pairs

NEAREST = 0.8  # Å; no two nuclei but hydrogen's come nearer, bonded or not
FAULT = "atoms that are not bonded on each other"


def find_overlaps(molecule: Molecule, forcefield: str) -> list[str]:
    """Find heavy atoms that are not bonded and nearer than 0.8 Å.

    Parameters
    ----------
    molecule : Molecule
        Atoms and bonds.
    forcefield : str
        ``amber14`` or ``charmm36``: whether the box is periodic is as in its simulations.

    Returns
    -------
    list of str
        One label per pair, such as ``LYS 48 (chain A) NZ – GLY 76 (chain B) C 0.52 Å``.

    Raises
    ------
    UnbeadError
        If an atom that was added has no place.
    """
    atoms = molecule.atoms
    lost = np.flatnonzero(~np.isfinite(atoms.positions).all(1))
    if len(lost):
        where = f"{atoms.residues.label(int(atoms.residue_index[lost[0]]))} {atoms.names[lost[0]]}"
        raise UnbeadError(f"{where}: finds no place, as atoms beside it lie on one spot or line; correct the structure")
    rows = np.flatnonzero(~molecule.hydrogens)
    pairs = find_pairs(atoms.positions[rows], NEAREST, surroundings(atoms, forcefield).vectors)
    bonded = {(min(pair), max(pair)) for pair in molecule.bonds.tolist()}
    found = []
    for i, j, distance in zip(rows[pairs.i].tolist(), rows[pairs.j].tolist(), pairs.distance.tolist(), strict=True):
        if (min(i, j), max(i, j)) not in bonded:
            one, other = (f"{atoms.residues.label(int(atoms.residue_index[k]))} {atoms.names[k]}" for k in (i, j))
            found.append(f"{one} – {other} {distance:.2f} Å")
    return found
