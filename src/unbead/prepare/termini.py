"""The second oxygen of C-termini."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.prepare.molecule import atom_index, chain_ends, known_template

CARBOXYLATE_LENGTH = 1.25  # Å, C–O


def place_oxt(ca: NDArray, c: NDArray, o: NDArray) -> NDArray[np.float64]:
    """Place OXT in the plane of CA, C and O, on the bisector's other side.

    OXT–C points away from the sum of the unit vectors from C to CA and to O, which makes both new angles equal:
    117° to 122° for carbonyl groups as they are.

    Parameters
    ----------
    ca, c, o : ndarray, shape=(n, 3), dtype=float
        Positions in Å; the three must not lie on a line.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float64
        Positions of OXT in Å, 1.25 Å from C.
    """
    carbon = np.asarray(c, np.float64)
    opposite = _unit(carbon - ca) + _unit(carbon - o)
    return carbon + CARBOXYLATE_LENGTH * _unit(opposite)


def add_oxt(atoms: Particles) -> Particles:
    """Give every amino acid that ends a polymer its OXT; caps end it without.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names.

    Returns
    -------
    Particles
        The atoms with OXT last in its residue.
    """
    c, o, ca, oxt = (atom_index(atoms, name) for name in ("C", "O", "CA", "OXT"))
    amino = np.array([known_template(atoms, i).kind == "amino" for i in range(len(atoms.residues))])
    where = np.flatnonzero(chain_ends(atoms) & amino & (oxt < 0))
    if not len(where):
        return atoms
    last = np.searchsorted(atoms.residue_index, where, side="right")
    x = atoms.positions
    return replace(
        atoms,
        names=np.insert(atoms.names.astype(object), last, "OXT").astype(str),
        positions=np.insert(x, last, place_oxt(x[ca[where]], x[c[where]], x[o[where]]), axis=0),
        residue_index=np.insert(atoms.residue_index, last, where),
        elements=np.insert(atoms.elements.astype(object), last, "O").astype(str),
        b_factors=np.insert(atoms.b_factors, last, atoms.b_factors[o[where]]),
    )


def _unit(vectors: NDArray) -> NDArray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
