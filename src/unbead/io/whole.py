"""Molecules that a periodic box cut, put together again."""

import numpy as np
from MDAnalysis.lib.distances import minimize_vectors
from numpy.typing import NDArray

from unbead.chem.particles import Particles

SMALLEST = 20.0  # Å; in a shorter box the nearest image of a bonded atom may be the wrong one


def make_whole(particles: Particles) -> Particles:
    """Move each residue next to the one that it is bonded to, and its particles next to each other.

    Parameters
    ----------
    particles : Particles
        Atoms or beads.

    Returns
    -------
    Particles
        The same at images of their positions; each chain stays where its first particle is. Without a box of at least
        20 Å nothing moves.
    """
    if particles.box is None:
        return particles
    x = particles.positions.astype(np.float64)
    first = np.searchsorted(particles.residue_index, np.arange(len(particles.residues)))
    first = np.minimum(first, len(x) - 1)  # residues without particles
    inner = nearest_images(x - x[first][particles.residue_index], particles.box)
    step = x[first[1:]] - x[first[:-1]]
    moved = nearest_images(step, particles.box) - step
    moved[~particles.residues.bonded_to_previous[1:]] = 0
    total = np.concatenate([np.zeros((1, 3)), np.cumsum(moved, 0)])
    starts = np.flatnonzero(~particles.residues.bonded_to_previous)
    chain = np.searchsorted(starts, np.arange(len(total)), side="right") - 1
    shift = total - total[starts[np.maximum(chain, 0)]]
    return particles.with_positions(((x[first] + shift)[particles.residue_index] + inner).astype(np.float32))


def nearest_images(vectors: NDArray[np.float64], box: NDArray[np.float32] | None) -> NDArray[np.float64]:
    """Take the shortest of all periodic images of vectors.

    Parameters
    ----------
    vectors : ndarray, shape=(n, 3), dtype=float64
        Vectors in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees; None, or one shorter than 20 Å, has no images.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float64
        The same vectors where they are the shortest already, to the last bit; else their shortest images.
    """
    if box is None or box[:3].min() < SMALLEST or not len(vectors):
        return vectors
    shortest = minimize_vectors(np.ascontiguousarray(vectors), box)
    same = np.linalg.norm(shortest - vectors, axis=1) < 1e-3
    return np.where(same[:, None], vectors, shortest)
