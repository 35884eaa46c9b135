"""Bonds, angles, planes and chirality of a few new atoms, brought in order beside atoms that stay where they are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from unbead.chem.templates import Template

# How far in Å a distance of bonded atoms, of atoms two bonds apart or in one plane, and an atom's place may be off at
# the same cost; and a chiral volume in Å³.
BOND, ANGLE, PLACE, VOLUME = 0.02, 0.05, 1.0, 0.2


def polish(
    known: Template,
    positions: NDArray[np.float64],
    new: NDArray[np.bool_],
    links: Sequence[tuple[int, NDArray[np.float64], float]] = (),
) -> NDArray[np.float64]:
    """Move new atoms of a residue until its geometry is that of the template, as near to their places as may be.

    Parameters
    ----------
    known : Template
        The residue's template.
    positions : ndarray, shape=(n_heavy, 3), dtype=float64
        Its heavy atoms in Å.
    new : ndarray, shape=(n_heavy,), dtype=bool
        Those that may move.
    links : sequence of (int, ndarray of shape (3,), float)
        Atoms that are bonded to others elsewhere: the atom, the place of the other, and their distance in Å.

    Returns
    -------
    ndarray, shape=(n_heavy, 3), dtype=float64
        The atoms; those that are not new are where they were.
    """
    pairs, lengths, weights = _distances(known, new)
    quads = known.chiral[(known.chiral < known.n_heavy).all(1)]
    quads = quads[new[quads].any(1)]
    volumes = _volumes(known.coordinates, quads)
    at = np.array([slot for slot, _, _ in links if new[slot]], np.int64)
    away = np.array([place for slot, place, _ in links if new[slot]]).reshape(-1, 3)
    far = np.array([length for slot, _, length in links if new[slot]])
    start = positions[new]

    def off(flat: NDArray[np.float64]) -> NDArray[np.float64]:  # numpydoc ignore=GL08
        x = positions.copy()
        x[new] = flat.reshape(-1, 3)
        inner = np.linalg.norm(x[pairs[:, 0]] - x[pairs[:, 1]], axis=1)
        outer = np.linalg.norm(x[at] - away, axis=1)
        return np.concatenate(
            [
                (inner - lengths) / weights,
                (outer - far) / BOND,
                (_volumes(x, quads) - volumes) / VOLUME,
                (x[new] - start).ravel() / PLACE,
            ]
        )

    x = positions.copy()
    x[new] = least_squares(off, start.ravel(), method="trf", max_nfev=60).x.reshape(-1, 3)
    return x


def _distances(
    known: Template, new: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Pairs of atoms whose distance the template tells, that distance in Å, and how far off it may be."""
    n = known.n_heavy
    bonds = known.bonds[(known.bonds < n).all(1)]
    angles = known.angles[(known.angles < n).all(1)][:, [0, 2]]
    planes = [(i, j) for group in known.planar for i in group for j in group if i < j]
    weight: dict[tuple[int, int], float] = {}
    for table, value in ((bonds.tolist(), BOND), (angles.tolist(), ANGLE), (planes, ANGLE)):
        for i, j in table:
            weight.setdefault((min(i, j), max(i, j)), value)
    pairs = np.array([pair for pair in weight if new[list(pair)].any()], np.int64).reshape(-1, 2)
    x = known.coordinates
    values = np.array([weight[i, j] for i, j in pairs.tolist()])
    return pairs, np.linalg.norm(x[pairs[:, 0]] - x[pairs[:, 1]], axis=1), values


def _volumes(x: NDArray[np.float64], quads: NDArray[np.int64]) -> NDArray[np.float64]:
    """Triple products of the bond vectors of centres."""
    a, b, c = (x[quads[:, k]] - x[quads[:, 0]] for k in (1, 2, 3))
    return (a * np.cross(b, c)).sum(1)
