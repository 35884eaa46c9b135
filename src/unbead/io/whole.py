"""Molecules that a periodic box cut, put together again."""

import numpy as np
from MDAnalysis.lib.distances import minimize_vectors
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.chains import first_particles, same_molecule

SMALLEST = 20.0  # Å; in a shorter box the nearest image of a bonded atom may be the wrong one


def make_whole(particles: Particles) -> Particles:
    """Move each residue next to the one before in its molecule, and its particles next to each other.

    Parameters
    ----------
    particles : Particles
        Atoms or beads. Within a residue each must be within half a box of the one before it in the list.

    Returns
    -------
    Particles
        The same at images of their positions; each molecule stays where its first particle is. Without a box of at
        least 20 Å nothing moves.
    """
    if particles.box is None or not len(particles):
        return particles
    return particles.with_positions(whole_positions(particles))


def whole_positions(particles: Particles) -> NDArray[np.float64]:
    """Return the positions of `make_whole` in double precision, shape (n, 3), in Å.

    Parameters
    ----------
    particles : Particles
        Atoms or beads.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float64
        Positions; to the last bit those of the input where nothing moved.
    """
    x = particles.positions.astype(np.float64)
    if particles.box is None or not len(particles):
        return x
    index = particles.residue_index
    first = first_particles(particles)
    jump = np.zeros_like(x)
    jump[1:] = _jumps(np.diff(x, axis=0), particles.box)
    jump[np.diff(index, prepend=-1) != 0] = 0
    inner = np.cumsum(jump, 0)
    inner -= inner[first][index]
    step = _jumps(np.diff(x[first], axis=0), particles.box)
    joined = same_molecule(particles)
    step[~joined[1:]] = 0
    total = np.concatenate([np.zeros((1, 3)), np.cumsum(step, 0)])
    starts = np.maximum.accumulate(np.where(joined, 0, np.arange(len(joined))))
    shift = inner + (total - total[starts])[index]
    return x + shift


def _jumps(vectors: NDArray[np.float64], box: NDArray[np.float32]) -> NDArray[np.float64]:
    """What to add to vectors to make them the shortest of their images; exactly zero where they are."""
    return nearest_images(vectors, box) - vectors


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
