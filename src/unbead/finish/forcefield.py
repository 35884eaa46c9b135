"""The force fields that finishing knows, and the systems they make."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from unbead.errors import UnbeadError
from unbead.finish.extras import require
from unbead.finish.molecule import Molecule
from unbead.finish.proteins import charmm_proteins
from unbead.finish.topology import label_group, to_topology

SOLVENT = "implicit/gbn2.xml"
FORCE_FIELDS = ("amber14", "charmm36")
# States that a force field describes only inside a chain.
INNER_STATES = {"amber14": frozenset(("ASH", "GLH", "LYN", "CYM")), "charmm36": frozenset()}
CUTOFF = 2.0  # nm
LARGE = 6000  # atoms; beyond, interactions end at the cut-off


@cache
def load_forcefield(name: str, solvent: bool) -> Any:
    """Load a force field.

    Parameters
    ----------
    name : str
        ``amber14`` or ``charmm36``.
    solvent : bool
        Whether to add implicit water (GBn2).

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
    file = charmm_proteins() if name == "charmm36" else "amber14-all.xml"
    return app.ForceField(file, *([SOLVENT] if solvent else []))


def create_system(molecule: Molecule, forcefield: str, *, solvent: bool = True, constraints: Any = None) -> Any:
    """Make the OpenMM system of a molecule with hydrogens.

    Parameters
    ----------
    molecule : Molecule
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.
    solvent : bool
        Whether to add implicit water (GBn2).
    constraints : openmm.app constraints, optional
        Such as ``HBonds``; none by default.

    Returns
    -------
    openmm.System
        Without periodicity; without cut-off up to 6,000 atoms, cut at 2 nm beyond.

    Raises
    ------
    UnbeadError
        If the force field has no template for a residue.
    """
    app = require("openmm.app")
    large = len(molecule.atoms) > LARGE
    with told_missing(molecule, forcefield):
        return load_forcefield(forcefield, solvent).createSystem(
            to_topology(molecule, forcefield),
            nonbondedMethod=app.CutoffNonPeriodic if large else app.NoCutoff,
            nonbondedCutoff=CUTOFF,
            constraints=constraints,
            rigidWater=False,
        )


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
        others = " or ".join(name for name in FORCE_FIELDS if name != forcefield)
        raise UnbeadError(
            f"{label}: force field {forcefield} has no template of this residue in this place;"
            f" try --forcefield {others}, or finish the other residues without it"
        ) from None
