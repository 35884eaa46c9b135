"""Which points each atom of a chain is placed from, as fields of a batch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unbead.chem.torsions.zmatrix import ZMatrix
from unbead.models import keys

NOT_AT_END, N_AT_END, C_AT_END = range(3)


def chain_neighbours(bonded_to_previous: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return two residues of the chain that tell the directions of N and of C at each residue.

    Parameters
    ----------
    bonded_to_previous : ndarray, shape=(n,), dtype=bool
        Whether a residue is bonded to the one before.

    Returns
    -------
    ndarray, shape=(n, 2, 2), dtype=int64
        For N the residues before and after, for C those after and before. Where one is missing at the end of a chain
        the two next ones of the same side stand for both; -1 where the chain has not so many.
    """
    n = len(bonded_to_previous)
    joined = np.append(bonded_to_previous, False)
    joined[0] = False

    def _step(residue: NDArray[np.int64], way: int) -> NDArray[np.int64]:
        bond = joined[np.where(way > 0, residue + 1, residue)]
        return np.where((residue >= 0) & bond, residue + way, -1)

    own = np.arange(n)
    before, after = _step(own, -1), _step(own, 1)
    before2, after2 = _step(before, -1), _step(after, 1)
    at_n = np.stack([np.where(before >= 0, before, after), np.where(before >= 0, after, after2)], 1)
    at_n[:, 1] = np.where((before >= 0) & (after < 0), before2, at_n[:, 1])
    at_c = np.stack([np.where(after >= 0, after, before), np.where(after >= 0, before, before2)], 1)
    at_c[:, 1] = np.where((after >= 0) & (before < 0), after2, at_c[:, 1])
    return np.stack([at_n, at_c], 1)


def internal_fields(
    residues: Sequence[ZMatrix], first: NDArray[np.int64], bonded_to_previous: NDArray[np.bool_], n_atoms: int
) -> dict[str, NDArray]:
    """Make the fields of internal coordinates for chains with one bead at each Cα.

    Parameters
    ----------
    residues : sequence of ZMatrix
        Z-matrix of each residue.
    first : ndarray, shape=(n_residues,), dtype=int64
        First atom of each residue; its heavy atoms follow in template order.
    bonded_to_previous : ndarray, shape=(n_residues,), dtype=bool
        Whether a residue is bonded to the one before.
    n_atoms : int
        Atoms in all.

    Returns
    -------
    dict of str to ndarray
        The fields `REFERENCES`, `DEPTH`, `CHAIN_END` and `AXES` of `unbead.models.keys`.
    """
    references = np.full((n_atoms, 3), -1, np.int64)
    depth = np.zeros(n_atoms, np.int64)
    end = np.full(n_atoms, NOT_AT_END, np.int64)
    near = chain_neighbours(bonded_to_previous)
    own = np.arange(len(first))
    ca = np.zeros(len(first), np.int64)
    kinds: dict[int, list[int]] = {}
    for i, residue in enumerate(residues):
        kinds.setdefault(id(residue), []).append(i)
    groups = [(residues[rows[0]], np.array(rows)) for rows in kinds.values()]
    for residue, rows in groups:
        ca[rows] = first[rows] + np.flatnonzero(residue.depth == 0)[0]
    for residue, rows in groups:
        atoms = first[rows][:, None] + np.arange(len(residue.depth))
        inside = residue.references
        references[atoms] = np.where(inside >= 0, inside + first[rows][:, None, None], -1)
        depth[atoms] = residue.depth
        at_n, at_c = np.flatnonzero(residue.depth == 1)
        for slot, which, code in ((at_n, 0, N_AT_END), (at_c, 1, C_AT_END)):
            sides = near[rows, which]
            references[atoms[:, slot], 1:] = np.where(sides >= 0, ca[sides], -1)
            there = rows - 1 if which == 0 else rows + 1
            end[atoms[:, slot]] = np.where(sides[:, 0] == there, NOT_AT_END, code)
        references[atoms[:, residue.depth == 0]] = atoms[:, residue.depth == 0][..., None]
    axes = np.where(near[:, 0] >= 0, near[:, 0], own[:, None])
    return {
        keys.REFERENCES: np.where(references >= 0, references, np.arange(n_atoms)[:, None]),
        keys.DEPTH: depth,
        keys.CHAIN_END: end,
        keys.AXES: axes,
    }
