"""Hydrogens: those of polymers placed by OpenMM with a force field, those of other molecules as in their templates."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.prepare.export.openmm_topology import residue_groups, to_topology, unique_names
from unbead.prepare.extras import require
from unbead.prepare.forcefields.forcefield import load_forcefield, told_missing
from unbead.prepare.molecule import (
    Molecule,
    chain_ends,
    chain_starts,
    has_amino_end,
    known_template,
    of_polymers,
    select_residues,
    with_bonds,
)
from unbead.prepare.protonation.template_hydrogens import attach, sites
from unbead.prepare.solvation.water_orientation import turn_waters

THREADS = "Threads"


@dataclass(frozen=True)
class Hydrogens:
    """Hydrogens on heavy atoms.

    Attributes
    ----------
    parent : ndarray, shape=(n,), dtype=int64
        Heavy atom that each is bonded to.
    names : ndarray, shape=(n,), dtype=str
        Names.
    positions : ndarray, shape=(n, 3), dtype=float32
        Positions in Å.
    """

    parent: NDArray[np.int64]
    names: NDArray[np.str_]
    positions: NDArray[np.float32]


def add_hydrogens(molecule: Molecule, forcefield: str) -> Molecule:
    """Add the hydrogens that the residues' states and places in the chain ask for.

    Heavy atoms stay where they are. The same input gives the same output.

    Parameters
    ----------
    molecule : Molecule
        Heavy atoms with OXT; residues bear the names of their states.
    forcefield : str
        ``amber14`` or ``charmm36``; its energy decides where the hydrogens of polymers point. Those of other molecules
        are placed as in their templates, and waters turned to make hydrogen bonds.

    Returns
    -------
    Molecule
        All atoms, each hydrogen after the heavy atom it is bonded to.

    Raises
    ------
    UnbeadError
        If the force field has no template for a residue of a polymer.
    """
    atoms = molecule.atoms
    polymer = of_polymers(atoms)
    parts = on_molecules(atoms, np.flatnonzero(~polymer))
    if polymer.any():
        rows = np.flatnonzero(polymer[atoms.residue_index])
        part = on_polymers(select_residues(molecule, polymer), forcefield)
        parts.append(replace(part, parent=rows[part.parent]))
    parent = np.concatenate([part.parent for part in parts])
    n = len(atoms)
    order = np.argsort(np.concatenate([2 * np.arange(n), 2 * parent + 1]), kind="stable")
    source = np.concatenate([np.arange(n), parent])[order]
    full = replace(
        atoms.select(source),
        names=np.concatenate([atoms.names, *(part.names for part in parts)])[order],
        positions=np.concatenate([atoms.positions, *(part.positions for part in parts)])[order],
        elements=np.where(order < n, atoms.elements[source], "H"),
    )
    done = with_bonds(full, molecule.disulfides)
    return replace(done, atoms=full.with_positions(turn_waters(done)))


def on_molecules(atoms: Particles, residues: NDArray[np.int64]) -> list[Hydrogens]:
    """Place the hydrogens of lipids, water and other molecules of a single residue.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms of a system, in the order of their templates.
    residues : ndarray, shape=(n,), dtype=int64
        The molecules.

    Returns
    -------
    list of Hydrogens
        Hydrogens of each kind of molecule.
    """
    parts = []
    names = atoms.residues.names[residues]
    first = np.searchsorted(atoms.residue_index, residues)
    for name in np.unique(names).tolist():
        known = template(name)
        assert known is not None, f"{name} was checked before"
        mine = np.flatnonzero(names == name)
        rows = first[mine][:, None] + np.arange(known.n_heavy)
        parent = rows[:, sites(name).parent]
        placed = attach(name, atoms.positions[rows], residues[mine])
        parts.append(
            Hydrogens(
                parent=parent.ravel(),
                names=np.tile(np.array(known.atoms[known.n_heavy :], dtype=str), len(mine)),
                positions=placed.reshape(-1, 3).astype(np.float32),
            )
        )
    return parts


def on_polymers(molecule: Molecule, forcefield: str) -> Hydrogens:
    """Place the hydrogens of polymers with OpenMM.

    Parameters
    ----------
    molecule : Molecule
        Heavy atoms of polymers alone.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    Hydrogens
        Their hydrogens.

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
        try:
            modeller.addHydrogens(load_forcefield(forcefield), variants=_variants(atoms, forcefield), platform=platform)
        except ZeroDivisionError:  # a bond of no length has no direction
            raise UnbeadError(
                "bonded atoms lie on one spot, and hydrogens have no direction; repair the file"
            ) from None
    added = list(modeller.topology.atoms())
    is_hydrogen = np.array([atom.element.symbol == "H" for atom in added])
    source = np.cumsum(~is_hydrogen) - 1  # the heavy atom itself, or the one that bears the hydrogen
    return Hydrogens(
        parent=source[is_hydrogen],
        names=np.array([atom.name.rpartition(".")[2] for atom in added])[is_hydrogen],
        positions=np.array(modeller.positions.value_in_unit(openmm.unit.angstrom), np.float32)[is_hydrogen],
    )


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
    for i, (first, last) in enumerate(zip(chain_starts(atoms).tolist(), chain_ends(atoms).tolist(), strict=True)):
        known = known_template(atoms, i)
        pairs = [(known.atoms[b], known.atoms[a]) for a, b in np.sort(known.bonds, 1).tolist() if b >= known.n_heavy]
        if known.kind == "amino" and (known.parent == "PRO" or (first and has_amino_end(known))):
            numbers = "23" if known.parent == "PRO" else "123"
            pairs = [pair for pair in pairs if pair[0] != "H"] + [(f"H{n}", "N") for n in numbers if first]
        if known.kind == "nucleotide":
            pairs += [("HO5'", "O5'")] * (known.index("P") < 0) + [("HO3'", "O3'")] * last
        wanted.append(pairs)
    return wanted


def _variants(atoms: Particles, forcefield: str) -> list[list[tuple[str, str]]]:
    """What `hydrogens_wanted` says, for each residue of the force field and under the names of `to_topology`."""
    groups = residue_groups(atoms, forcefield)
    unique = dict(zip(zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True),
                      unique_names(atoms, groups), strict=True))  # fmt: skip
    variants: list[list[tuple[str, str]]] = [[] for _ in range(groups[-1] + 1)]
    for i, pairs in enumerate(hydrogens_wanted(atoms)):
        variants[groups[i]].extend((name, unique[i, parent]) for name, parent in pairs)
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
