"""Bonds about which a molecule turns, and other conformers of a template."""

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from unbead.chem.angles import rotate_about
from unbead.chem.templates import Template

TETRAHEDRAL = 115.0  # degrees; atoms with smaller angles on average have four bonds
SEED = 7


@cache
def rotors(known: Template) -> tuple[tuple[int, int], ...]:
    """List the bonds between heavy atoms about which a template turns.

    Parameters
    ----------
    known : Template
        A template.

    Returns
    -------
    tuple of (int, int)
        Bonds that are in no ring and in no planar group, each with more atoms at both ends; the smaller part of the
        molecule hangs on the second atom.
    """
    n = known.n_heavy
    bonds = known.bonds[(known.bonds < n).all(1)]
    degree = np.bincount(bonds.reshape(-1), minlength=n)
    found = []
    for i, j in bonds[(degree[bonds] > 1).all(1)].tolist():
        part = atoms_beyond(bonds, n, i, j)
        if not part[i] and not any(_held(known, group, i, j) for group in known.planar):
            found.append((i, j) if part.sum() <= n / 2 else (j, i))
    return tuple(found)


def atoms_beyond(bonds: NDArray[np.int64], n: int, i: int, j: int) -> NDArray[np.bool_]:
    """Mark the atoms on one side of a bond.

    Parameters
    ----------
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.
    n : int
        Number of atoms.
    i, j : int
        The ends of the bond.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        Those on the side of `j`, itself included; all of them in a ring.
    """
    rest = bonds[~((bonds == (i, j)).all(1) | (bonds == (j, i)).all(1))]
    label = connected_components(csr_matrix((np.ones(len(rest)), tuple(rest.T)), shape=(n, n)), directed=False)[1]
    return label == label[j]


def _held(known: Template, group: tuple[int, ...], i: int, j: int) -> bool:
    """Whether a planar group keeps a bond from turning: it has neighbours of both ends."""
    inside = set(group)
    if not {i, j} <= inside:
        return False
    near = [{int(sum(b) - k) for b in known.bonds if k in b} & inside for k in (i, j)]
    return len(near[0]) > 1 and len(near[1]) > 1


@cache
def conformers(known: Template, count: int) -> NDArray[np.float64]:
    """Make conformers of a template by turning it about its rotors by thirds of a circle.

    Parameters
    ----------
    known : Template
        A template.
    count : int
        How many, the template's own first. The others are drawn with a fixed seed.

    Returns
    -------
    ndarray, shape=(count, n_heavy, 3), dtype=float64
        Heavy atoms in Å.
    """
    rng = np.random.default_rng(SEED)
    n = known.n_heavy
    bonds = known.bonds[(known.bonds < n).all(1)]
    found = np.tile(known.coordinates[:n], (count, 1, 1))
    for x in found[1:]:
        for i, j in rotors(known):
            part = atoms_beyond(bonds, n, i, j)
            axis = (x[j] - x[i]) / np.linalg.norm(x[j] - x[i])
            angle = np.radians(120.0 * rng.integers(3))
            x[part] = x[j] + rotate_about(x[part] - x[j], axis, angle)
    return found


@cache
def staggered(known: Template) -> NDArray[np.int64]:
    """List the dihedral angles of a template that are about ±60° or 180°.

    Parameters
    ----------
    known : Template
        A template.

    Returns
    -------
    ndarray, shape=(n, 4), dtype=int64
        Atoms of all dihedral angles about rotors between tetrahedral atoms.
    """
    n = known.n_heavy
    bonds = known.bonds[(known.bonds < n).all(1)]
    mean = np.bincount(known.angles[:, 1], known.angle_values, n) / np.bincount(known.angles[:, 1], minlength=n).clip(1)
    rows = []
    for j, k in rotors(known):
        if max(mean[j], mean[k]) < TETRAHEDRAL:
            ends = [[int(sum(b) - m) for b in bonds if m in b and o not in b] for m, o in ((j, k), (k, j))]
            rows += [(i, j, k, m) for i, m in product(*ends)]
    return np.array(rows, np.int64).reshape(-1, 4)
