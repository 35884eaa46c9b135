"""Ions that make a system neutral."""

from dataclasses import replace
from typing import Any

import numpy as np

from unbead.chem.particles import Particles, join
from unbead.chem.solvent import IONS
from unbead.finish.extras import require
from unbead.finish.fill import near_molecules
from unbead.finish.forcefield import create_system
from unbead.finish.molecule import Molecule

OFF = 5.0  # Å that ions keep from molecules where there is room


def total_charge(molecule: Molecule, forcefield: str) -> int:
    """Add up the charges that a force field gives the atoms.

    Parameters
    ----------
    molecule : Molecule
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    int
        The charge in elementary charges.
    """
    openmm = require("openmm")
    forces: list[Any] = create_system(molecule, forcefield, solvent=False).getForces()
    (force,) = (force for force in forces if isinstance(force, openmm.NonbondedForce))
    charges = [force.getParticleParameters(i)[0]._value for i in range(force.getNumParticles())]
    return round(sum(charges))


def neutralise(water: Particles, molecule: Molecule, charge: int, seed: int = 0) -> Particles:
    """Put sodium or chloride in the place of some waters.

    Parameters
    ----------
    water : Particles
        Water with hydrogens, as `unbead.finish.fill.fill_box` makes it.
    molecule : Molecule
        What else is in the box.
    charge : int
        Its charge.
    seed : int
        Another seed chooses other waters.

    Returns
    -------
    Particles
        The other waters, then the ions.
    """
    n = min(abs(charge), len(water.residues))
    if n == 0:
        return water
    ion = IONS["CL" if charge > 0 else "NA"]
    near = near_molecules(water.positions[::3], molecule, OFF)
    order = np.lexsort((np.random.default_rng(seed).random(len(near)), near))  # those far from molecules first
    chosen = np.zeros(len(near), bool)
    chosen[order[:n]] = True
    oxygens = water.select(np.arange(0, len(water), 3)).select_residues(chosen)
    ions = Particles(
        names=np.full(n, ion.name),
        positions=oxygens.positions,
        residue_index=np.arange(n),
        residues=replace(oxygens.residues, names=np.full(n, ion.name)),
        elements=np.full(n, ion.element),
        b_factors=oxygens.b_factors,
        box=water.box,
    )
    return join([water.select_residues(~chosen), ions])
