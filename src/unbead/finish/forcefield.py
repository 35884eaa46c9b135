"""The force fields that finishing knows, and the systems they make."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from unbead.chem.solvent import WATER
from unbead.errors import UnbeadError
from unbead.finish.extras import require
from unbead.finish.molecule import Molecule
from unbead.finish.proteins import charmm_proteins
from unbead.finish.topology import label_group, to_topology
from unbead.io.box import reduced_vectors

FORCE_FIELDS = ("amber14", "charmm36")
# States that a force field describes only inside a chain.
INNER_STATES = {"amber14": frozenset(("ASH", "GLH", "LYN", "CYM")), "charmm36": frozenset()}
CUTOFF = 2.0  # nm
LARGE = 3000  # atoms; beyond, interactions end at the cut-off
PERIODIC_CUTOFF = 1.0  # nm, of the direct part of Ewald sums


@cache
def load_forcefield(name: str) -> Any:
    """Load a force field.

    Parameters
    ----------
    name : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    openmm.app.ForceField
        The force field.

    Raises
    ------
    UnbeadError
        If the name is unknown or OpenMM is not installed.
    """
    if name not in FORCE_FIELDS:
        raise UnbeadError(f"force field {name} is unknown; use {' or '.join(FORCE_FIELDS)}")
    app = require("openmm.app")
    if name == "charmm36":
        return app.ForceField(charmm_proteins(), "charmm36/water.xml")
    return app.ForceField("amber14-all.xml", "amber14/tip3p.xml")


def create_system(molecule: Molecule, forcefield: str, *, solvent: bool = True, constraints: Any = None) -> Any:
    """Make the OpenMM system of a molecule with hydrogens.

    Parameters
    ----------
    molecule : Molecule
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.
    solvent : bool
        Whether to add implicit water (OBC2) where there is no other.
    constraints : openmm.app constraints, optional
        Such as ``HBonds``; none by default.

    Returns
    -------
    openmm.System
        With water and a box: periodic, with Ewald sums (PME) and 1 nm. Otherwise without periodicity; without cut-off
        up to 3,000 atoms, cut at 2 nm beyond.

    Raises
    ------
    UnbeadError
        If the force field has no template for a residue.
    """
    openmm, app = require("openmm"), require("openmm.app")
    large = len(molecule.atoms) > LARGE
    topology = to_topology(molecule, forcefield)
    method, cutoff = (app.CutoffNonPeriodic if large else app.NoCutoff), CUTOFF
    wet, box = bool((molecule.atoms.residues.names == WATER).any()), molecule.atoms.box
    if wet and box is not None:
        vectors = reduced_vectors(box)
        topology.setPeriodicBoxVectors(vectors / 10 * openmm.unit.nanometer)
        method, cutoff = app.PME, min(PERIODIC_CUTOFF, 0.049 * float(np.diag(vectors).min()))
    with told_missing(molecule, forcefield):
        system = load_forcefield(forcefield).createSystem(
            topology,
            nonbondedMethod=method,
            nonbondedCutoff=cutoff * openmm.unit.nanometer,
            constraints=constraints,
            rigidWater=False,
        )
    if solvent and not wet:
        _add_water(system, topology, large)
    return system


def _add_water(system: Any, topology: Any, large: bool) -> None:
    """Add OpenMM's own OBC2 force: on the CPU many times faster than the general one that its XML files ask for."""
    openmm = require("openmm")
    parameters = require("openmm.app.internal.customgbforces").GBSAOBC2Force.getStandardParameters(topology)
    (nonbonded,) = (force for force in system.getForces() if isinstance(force, openmm.NonbondedForce))
    nonbonded.setReactionFieldDielectric(1.0)  # the solvent screens, so the cut-off must not
    water = openmm.GBSAOBCForce()
    for i, (radius, scale) in enumerate(parameters):
        water.addParticle(nonbonded.getParticleParameters(i)[0], radius, scale)
    if large:
        water.setNonbondedMethod(openmm.GBSAOBCForce.CutoffNonPeriodic)
        water.setCutoffDistance(CUTOFF)
    system.addForce(water)


@contextmanager
def told_missing(molecule: Molecule, forcefield: str) -> Iterator[None]:
    """Name the residue when OpenMM finds no template for it.

    Parameters
    ----------
    molecule : Molecule
        What is given to OpenMM.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Raises
    ------
    UnbeadError
        If the force field has no template, or several, for a residue.
    """
    try:
        yield
    except Exception as error:  # OpenMM raises ValueError as well as Exception itself
        found = re.search(r"templates? found for residue (\d+)", str(error))
        if found is None:
            raise
        label = label_group(molecule.atoms, forcefield, int(found.group(1)))
        (other,) = (name for name in FORCE_FIELDS if name != forcefield)
        raise UnbeadError(
            f"{label}: force field {forcefield} has no template of this residue in this place;"
            f" see whether {other} has, else leave the residue out"
        ) from None
