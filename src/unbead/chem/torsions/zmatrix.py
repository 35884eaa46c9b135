"""Z-matrices of residues: the three atoms that each heavy atom is placed from, from Cα outwards.

N is placed from (Cα, Cα before, Cα after) and C from (Cα, Cα after, Cα before), O from (C, Cα, N), and the side chain
along its bonds. An atom that branches off is placed by its torsion against the first branch, so that handedness and
planarity are torsions of their own, with little spread (GenZProt: Yang and Gómez-Bombarelli, arXiv:2303.01569).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template
from unbead.errors import UnbeadError

BACKBONE = ("N", "CA", "C", "O")


@dataclass(frozen=True, eq=False)
class ZMatrix:
    """How the heavy atoms of one residue follow from each other.

    Attributes
    ----------
    references : ndarray, shape=(n_heavy, 3), dtype=int64
        The atoms at the other end of the bond, of the angle and of the torsion; -1 where they are beads of the chain
        (CA itself, and the last two of N and C).
    depth : ndarray, shape=(n_heavy,), dtype=int64
        Atoms between this one and CA, plus one; 0 for CA. All references are of a smaller depth.
    """

    references: NDArray[np.int64]
    depth: NDArray[np.int64]


@cache
def zmatrix(known: Template) -> ZMatrix:
    """Make the Z-matrix of an amino acid.

    Parameters
    ----------
    known : Template
        A residue with atoms N, CA, C and O.

    Returns
    -------
    ZMatrix
        References and depths of its heavy atoms.

    Raises
    ------
    UnbeadError
        If the residue is no amino acid, or its heavy atoms are not bonded to each other.
    """
    n_atom, ca, c, o = (known.index(name) for name in BACKBONE)
    if min(n_atom, ca, c, o) < 0:
        raise UnbeadError(f"residue {known.name} has no N, CA, C and O to start from; give an amino acid")
    heavy = known.n_heavy
    bonded: list[list[int]] = [[] for _ in range(heavy)]
    for i, j in known.bonds[(known.bonds < heavy).all(1)].tolist():
        bonded[i].append(j)
        bonded[j].append(i)
    references = np.full((heavy, 3), -1, np.int64)
    depth = np.full(heavy, -1, np.int64)
    depth[ca] = 0
    references[n_atom, 0] = references[c, 0] = ca
    depth[[n_atom, c]] = 1
    references[o], depth[o] = (c, ca, n_atom), 2
    towards = {ca: c, n_atom: ca, c: ca, o: c}  # second reference of what is bonded to an atom
    beyond = {ca: n_atom, n_atom: c, c: n_atom, o: ca}  # third reference of the first atom that is bonded to it
    first: dict[int, int] = {c: o}
    while (depth < 0).any():
        ready = [
            (parent in (n_atom, c), depth[parent], atom, parent)
            for atom in np.flatnonzero(depth < 0).tolist()
            for parent in bonded[atom]
            if depth[parent] >= 0
        ]
        if not ready:
            raise UnbeadError(f"residue {known.name}: its heavy atoms are not all bonded to each other")
        _, _, atom, parent = min(ready)  # side chains from Cβ on, rings on the shorter way
        sibling = first.get(parent)
        third = beyond[parent] if sibling is None else sibling
        references[atom] = parent, towards[parent], third
        depth[atom] = 1 + max(depth[parent], depth[third])
        first.setdefault(parent, atom)
        towards[atom], beyond[atom] = parent, towards[parent] if parent != ca else n_atom
    return ZMatrix(references, depth)
