"""Angles between points."""

import numpy as np
from numpy.typing import NDArray


def angle(a: NDArray, vertex: NDArray, c: NDArray) -> NDArray[np.float64]:
    """Return the angles at `vertex` between `a` and `c`; points broadcast.

    Parameters
    ----------
    a, vertex, c : ndarray, shape=(..., 3), dtype=float
        Points.

    Returns
    -------
    ndarray, shape=(...), dtype=float
        Angles in degrees.
    """
    u, v = a - vertex, c - vertex
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(u, v), axis=-1), (u * v).sum(-1)))


def dihedral(a: NDArray, b: NDArray, c: NDArray, d: NDArray) -> NDArray[np.float64]:
    """Return torsion angles; points broadcast.

    Parameters
    ----------
    a, b, c, d : ndarray, shape=(..., 3), dtype=float
        Points; NaN spreads.

    Returns
    -------
    ndarray, shape=(...), dtype=float
        Angles in degrees; NaN where `b` and `c` are the same point.
    """
    u, v, w = b - a, c - b, d - c
    p, q = np.cross(u, v), np.cross(v, w)
    with np.errstate(invalid="ignore"):
        axis = v / np.linalg.norm(v, axis=-1, keepdims=True)
    return np.degrees(np.arctan2((np.cross(p, q) * axis).sum(-1), (p * q).sum(-1)))


def rotate_about(arms: NDArray, axis: NDArray, angles: NDArray | float) -> NDArray[np.float64]:
    """Turn vectors about an axis by Rodrigues' formula; all broadcast.

    Parameters
    ----------
    arms : ndarray, shape=(..., 3), dtype=float
        Vectors.
    axis : ndarray, shape=(..., 3), dtype=float
        Unit vectors to turn about.
    angles : ndarray, shape=(..., 1), dtype=float, or float
        Angles in radians, right-handed.

    Returns
    -------
    ndarray, shape=(..., 3), dtype=float64
        The vectors, turned.
    """
    along = (arms * axis).sum(-1, keepdims=True) * axis
    return along + np.cos(angles) * (arms - along) + np.sin(angles) * np.cross(axis, arms)
