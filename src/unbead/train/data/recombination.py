"""More conformers of a molecule than a short trajectory has: parts of one frame on the rest of another.

A few hundred frames are soon learnt by heart, noise of bonds and angles included. A molecule falls into parts that hang
together by single bonds; parts of different frames, joined again, are conformers that are as probable part by part.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from unbead.chem.templates import Template, template
from unbead.chem.torsions.rotatable_bonds import rotors
from unbead.train.data.systems import System


@dataclass(frozen=True)
class Joint:
    """A single bond of a molecule and what hangs on it.

    Attributes
    ----------
    triad : ndarray, shape=(3,), dtype=int64
        A neighbour of the bond's first atom, that atom and the second.
    part : ndarray, shape=(n_part,), dtype=int64
        Atoms beyond the bond, hydrogens included.
    """

    triad: NDArray[np.int64]
    part: NDArray[np.int64]


def find_joints(system: System, residue: int) -> tuple[Joint, ...]:
    """Find the bonds at which a molecule falls into parts.

    Parameters
    ----------
    system : System
        All frames.
    residue : int
        The molecule.

    Returns
    -------
    tuple of Joint
        Bonds between heavy atoms about which it turns, those of large parts first; methyl and hydroxyl groups count
        where they have hydrogens.
    """
    known = template(str(system.atoms.residues.names[residue]))
    assert known is not None, f"no template for {system.atoms.residues.names[residue]}"
    rows = np.flatnonzero(system.atoms.residue_index == residue)
    at = np.full(len(known.atoms), -1)
    at[[known.index(name) for name in system.atoms.names[rows].tolist()]] = rows
    bonds = known.bonds[(at[known.bonds] >= 0).all(1)]
    found = []
    for i, j in (*rotors(known), *_ends(known)):
        near = [np.array([int(a + b - k) for a, b in bonds.tolist() if k in (a, b)]) for k in (i, j)]
        before, after = near[0][near[0] != j], near[1][near[1] != i]
        if not len(before) or not len(after):
            continue  # an end without hydrogens
        part = at[np.setdiff1d(_beyond(bonds, len(at), i, j), [j])]
        found.append(Joint(at[[before.min(), i, j]], part[part >= 0]))
    return tuple(sorted(found, key=lambda joint: -len(joint.part)))


def recombine(
    frames: NDArray[np.float32], frame: int, joints: tuple[Joint, ...], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Replace parts of a molecule by those of other frames.

    Bond lengths, angles and dihedral angles of a part are those of the frame that it comes from, drawn for each joint.

    Parameters
    ----------
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Positions in Å; molecules are whole.
    frame : int
        The frame to start from.
    joints : tuple of Joint
        Where the molecule falls into parts.
    rng : numpy.random.Generator
        Draws the frames.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        The first frame with that molecule changed; clashes are not looked for.
    """
    x = frames[frame].copy()
    for joint, other in zip(joints, rng.integers(len(frames), size=len(joints)).tolist(), strict=True):
        here, there = _axes(x[joint.triad]), _axes(frames[other, joint.triad])
        second = joint.triad[2]
        x[joint.part] = (frames[other, joint.part] - frames[other, second]) @ there.T @ here + x[second]
    return x


def _ends(known: Template) -> list[tuple[int, int]]:
    """Bonds to heavy atoms that end the molecule, these last."""
    bonds = known.bonds[(known.bonds < known.n_heavy).all(1)]
    degree = np.bincount(bonds.reshape(-1), minlength=known.n_heavy)
    ends = bonds[(degree[bonds] == 1).sum(1) == 1]
    return [(i, j) if degree[j] == 1 else (j, i) for i, j in ends.tolist()]


def _beyond(bonds: NDArray[np.int64], n: int, i: int, j: int) -> NDArray[np.int64]:
    """Atoms on the side of `j` when its bond to `i` is cut."""
    rest = bonds[~np.isin(bonds, (i, j)).all(1)]
    graph = csr_matrix((np.ones(len(rest)), (rest[:, 0], rest[:, 1])), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    return np.flatnonzero(label == label[j])


def _axes(triad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Right-handed axes as rows: along the bond, in the plane of the three atoms, and across it."""
    near, first, second = triad
    along = second - first
    along = along / np.linalg.norm(along)
    across = np.cross(along, near - first)
    across = across / np.linalg.norm(across)
    return np.stack([along, np.cross(across, along), across]).astype(np.float32)
