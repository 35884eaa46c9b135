"""Geometry of one whole molecule, hydrogens included, as lengths that its own frames have.

The relaxer of systems goes by templates, which know heavy atoms. A molecule that a model has learnt from frames needs
none: atoms one and two bonds apart have the distances of the frames, and others stay out of reach of a bond.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.chem.elements import COVALENT_RADII
from unbead.structure.bond_graph import STRETCH

CLEAR = 0.3  # Å beyond the reach of a bond, within which atoms that are not bonded are in each other's way
STEPS, RATE = 200, 0.02  # of Adam, the rate in Å
OVERLAP = 30.0  # weight of atoms in each other's way against wrong lengths


@dataclass(frozen=True)
class Shape:
    """What all frames of a molecule have in common.

    Attributes
    ----------
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms one and two bonds apart.
    lengths : Tensor, shape=(n_pairs,)
        How far apart they are, in Å.
    limits : Tensor, shape=(n_atoms, n_atoms)
        How far apart others should be at least, in Å; 0 for those pairs, and below the diagonal.
    """

    pairs: Tensor
    lengths: Tensor
    limits: Tensor

    def to(self, device: torch.device | str) -> "Shape":
        """Return the same on a device.

        Parameters
        ----------
        device : torch.device or str
            Where.

        Returns
        -------
        Shape
            The tables there.
        """
        return Shape(self.pairs.to(device), self.lengths.to(device), self.limits.to(device))


def near_in_bonds(n_atoms: int, bonds: NDArray[np.int64]) -> NDArray[np.int64]:
    """List the pairs of atoms one or two bonds apart.

    Parameters
    ----------
    n_atoms : int
        Atoms.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.

    Returns
    -------
    ndarray, shape=(n_pairs, 2), dtype=int64
        Pairs, the lower atom first.
    """
    joined = np.zeros((n_atoms, n_atoms), np.int64)
    joined[bonds[:, 0], bonds[:, 1]] = joined[bonds[:, 1], bonds[:, 0]] = 1
    return np.argwhere(np.triu(joined + joined @ joined, 1) > 0)


def make_shape(elements: list[str], pairs: NDArray[np.int64], lengths: NDArray[np.floating]) -> Shape:
    """Collect the tables of a molecule.

    Parameters
    ----------
    elements : list of str
        Element symbols.
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        What `near_in_bonds` returns.
    lengths : ndarray, shape=(n_pairs,), dtype=float
        Their distances in Å.

    Returns
    -------
    Shape
        The tables.
    """
    radius = np.array([COVALENT_RADII[element] for element in elements])
    limits = np.triu(STRETCH * (radius[:, None] + radius) + CLEAR, 1)
    limits[pairs[:, 0], pairs[:, 1]] = 0.0
    return Shape(
        torch.from_numpy(pairs),
        torch.from_numpy(lengths.astype(np.float32)),
        torch.from_numpy(limits.astype(np.float32)),
    )


def mean_lengths(frames: NDArray[np.floating], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean distances of pairs of atoms in Å, shape (n_pairs,).

    Parameters
    ----------
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float
        Positions in Å.
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Atoms.

    Returns
    -------
    ndarray, shape=(n_pairs,), dtype=float64
        The lengths.
    """
    return np.linalg.norm(frames[:, pairs[:, 0]] - frames[:, pairs[:, 1]], axis=-1).mean(0, dtype=np.float64)


def distances(atoms: Tensor, pairs: Tensor) -> Tensor:
    """Distances of pairs in every frame, shape (n_frames, n_pairs), with a finite gradient at zero.

    Parameters
    ----------
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    pairs : Tensor, shape=(n_pairs, 2), dtype=int64
        Atoms.

    Returns
    -------
    Tensor, shape=(n_frames, n_pairs)
        Distances in Å.
    """
    i, j = pairs.unbind(1)
    return torch.sqrt((atoms[:, i] - atoms[:, j]).square().sum(-1) + 1e-6)


def overlap(atoms: Tensor, limits: Tensor) -> Tensor:
    """Sum of max(0, limit − d)² over pairs of atoms of a frame, in Å².

    Parameters
    ----------
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    limits : Tensor, shape=(n_atoms, n_atoms)
        Å that they should be apart.

    Returns
    -------
    Tensor, shape=()
        The sum over all frames.
    """
    with torch.no_grad():  # few pairs are near
        frame, i, j = (torch.cdist(atoms, atoms) < limits).nonzero(as_tuple=True)
    apart = torch.sqrt((atoms[frame, i] - atoms[frame, j]).square().sum(-1) + 1e-6)
    return torch.relu(limits[i, j] - apart).square().sum()


def settle(atoms: Tensor, shape: Shape, operator: Tensor, lift: Tensor) -> Tensor:
    """Bring the lengths of molecules in order and part atoms, their beads staying where they are.

    Parameters
    ----------
    atoms : Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    shape : Shape
        The molecule.
    operator : Tensor, shape=(n_beads, n_atoms)
        M of the mapping.
    lift : Tensor, shape=(n_atoms, n_beads)
        How atoms follow their beads; M · lift = 1.

    Returns
    -------
    Tensor, shape=(n_frames, n_atoms, 3)
        Positions in Å.
    """
    start, move = atoms.detach(), torch.zeros_like(atoms, requires_grad=True)
    optimiser = torch.optim.Adam([move], lr=RATE)
    with torch.enable_grad():
        for _ in range(STEPS):
            found = start + move - lift @ (operator @ move)
            wrong = (distances(found, shape.pairs) - shape.lengths).square().sum()
            optimiser.zero_grad()
            (wrong + OVERLAP * overlap(found, shape.limits)).backward()
            optimiser.step()
    return (start + move - lift @ (operator @ move)).detach()
