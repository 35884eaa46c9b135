"""The bond graph that the distances within any molecule show, against its bonds."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import COVALENT_RADII

STRETCH = 1.3  # times the sum of covalent radii, within which two atoms count as bonded
BLOCK = 2_000_000  # distances at a time


def wrong_edges(
    frames: NDArray[np.floating], elements: list[str], bonds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the edges of each frame that are missing and those that are too many.

    Two atoms are joined where they are nearer than 1.3 times the sum of their covalent radii (Wang et al., ICML 2022).

    Parameters
    ----------
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float
        Positions in Å.
    elements : list of str
        Element symbols.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        The bonds that there should be.

    Returns
    -------
    missing, extra : ndarray, shape=(n_frames,), dtype=int64
        Numbers of edges.
    """
    n = len(elements)
    i, j = np.triu_indices(n, 1)
    radius = np.array([COVALENT_RADII[element] for element in elements])
    reach = STRETCH * (radius[i] + radius[j])
    wanted = np.isin(i * n + j, np.sort(bonds, 1) @ (n, 1))
    missing, extra = [], []
    size = max(1, BLOCK // len(i))
    for start in range(0, len(frames), size):
        x = frames[start : start + size]
        joined = np.linalg.norm(x[:, i] - x[:, j], axis=-1) < reach
        missing.append((~joined & wanted).sum(1))
        extra.append((joined & ~wanted).sum(1))
    return np.concatenate(missing), np.concatenate(extra)


def part_of(bonds: NDArray[np.int64], atoms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bonds between some atoms, numbered among these.

    Parameters
    ----------
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds of all atoms.
    atoms : ndarray, shape=(n,), dtype=int64
        Some atoms, by increasing number.

    Returns
    -------
    ndarray, shape=(n_inner, 2), dtype=int64
        Bonds.
    """
    inner = bonds[np.isin(bonds, atoms).all(1)]
    return np.searchsorted(atoms, inner)
