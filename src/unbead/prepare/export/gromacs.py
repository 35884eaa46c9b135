"""GROMACS topologies written from OpenMM systems, every parameter beside its atoms."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from unbead.chem.particles import Particles
from unbead.prepare.export.moleculetypes import SOLVENT, Species
from unbead.prepare.extras import require
from unbead.prepare.forcefields.nonbonded import AtomTypes, atom_types, close_pairs, forces_by_name
from unbead.prepare.molecule import Molecule

FUDGE = {"amber14": 1 / 1.2, "charmm36": 1.0}  # Coulomb between atoms three bonds apart
BOND, HARMONIC, ANGLE, PROPER, IMPROPER = 1, 6, 1, 9, 2  # GROMACS' function numbers
SECTIONS = ("bonds", "angles", "dihedrals", "cmap", "pairs")
RIGID_WATER = "#ifndef FLEXIBLE\n[ settles ]\n1 1 {oh:.8f} {hh:.8f}\n\n[ exclusions ]\n1 2 3\n2 1 3\n3 1 2\n#else\n"
Term = tuple[str, list[int], str]


def top_lines(system: Any, molecule: Molecule, named: Particles, species: Species, forcefield: str) -> Iterator[str]:
    """Write a complete topology, with a molecule type for each species.

    Parameters
    ----------
    system : openmm.System
        A system of one molecule of each species, without constraints and without implicit water.
    molecule : Molecule
        Its atoms and bonds.
    named : Particles
        The same atoms under the names to write.
    species : Species
        The species, and how many there are of each.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Yields
    ------
    str
        Lines of a ``.top`` file.
    """
    openmm = require("openmm")
    forces = forces_by_name(system)
    maps = forces.get("CMAPTorsionForce", openmm.CMAPTorsionForce())
    types = atom_types(forces, _map_of_centre(maps, len(molecule.atoms)))
    yield f"[ defaults ]\n1 2 no 1.0 {FUDGE[forcefield]:.8f}\n\n[ atomtypes ]\n"
    element = {e: require("openmm.app").element.Element.getBySymbol(e) for e in set(molecule.atoms.elements.tolist())}
    symbols = dict(zip(types.names, molecule.atoms.elements.tolist(), strict=True))
    for name, (sigma, epsilon) in types.shapes.items():
        kind = element[symbols[name]]
        yield f"{name} {kind.atomic_number} {kind.mass._value:.5f} 0.0 A {sigma:.10e} {epsilon:.10e}\n"
    yield "\n[ nonbond_params ]\n"
    for a, b, sigma, epsilon in types.pairs:
        yield f"{a} {b} 1 {sigma:.10e} {epsilon:.10e}\n"
    yield from _map_types(maps, types)
    of_atom = species.of_example[molecule.atoms.residue_index]
    first = np.searchsorted(of_atom, np.arange(len(species.names) + 1)).tolist()
    rows: list[dict[str, list[str]]] = [{section: [] for section in SECTIONS} for _ in species.names]
    bonded = {(min(pair), max(pair)) for pair in molecule.bonds.tolist()}
    for section, atoms, text in chain(
        _bonds_and_angles(forces, bonded), _dihedrals(forces), _maps(maps), _pairs(forces)
    ):
        k = int(of_atom[atoms[0]])
        rows[k][section].append(" ".join(str(i - first[k] + 1) for i in atoms) + f" {text}\n")
    for k, name in enumerate(species.names):
        yield f"\n[ moleculetype ]\n{name} 3\n\n[ atoms ]\n"
        yield from _atoms(system, named, types, first[k], first[k + 1])
        yield "\n"
        if name == SOLVENT:
            yield _rigid_water(molecule, forces, first[k])
        yield from _sections(rows[k])
        if name == SOLVENT:
            yield "#endif\n"
    counted = "\n".join(f"{name} {count}" for name, count in species.counts)
    yield f"\n[ system ]\nUnbead\n\n[ molecules ]\n{counted}\n"


def _atoms(system: Any, named: Particles, types: AtomTypes, start: int, stop: int) -> Iterator[str]:
    residues, single = named.residues, named.residue_index[start] == named.residue_index[stop - 1]
    for i in range(start, stop):
        r = named.residue_index[i]
        number = "1" if single else f"{residues.numbers[r]}{residues.insertion_codes[r]}"
        mass = system.getParticleMass(i)._value
        place = f"{i - start + 1} {types.names[i]} {number} {residues.names[r]} {named.names[i]} {i - start + 1}"
        yield f"{place} {types.charges[i]:.8f} {mass:.5f}\n"


def _sections(rows: dict[str, list[str]]) -> Iterator[str]:
    for section, lines in rows.items():
        if lines:
            yield f"[ {section} ]\n"
            yield from lines
            yield "\n"


def _rigid_water(molecule: Molecule, forces: dict[str, Any], start: int) -> str:
    """Distances within a rigid water, and the way to a flexible one."""
    bonds, angles = forces["HarmonicBondForce"], forces["HarmonicAngleForce"]
    terms = (bonds.getBondParameters(row) for row in range(bonds.getNumBonds()))
    length = next(length._value for i, j, length, _ in terms if min(i, j) == start)
    bends = (angles.getAngleParameters(row) for row in range(angles.getNumAngles()))
    angle = next(angle._value for _, j, _, angle, _ in bends if j == start)
    return RIGID_WATER.format(oh=length, hh=2 * length * np.sin(angle / 2))


def _bonds_and_angles(forces: dict[str, Any], bonded: set[tuple[int, int]]) -> Iterator[Term]:
    bonds = forces["HarmonicBondForce"]
    for row in range(bonds.getNumBonds()):
        i, j, length, k = bonds.getBondParameters(row)
        function = BOND if (min(i, j), max(i, j)) in bonded else HARMONIC  # the latter are Urey-Bradley terms
        yield "bonds", [i, j], f"{function} {length._value:.8f} {k._value:.4f}"
    angles = forces["HarmonicAngleForce"]
    for row in range(angles.getNumAngles()):
        *atoms, angle, k = angles.getAngleParameters(row)
        yield "angles", atoms, f"{ANGLE} {np.degrees(angle._value):.6f} {k._value:.5f}"


def _dihedrals(forces: dict[str, Any]) -> Iterator[Term]:
    proper = forces["PeriodicTorsionForce"]
    for row in range(proper.getNumTorsions()):
        *atoms, n, phase, k = proper.getTorsionParameters(row)
        if k._value:
            yield "dihedrals", atoms, f"{PROPER} {np.degrees(phase._value):.6f} {k._value:.8f} {n}"
    improper = forces.get("CustomTorsionForce")
    for row in range(improper.getNumTorsions() if improper else 0):
        *atoms, (k, angle) = improper.getTorsionParameters(row)  # type: ignore[union-attr]
        yield "dihedrals", atoms, f"{IMPROPER} {np.degrees(angle):.6f} {2 * k:.8f}"  # GROMACS halves it


def _pairs(forces: dict[str, Any]) -> Iterator[Term]:
    for i, j, sigma, epsilon in close_pairs(forces):
        yield "pairs", [i, j], f"1 {sigma:.10e} {epsilon:.10e}"


def _map_of_centre(maps: Any, n: int) -> list[int]:
    """Number of the correction map whose Cα an atom is; -1 for the others."""
    centre = [-1] * n
    for row in range(maps.getNumTorsions()):
        number, _, _, alpha, *_ = maps.getTorsionParameters(row)
        centre[alpha] = number
    return centre


def _map_types(maps: Any, types: AtomTypes) -> Iterator[str]:
    """Correction maps by the types of their five atoms; GROMACS counts angles from -180°, OpenMM from 0°."""
    if maps.getNumTorsions():
        yield "\n[ cmaptypes ]\n"
    written = set()
    for row in range(maps.getNumTorsions()):
        number, *atoms = maps.getTorsionParameters(row)
        key = " ".join(types.names[i] for i in (*atoms[:4], atoms[7]))
        if key not in written:
            written.add(key)
            size, energy = maps.getMapParameters(number)
            grid = np.array(energy._value).reshape(size, size).T  # phi, psi
            values = np.roll(grid, size // 2, (0, 1)).reshape(-1, 8)
            lines = "\\\n".join(" ".join(f"{value:.6f}" for value in line) for line in values.tolist())
            yield f"{key} 1 {size} {size}\\\n{lines}\n"


def _maps(maps: Any) -> Iterator[Term]:
    for row in range(maps.getNumTorsions()):
        _, *atoms = maps.getTorsionParameters(row)
        yield "cmap", [*atoms[:4], atoms[7]], "1"
