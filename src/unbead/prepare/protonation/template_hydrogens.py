"""Hydrogens where the template has them, as seen from the heavy atoms around."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template, template
from unbead.structure.directions import turns

FLAT = 0.05  # sine of an angle below which three atoms count as on one line


@dataclass(frozen=True)
class Sites:
    """What the hydrogens of a template hang on.

    Attributes
    ----------
    parent : ndarray, shape=(n_hydrogens,), dtype=int64
        Heavy atom of each hydrogen.
    near : ndarray, shape=(n_hydrogens, 3), dtype=int64
        Heavy atoms bonded to the bearer; -1 where there are fewer.
    beyond : ndarray, shape=(n_hydrogens,), dtype=int64
        Heavy atom bonded to the first of these, for bearers that have but one; -1 where there is none.
    local : ndarray, shape=(n_hydrogens, 3), dtype=float64
        Place of each hydrogen in the axes of its bearer, in Å.
    """

    parent: NDArray[np.int64]
    near: NDArray[np.int64]
    beyond: NDArray[np.int64]
    local: NDArray[np.float64]


@cache
def sites(residue: str) -> Sites:
    """Find out what the hydrogens of a residue hang on.

    Parameters
    ----------
    residue : str
        Name of a template of a molecule of its own.

    Returns
    -------
    Sites
        In the order of the template's hydrogens.
    """
    known = template(residue)
    assert known is not None, f"{residue} was checked before"
    bonded = _heavy_neighbours(known)
    n = len(known.atoms) - known.n_heavy
    parent = np.array([bonded[known.n_heavy + k][0] for k in range(n)], np.int64)
    near, beyond = np.full((n, 3), -1), np.full(n, -1)
    for k, atom in enumerate(parent.tolist()):
        around = bonded[atom][:3]
        near[k, : len(around)] = around
        if len(around) == 1:
            beyond[k] = next((other for other in bonded[around[0]] if other != atom), -1)
    x = known.coordinates[None]
    axes = _axes(x, parent, near, beyond, np.eye(3)[None])
    local = np.einsum("nhij,nhj->nhi", axes, x[:, known.n_heavy :] - x[:, parent])[0]
    return Sites(parent, near, beyond, local)


def attach(residue: str, x: NDArray, keys: NDArray[np.int64]) -> NDArray[np.float64]:
    """Place the hydrogens of molecules of one kind.

    Lengths and angles are the template's, and so is which of two hydrogens of a group bears which name. Groups that
    turn about a single bond are turned as in the template. What has no heavy neighbour, like water, has any direction.

    Parameters
    ----------
    residue : str
        Name of their template.
    x : ndarray, shape=(n, n_heavy, 3), dtype=float
        Heavy atoms in the order of the template, in Å.
    keys : ndarray, shape=(n,), dtype=int64
        What decides the random turns.

    Returns
    -------
    ndarray, shape=(n, n_hydrogens, 3), dtype=float64
        Hydrogens in the order of the template, in Å.
    """
    found = sites(residue)
    heavy = np.asarray(x, np.float64)
    axes = _axes(heavy, found.parent, found.near, found.beyond, turns(keys, 0))
    return heavy[:, found.parent] + np.einsum("nhij,hi->nhj", axes, found.local)


def _heavy_neighbours(known: Template) -> list[list[int]]:
    bonded: list[list[int]] = [[] for _ in known.atoms]
    for a, b in known.bonds.tolist():
        for one, other in ((a, b), (b, a)):
            if other < known.n_heavy:
                bonded[one].append(other)
    return bonded


def _axes(
    x: NDArray, parent: NDArray[np.int64], near: NDArray[np.int64], beyond: NDArray[np.int64], free: NDArray
) -> NDArray[np.float64]:
    """Axes of bearers as rows, shape (n, n_hydrogens, 3, 3): to the neighbours, across, and out of the plane."""
    origin = x[:, parent]
    arms = np.where((near >= 0)[..., None], _unit(x[:, near] - origin[:, :, None]), 0.0)
    first = _unit(arms.sum(2))
    side = np.where((near[:, 1] >= 0)[:, None], arms[:, :, 1], x[:, beyond] - x[:, near[:, 0]])
    side = np.where(((near[:, 1] >= 0) | (beyond >= 0))[:, None], side, 0.0)
    normal = np.cross(arms[:, :, 0], _unit(side))
    normal -= (normal * first).sum(-1, keepdims=True) * first
    flat = np.linalg.norm(normal, axis=-1, keepdims=True) < FLAT
    least = np.eye(3)[np.abs(first).argmin(-1)]
    third = _unit(np.where(flat, np.cross(first, least), normal))
    axes = np.stack([first, np.cross(third, first), third], -2)
    return np.where((near[:, 0] >= 0)[:, None, None], axes, free[:, None])


def _unit(vectors: NDArray) -> NDArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(length, 1e-9)
