"""Atoms that the network does not know, laid beside those that it placed."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template, template
from unbead.errors import UnbeadError
from unbead.mapping.assemble import Assembly


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


def complete(assembly: Assembly, positions: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Place the atoms that the network left out by the residue's ideal conformer.

    The conformer is laid onto the known atoms nearest to the unknown ones along the bonds.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Positions in Å, right where `known`.
    known : ndarray, shape=(n_atoms,), dtype=bool
        Atoms that the network placed.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        All positions in Å.

    Raises
    ------
    UnbeadError
        If the network knows fewer than three atoms of a residue.
    """
    if known.all():
        return positions
    positions = positions.copy()
    index = assembly.atoms.residue_index
    first = np.searchsorted(index, np.arange(len(assembly.template_names)))
    open_residues = np.unique(index[~known])
    for name in np.unique(assembly.template_names[open_residues]):
        pattern = template(str(name))
        assert pattern is not None, f"no template for {name}"
        rows = first[open_residues[assembly.template_names[open_residues] == name]]
        mask = known[rows[0] + np.arange(pattern.n_heavy)]
        if mask.sum() < 3:
            where = assembly.atoms.residues.label(int(index[rows[0]]))
            raise UnbeadError(f"{where}: the model knows too few of its atoms; remove the residue or train it")
        guides = _nearest(pattern, mask)
        goal = positions[rows[:, None] + guides]
        rotation, shift = superpose(pattern.coordinates[guides], goal)
        for slot in np.flatnonzero(~mask):
            positions[rows + slot] = pattern.coordinates[slot] @ rotation + shift
    return positions


def _nearest(pattern: Template, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Slots of the known atoms fewest bonds away from an unknown one, at least three and not many more."""
    heavy = pattern.n_heavy
    bonded: list[list[int]] = [[] for _ in range(heavy)]
    for a, b in pattern.bonds:
        if max(a, b) < heavy:
            bonded[a].append(int(b))
            bonded[b].append(int(a))
    away = {int(i): 0 for i in np.flatnonzero(~mask)}
    queue = deque(away)
    while queue:
        i = queue.popleft()
        for j in bonded[i]:
            if j not in away:
                away[j] = away[i] + 1
                queue.append(j)
    order = sorted(np.flatnonzero(mask), key=lambda i: (away.get(int(i), heavy), i))
    limit = away.get(int(order[2]), heavy)
    return np.array([i for i in order if away.get(int(i), heavy) <= limit])
