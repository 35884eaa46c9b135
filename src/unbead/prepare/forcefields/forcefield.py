"""The force fields that finishing knows, and the systems they make."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.prepare.export.naming import CHARMM_RESIDUES
from unbead.prepare.export.openmm_topology import label_group, residue_groups, to_topology
from unbead.prepare.extras import require
from unbead.prepare.forcefields.charmm import LIPIDATED, charmm_residues
from unbead.prepare.forcefields.charmm_patches import PHOSPHORYLATED
from unbead.prepare.forcefields.nbfix import fold_tables
from unbead.prepare.forcefields.phosphate import phosphate_residues
from unbead.prepare.forcefields.single_residues import lone_residues
from unbead.prepare.molecule import Molecule, of_polymers
from unbead.prepare.solvation.solvent_model import Surroundings, surroundings

FORCE_FIELDS = ("amber14", "charmm36")
CHARMM_ONLY = frozenset(PHOSPHORYLATED) | LIPIDATED  # residues of polymers that Amber lacks
# States that a force field describes only inside a chain.
INNER_STATES = {"amber14": frozenset(("ASH", "GLH", "LYN", "CYM")), "charmm36": frozenset()}


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
        return app.ForceField(charmm_residues(), "charmm36/water.xml")
    return app.ForceField("amber14-all.xml", "amber14/tip3p.xml", lone_residues(), phosphate_residues())


def create_system(
    molecule: Molecule, forcefield: str, *, solvent: bool = True, constraints: Any = None, tables: bool = False
) -> Any:
    """Make the OpenMM system of atoms with hydrogens.

    Parameters
    ----------
    molecule : Molecule
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.
    solvent : bool
        Whether to add implicit water (OBC2) where there is no real water.
    constraints : openmm.app constraints, optional
        Such as ``HBonds``, which also make water rigid; none by default.
    tables : bool
        Whether to leave van der Waals terms as OpenMM's file of the force field makes them; see `fold_tables`.

    Returns
    -------
    openmm.System
        In a box filled with water: periodic, with Ewald sums (PME). Otherwise as
        `unbead.prepare.solvation.solvent_model` says.

    Raises
    ------
    UnbeadError
        If the force field has no template for a residue.
    """
    openmm, app = require("openmm"), require("openmm.app")
    refuse_unknown(molecule.atoms, forcefield)
    around = surroundings(molecule.atoms, forcefield)
    topology = to_topology(molecule, forcefield)
    if around.vectors is not None:
        topology.setPeriodicBoxVectors(around.vectors / 10 * openmm.unit.nanometer)
    periodic = app.PME if around.solvated else app.CutoffPeriodic
    open_ = app.NoCutoff if around.cutoff is None else app.CutoffNonPeriodic
    with told_missing(molecule, forcefield):
        system = load_forcefield(forcefield).createSystem(
            topology,
            nonbondedMethod=open_ if around.vectors is None else periodic,
            nonbondedCutoff=(around.cutoff or 0.0) * openmm.unit.nanometer,
            switchDistance=None if around.switch is None else around.switch * openmm.unit.nanometer,
            constraints=constraints,
            rigidWater=constraints is not None,
            residueTemplates=_templates_of_molecules(molecule.atoms, forcefield, topology),
        )
    if not tables:
        fold_tables(system)
    if solvent and not around.solvated:
        _add_water(system, topology, around)
    return system


def refuse_unknown(atoms: Particles, forcefield: str) -> None:
    """Complain of a lipid, an ion or another molecule that a force field does not describe.

    Parameters
    ----------
    atoms : Particles
        A structure under template names.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Raises
    ------
    UnbeadError
        If there is one; the message names the first.
    """
    names = atoms.residues.names
    lost = np.flatnonzero(~of_polymers(atoms) & ~np.isin(names, known_molecules(names, forcefield)))
    if len(lost):
        (other,) = (name for name in FORCE_FIELDS if name != forcefield)
        remedy = f"use --forcefield {other}" if known_molecules(names[lost[:1]], other) else "leave the residue out"
        raise UnbeadError(
            f"{atoms.residues.label(int(lost[0]))}: force field {forcefield} does not describe it; {remedy}"
        )


def known_molecules(names: NDArray[np.str_], forcefield: str) -> list[str]:
    """Select the names of molecules that a force field describes.

    Parameters
    ----------
    names : ndarray, shape=(n,), dtype=str
        Names of templates.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    list of str
        Those that it describes, each once.
    """
    described = load_forcefield(forcefield)._templates
    return [name for name in np.unique(names).tolist() if _called(name, forcefield) in described]


def _called(name: str, forcefield: str) -> str:
    """What a force field's file calls a molecule."""
    return CHARMM_RESIDUES.get(name, name) if forcefield == "charmm36" else name


def _templates_of_molecules(atoms: Particles, forcefield: str, topology: Any) -> dict[Any, str]:
    """Say which entry describes each single molecule: several may have the same bonds."""
    alone = (~of_polymers(atoms)).tolist()
    groups = residue_groups(atoms, forcefield).tolist()
    residues = list(topology.residues())
    names = {name: _called(name, forcefield) for name in set(atoms.residues.names.tolist())}
    rows = zip(groups, atoms.residues.names.tolist(), alone, strict=True)
    return {residues[group]: names[name] for group, name, single in rows if single}


def _add_water(system: Any, topology: Any, around: Surroundings) -> None:
    """Add OpenMM's own OBC2 force: on the CPU many times faster than the general one that its XML files ask for."""
    openmm = require("openmm")
    parameters = require("openmm.app.internal.customgbforces").GBSAOBC2Force.getStandardParameters(topology)
    (nonbonded,) = (force for force in system.getForces() if isinstance(force, openmm.NonbondedForce))
    nonbonded.setReactionFieldDielectric(1.0)  # the solvent screens, so the cut-off must not
    water = openmm.GBSAOBCForce()
    for i, (radius, scale) in enumerate(parameters):
        water.addParticle(nonbonded.getParticleParameters(i)[0], radius, scale)
    if around.cutoff is not None:
        water.setNonbondedMethod(
            openmm.GBSAOBCForce.CutoffNonPeriodic if around.vectors is None else openmm.GBSAOBCForce.CutoffPeriodic
        )
        water.setCutoffDistance(around.cutoff)
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
        found = re.search(r"(?:templates? found for|does not match the) residue (\d+)", str(error))
        if found is None:
            raise
        group = int(found.group(1))
        label = label_group(molecule.atoms, forcefield, group)
        mine = molecule.atoms.residues.names[residue_groups(molecule.atoms, forcefield) == group]
        raise UnbeadError(
            f"{label}: force field {forcefield} has no template of this residue in this place;"
            f" {_remedy(mine.tolist(), forcefield)}"
        ) from None


def _remedy(names: list[str], forcefield: str) -> str:
    """What helps where a force field has no template of residues of a polymer."""
    if "MSE" in names:
        return "unbead finish --mse-to-met makes it methionine"
    if forcefield == "amber14" and not CHARMM_ONLY.isdisjoint(names):
        return "use --forcefield charmm36"
    return "leave the residue out"
