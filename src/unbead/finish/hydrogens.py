"""Hydrogens, placed by OpenMM with a force field."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from unbead.chem.particles import Particles
from unbead.finish.extras import require
from unbead.finish.forcefield import load_forcefield, told_missing
from unbead.finish.molecule import Molecule, chain_starts, known_template, with_bonds
from unbead.finish.topology import residue_groups, to_topology, unique_names

THREADS = "Threads"


def add_hydrogens(molecule: Molecule, forcefield: str) -> Molecule:
    """Add the hydrogens that the residues' states and places in the chain ask for.

    Heavy atoms stay where they are. The same input gives the same output.

    Parameters
    ----------
    molecule : Molecule
        Heavy atoms with OXT; residues bear the names of their states.
    forcefield : str
        ``amber14`` or ``charmm36``; its energy decides where the hydrogens point.

    Returns
    -------
    Molecule
        All atoms, each hydrogen after the heavy atom it is bonded to.

    Raises
    ------
    UnbeadError
        If the force field has no template for a residue.
    """
    openmm, app = require("openmm"), require("openmm.app")
    atoms = molecule.atoms
    modeller = app.Modeller(
        to_topology(molecule, forcefield), atoms.positions.astype(float) / 10 * openmm.unit.nanometer
    )
    with told_missing(molecule, forcefield), _repeatable() as platform:
        modeller.addHydrogens(load_forcefield(forcefield), variants=_variants(atoms, forcefield), platform=platform)
    added = list(modeller.topology.atoms())
    is_hydrogen = np.array([atom.element.symbol == "H" for atom in added])
    source = np.cumsum(~is_hydrogen) - 1  # the heavy atom itself, or the one that bears the hydrogen
    positions = np.array(modeller.positions.value_in_unit(openmm.unit.angstrom), np.float32)
    full = replace(
        atoms.select(source),
        names=np.array([atom.name.rpartition(".")[2] for atom in added]),
        positions=np.where(is_hydrogen[:, None], positions, atoms.positions[source]),
        elements=np.array([atom.element.symbol for atom in added]),
    )
    return with_bonds(full, molecule.disulfides)


def hydrogens_wanted(atoms: Particles) -> list[list[tuple[str, str]]]:
    """List the hydrogens of every residue and the heavy atoms that bear them.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms; residues bear the names of their states.

    Returns
    -------
    list of list of (str, str)
        For each residue the hydrogens, each with the heavy atom it is bonded to, by name.
    """
    wanted = []
    for i, first in enumerate(chain_starts(atoms).tolist()):
        known = known_template(atoms, i)
        pairs = [(known.atoms[b], known.atoms[a]) for a, b in np.sort(known.bonds, 1).tolist() if b >= known.n_heavy]
        if known.kind == "amino" and (first or known.parent == "PRO"):
            numbers = "23" if known.parent == "PRO" else "123"
            pairs = [pair for pair in pairs if pair[0] != "H"] + [(f"H{n}", "N") for n in numbers if first]
        wanted.append(pairs)
    return wanted


def _variants(atoms: Particles, forcefield: str) -> list[list[tuple[str, str]]]:
    """What `hydrogens_wanted` says, for each residue of the force field and under the names of `to_topology`."""
    groups = residue_groups(atoms, forcefield)
    unique = dict(zip(zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True),
                      unique_names(atoms, groups), strict=True))  # fmt: skip
    variants: list[list[tuple[str, str]]] = [[] for _ in range(groups[-1] + 1)]
    for i, pairs in enumerate(hydrogens_wanted(atoms)):
        variants[groups[i]].extend((name, unique[i, bearer]) for name, bearer in pairs)
    return variants


@contextmanager
def _repeatable() -> Iterator[Any]:
    """Yield a platform that sums forces in one order (one thread), while the directions that OpenMM draws are fixed."""
    platform = require("openmm").Platform.getPlatformByName("CPU")
    state, before = random.getstate(), platform.getPropertyDefaultValue(THREADS)
    random.seed(0)
    platform.setPropertyDefaultValue(THREADS, "1")
    try:
        yield platform
    finally:
        random.setstate(state)
        platform.setPropertyDefaultValue(THREADS, before)
