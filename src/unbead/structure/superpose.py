"""Rotations and shifts that lay points on others."""

import numpy as np
from numpy.typing import NDArray


def superpose(
    mobile: NDArray, target: NDArray, weights: NDArray | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the rotations and shifts that lay sets of points on others.

    Parameters
    ----------
    mobile : ndarray, shape=(m, 3) or (n, m, 3), dtype=float
        Points in Å.
    target : ndarray, shape=(n, m, 3), dtype=float
        Where they should come to lie, n times.
    weights : ndarray, shape=(m,) or (n, m), dtype=float, optional
        How much each point counts; all the same if not given.

    Returns
    -------
    rotation : ndarray, shape=(n, 3, 3), dtype=float64
        Proper rotations, for row vectors: ``points @ rotation + shift``.
    shift : ndarray, shape=(n, 3), dtype=float64
        Shifts in Å.

    References
    ----------
    W. Kabsch, Acta Cryst. 1976, A32, 922.
    """
    share = np.ones(len(mobile)) if weights is None else np.asarray(weights, float)
    share = np.broadcast_to(share / share.sum(-1, keepdims=True), target.shape[:2])
    mobile = np.broadcast_to(mobile, target.shape)
    centre, goal = (np.einsum("nm,nmj->nj", share, points) for points in (mobile, target))
    away = mobile - centre[:, None]
    u, _, vt = np.linalg.svd(np.einsum("nm,nmi,nmj->nij", share, away, target - goal[:, None]))
    mirror = np.ones((len(target), 3))
    mirror[:, 2] = np.sign(np.linalg.det(u @ vt))
    rotation = (u * mirror[:, None]) @ vt
    return rotation, goal - np.einsum("ni,nij->nj", centre, rotation)
