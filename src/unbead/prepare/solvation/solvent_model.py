"""What a system has around it: a periodic box of real water, or implicit water."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.solvent import WATER
from unbead.prepare.molecule import of_polymers
from unbead.structure.box import reduced_vectors

ROOMY = 45.0  # Å³ per heavy atom; water takes 30 and proteins 18, so that beyond, the box is half empty
CUTOFFS = {"amber14": 1.0, "charmm36": 1.2}  # nm, in a box of water; as the force fields were made
SWITCH = {"charmm36": 1.0}  # nm, where van der Waals forces begin to fade
IMPLICIT_CUTOFF = 2.0  # nm, in implicit water
LARGE = 3000  # atoms; up to here, implicit water needs no cut-off without a box
WIDEST = 0.49  # of the least height of the box, that a cut-off may reach


@dataclass(frozen=True)
class Surroundings:
    """What a system has around it.

    Attributes
    ----------
    solvated : bool
        Whether it is a box filled with real water; if not, water is implicit.
    vectors : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows, reduced; None without periodicity.
    cutoff : float or None
        Where interactions (in a box of water: their direct part) end, in nm; None: they do not.
    switch : float or None
        Where van der Waals forces begin to fade, in nm; None: they end at once.
    """

    solvated: bool
    vectors: NDArray[np.float64] | None
    cutoff: float | None
    switch: float | None


def surroundings(atoms: Particles, forcefield: str) -> Surroundings:
    """Decide what a system has around it.

    A box is filled if there is water in it and it holds a heavy atom per 45 Å³. Crystal waters in a unit cell do not
    fill it. Lipids that do not stand in water are periodic in their box nevertheless, so that no bilayer has an edge.

    Parameters
    ----------
    atoms : Particles
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    Surroundings
        Box, cut-off and the kind of water.
    """
    water = atoms.residues.names == WATER
    vectors = None if atoms.box is None else reduced_vectors(atoms.box)
    if vectors is not None:
        widest = WIDEST / 10 * float(np.diag(vectors).min())
        if fills_box(atoms):
            cutoff = min(CUTOFFS[forcefield], widest)
            switch = SWITCH.get(forcefield, CUTOFFS[forcefield]) / CUTOFFS[forcefield] * cutoff
            return Surroundings(True, vectors, cutoff, switch if switch < cutoff else None)
        if (~of_polymers(atoms) & ~water).any():
            return Surroundings(False, vectors, min(IMPLICIT_CUTOFF, widest), None)
    return Surroundings(False, None, IMPLICIT_CUTOFF if len(atoms) > LARGE else None, None)


def fills_box(atoms: Particles) -> bool:
    """Tell a box that is full, water included.

    Parameters
    ----------
    atoms : Particles
        A structure; water bears its template's name.

    Returns
    -------
    bool
        Whether there is water, and a heavy atom per 45 Å³.
    """
    if atoms.box is None or not (atoms.residues.names == WATER).any():
        return False
    volume = abs(np.linalg.det(reduced_vectors(atoms.box)))
    return bool(volume < ROOMY * max(int((atoms.elements != "H").sum()), 1))
