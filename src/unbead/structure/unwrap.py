"""Molecules that a periodic box cut, put together again."""

from dataclasses import dataclass

import numpy as np
from MDAnalysis.lib.distances import minimize_vectors
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.structure.chains import first_particles, same_molecule

SMALLEST = 20.0  # Å; in a shorter box the nearest image of a bonded atom may be the wrong one


@dataclass(frozen=True)
class Molecules:
    """Which particles hang together, for any number of frames.

    Attributes
    ----------
    residue : ndarray, shape=(n,), dtype=int64
        Residue of each particle, not decreasing.
    first : ndarray, shape=(n_residues,), dtype=int64
        First particle of each residue.
    start : ndarray, shape=(n_residues,), dtype=int64
        First residue of the molecule that each residue belongs to.
    """

    residue: NDArray[np.int64]
    first: NDArray[np.int64]
    start: NDArray[np.int64]


def find_molecules(particles: Particles) -> Molecules:
    """Find out which particles hang together; see `unbead.structure.chains.same_molecule`.

    Parameters
    ----------
    particles : Particles
        Atoms or beads of any frame.

    Returns
    -------
    Molecules
        The molecules.
    """
    joined = same_molecule(particles)
    start = np.maximum.accumulate(np.where(joined, 0, np.arange(len(joined))))
    return Molecules(particles.residue_index, first_particles(particles), start)


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
    return particles.with_positions(
        whole_positions(particles.positions, particles.box, find_molecules(particles)).astype(np.float32)
    )


def whole_positions(positions: NDArray, box: NDArray[np.float32] | None, molecules: Molecules) -> NDArray[np.float64]:
    """Do with the positions of one frame what `make_whole` does.

    Parameters
    ----------
    positions : ndarray, shape=(n, 3), dtype=float
        Positions in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    molecules : Molecules
        What hangs together.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float64
        Positions; to the last bit those given where nothing moved.
    """
    x = np.asarray(positions, np.float64)
    if box is None or not len(x):
        return x
    residue, first, start = molecules.residue, molecules.first, molecules.start
    jump = np.zeros_like(x)
    jump[1:] = _jumps(np.diff(x, axis=0), box)
    jump[np.diff(residue, prepend=-1) != 0] = 0
    inner = np.cumsum(jump, 0)
    inner -= inner[first][residue]
    step = np.zeros((len(first), 3))
    step[1:] = _jumps(np.diff(x[first], axis=0), box)
    step[start == np.arange(len(start))] = 0
    total = np.cumsum(step, 0)
    return x + inner + (total - total[start])[residue]


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
