"""Molecules that a box cut, put together along their bonds."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.prepare.molecule import Molecule
from unbead.structure.unwrap import nearest_images

LONGEST = 4.0  # Å; a "bond" beyond is a molecule that the box cuts in two


def mend(molecule: Molecule) -> Molecule:
    """Put together molecules that the box cuts; disulfides hold chains together too.

    Parameters
    ----------
    molecule : Molecule
        Atoms and bonds.

    Returns
    -------
    Molecule
        The same with every atom near those it is bonded to. Molecules that were whole have not moved, nor has the first
        atom of the others.

    Raises
    ------
    UnbeadError
        If bonded atoms are more than 4 Å apart and the box does not explain it.
    """
    atoms = molecule.atoms
    cut = _long(atoms, molecule.bonds)
    if len(cut) and atoms.box is not None:
        shift, component = _shifts(atoms.positions.astype(np.float64), molecule.bonds, atoms.box)
        torn = np.isin(component, component[molecule.bonds[cut, 0]])
        atoms = atoms.with_positions(np.where(torn[:, None], atoms.positions + shift, atoms.positions))
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


def _shifts(
    x: NDArray[np.float64], bonds: NDArray[np.int64], box: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How far each atom is from its place beside the first of its molecule, in Å, and its molecule."""
    n = len(x)
    edges = coo_array((np.ones(len(bonds)), (bonds[:, 0], bonds[:, 1])), (n, n))
    component = connected_components(edges, directed=False)[1]
    first = np.unique(component, return_index=True)[1]
    pairs = np.concatenate([bonds, np.stack([first, np.full(len(first), n)], 1)])  # a root joins all molecules
    tree = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (n + 1, n + 1))
    parent = breadth_first_order(tree, n, directed=False)[1].astype(np.int64)
    parent[n] = n
    inner = np.flatnonzero(parent[:n] < n)
    step = np.zeros((n + 1, 3))
    bond = x[inner] - x[parent[inner]]
    step[inner] = nearest_images(bond, box) - bond
    while (parent != n).any():  # sums along the way to the root, twice as far each time
        step += step[parent]
        parent = parent[parent]
    return step[:n], component
