"""Waters turned towards the hydrogen bonds that their neighbours offer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.solvent import IONS, WATER
from unbead.prepare.molecule import Molecule
from unbead.structure.box import box_vectors
from unbead.structure.directions import turns
from unbead.structure.pairs import find_pairs

REACH = 4.0  # Å between heavy atoms, the first shell of a water
# Rough charges in e, of water those of TIP3P; hydrogens count where they are bonded to O or N.
CHARGES = {"O": -0.6, "N": -0.3, "P": 1.1}
WATER_CHARGES = {"O": -0.834, "H": 0.417}
POLAR_HYDROGEN = 0.4
COULOMB = 332.0 * WATER_CHARGES["H"]  # kcal Å/mol/e, of a charge with a hydrogen of water
TIGHT = {"O": 1.5, "N": 1.6, "H": 1.6}  # Å from a hydrogen of water, where 1 kcal/mol pushes it back
TIGHT_OTHERS = 2.2
SWEEPS, TRIALS, COLOURS = 8, 12, 4


def turn_waters(molecule: Molecule) -> NDArray[np.float32]:
    """Turn each water about its oxygen to where its hydrogens are best off.

    In turn a quarter of all waters try random orientations, and take the one that lowers the Coulomb energy with the
    molecules of their first shell the most. Time grows with the number of waters; the same input gives the same output.

    Parameters
    ----------
    molecule : Molecule
        All atoms.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        Positions in Å; only hydrogens of water have moved.
    """
    atoms = molecule.atoms
    x = atoms.positions.astype(np.float64)
    oxygens = np.flatnonzero((atoms.elements == "O") & (atoms.residues.names[atoms.residue_index] == WATER))
    if not len(oxygens):
        return atoms.positions
    shell = _first_shells(molecule, oxygens)
    hydrogens = oxygens[:, None] + [1, 2]
    arms = x[hydrogens] - x[oxygens][:, None]
    key = np.arange(len(oxygens))
    for sweep in range(SWEEPS):
        for colour in range(COLOURS):
            mine = np.flatnonzero(key % COLOURS == colour)
            seeds = [TRIALS * (COLOURS * sweep + colour) + k + 1 for k in range(TRIALS)]
            rotations = np.stack([np.broadcast_to(np.eye(3), (len(mine), 3, 3)), *(turns(mine, s) for s in seeds)], 1)
            trial = np.einsum("nhi,ntij->nthj", arms[mine], rotations)
            energy = shell.energies(mine, x[oxygens[mine]][:, None, None] + trial, x)
            best = trial[np.arange(len(mine)), energy.argmin(1)]
            arms[mine] = best
            x[hydrogens[mine]] = x[oxygens[mine]][:, None] + best
    return x.astype(np.float32)


@dataclass(frozen=True)
class _Shells:
    """What is around waters: atoms ``other`` (at ``shift`` from where they are), those of one water after another."""

    start: NDArray[np.int64]  # of each water's, and the end
    other: NDArray[np.int64]
    shift: NDArray[np.float64]
    charge: NDArray[np.float64]
    tight: NDArray[np.float64]

    def energies(self, waters: NDArray[np.int64], hydrogens: NDArray, x: NDArray) -> NDArray[np.float64]:
        """Energies of waters whose hydrogens are at (n, n_trials, 2, 3), shape (n, n_trials), in kcal/mol."""
        size = np.diff(self.start)[waters]
        which = np.repeat(np.arange(len(waters)), size)
        row = np.arange(len(which)) - np.repeat(np.cumsum(size) - size, size) + self.start[waters][which]
        around = x[self.other[row]] + self.shift[row]
        distance = np.linalg.norm(hydrogens[which] - around[:, None, None], axis=-1)
        pair = COULOMB * self.charge[row, None, None] / distance + (self.tight[row, None, None] / distance) ** 12
        sums = np.concatenate([np.zeros((1, pair.shape[1])), np.cumsum(pair.sum(2), axis=0)])
        end = np.cumsum(size)
        return sums[end] - sums[end - size]


def _first_shells(molecule: Molecule, oxygens: NDArray[np.int64]) -> _Shells:
    """List the heavy atoms around each water, and their hydrogens."""
    atoms = molecule.atoms
    heavy = np.flatnonzero(~molecule.hydrogens)
    cell = None if atoms.box is None else box_vectors(atoms.box)
    water = np.full(len(atoms), -1)
    water[oxygens] = np.arange(len(oxygens))
    pairs = find_pairs(atoms.positions[heavy], REACH, cell, both=True)
    mine = np.flatnonzero((water[heavy[pairs.i]] >= 0) & (pairs.i != pairs.j))
    mine = mine[np.argsort(pairs.i[mine], kind="stable")]
    centre, near = water[heavy[pairs.i[mine]]], heavy[pairs.j[mine]]
    group = np.append(heavy[1:], len(atoms)) - heavy  # a heavy atom and the hydrogens after it
    size = group[pairs.j[mine]]
    other = np.repeat(near, size) + np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    charge, tight = _charges(molecule), np.full(len(atoms), TIGHT_OTHERS)
    for element, distance in TIGHT.items():
        tight[atoms.elements == element] = distance
    start = np.concatenate([[0], np.cumsum(np.bincount(np.repeat(centre, size), minlength=len(oxygens)))])
    return _Shells(start, other, np.repeat(pairs.shift(mine), size, axis=0), charge[other], tight[other])


def _charges(molecule: Molecule) -> NDArray[np.float64]:
    atoms = molecule.atoms
    charge = np.zeros(len(atoms))
    for element, value in CHARGES.items():
        charge[atoms.elements == element] = value
    ends = np.concatenate([molecule.bonds, molecule.bonds[:, ::-1]])
    polar = molecule.hydrogens[ends[:, 0]] & np.isin(atoms.elements[ends[:, 1]], ("N", "O"))
    charge[ends[polar, 0]] = POLAR_HYDROGEN
    names = atoms.residues.names[atoms.residue_index]
    for element, value in WATER_CHARGES.items():
        charge[(names == WATER) & (atoms.elements == element)] = value
    for ion in IONS.values():
        charge[names == ion.name] = ion.charge
    return charge
