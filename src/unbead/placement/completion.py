"""Atoms that the network does not know, laid beside those that it placed."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template, template
from unbead.errors import UnbeadError
from unbead.mapping.assemble import Assembly
from unbead.structure.superpose import superpose


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
