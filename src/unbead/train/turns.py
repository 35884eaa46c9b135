"""More conformers of a molecule than a short trajectory has: its single bonds turned at random.

Where atoms are, given the beads, hardly depends on how probable a conformer is, so that a network may learn it from
conformers that nobody simulated; 200 frames alone are too few to have every group both ways round.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from unbead.chem.particles import Particles
from unbead.chem.templates import Template, template
from unbead.relax.rotors import rotors

HALF = np.pi  # radians, spread of the widest turns


@cache
def _moving(known: Template) -> NDArray[np.bool_]:
    """Atoms, hydrogens included, that move when each rotor turns, shape (n_rotors, n_atoms)."""
    n = len(known.atoms)
    masks = np.zeros((len(rotors(known)), n), bool)
    for mask, (i, j) in zip(masks, rotors(known), strict=True):
        rest = known.bonds[~(np.isin(known.bonds, (i, j)).all(1))]
        graph = csr_matrix((np.ones(len(rest)), (rest[:, 0], rest[:, 1])), shape=(n, n))
        label = connected_components(graph, directed=False)[1]
        mask[:] = label == label[j]
    return masks


def turn_bonds(x: NDArray[np.float32], atoms: Particles, residue: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Turn a molecule about its single bonds.

    Parameters
    ----------
    x : ndarray, shape=(n_atoms, 3), dtype=float32
        Positions in Å; the molecule is whole.
    atoms : Particles
        What the positions are of, under the names of the templates.
    residue : int
        The molecule.
    rng : numpy.random.Generator
        Draws the spread of the angles, small ones more often than large ones, and the angles.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        Positions with that molecule turned; clashes are not looked for.
    """
    known = template(str(atoms.residues.names[residue]))
    assert known is not None, f"no template for {atoms.residues.names[residue]}"
    rows = np.flatnonzero(atoms.residue_index == residue)
    slots = np.array([known.index(name) for name in atoms.names[rows].tolist()])
    at = np.full(len(known.atoms), -1)
    at[slots[slots >= 0]] = rows[slots >= 0]
    x = x.copy()
    angles = rng.normal(0.0, HALF * rng.random() ** 2, len(rotors(known)))
    for (i, j), moving, angle in zip(rotors(known), _moving(known), angles, strict=True):
        part = at[moving & (at >= 0)]
        axis = x[at[j]] - x[at[i]]
        axis = axis / np.linalg.norm(axis)
        arm = x[part] - x[at[j]]
        along = (arm @ axis)[:, None] * axis
        x[part] = x[at[j]] + along + np.cos(angle) * (arm - along) + np.sin(angle) * np.cross(axis, arm)
    return x
