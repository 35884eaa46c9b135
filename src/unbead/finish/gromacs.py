"""GROMACS topologies written from OpenMM systems, every parameter beside its atoms."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from unbead.chem.particles import Particles
from unbead.finish.extras import require
from unbead.finish.molecule import Molecule
from unbead.finish.vanderwaals import AtomTypes, atom_types, close_pairs, forces_by_name

FUDGE = {"amber14": 1 / 1.2, "charmm36": 1.0}  # Coulomb between atoms three bonds apart
BOND, HARMONIC, ANGLE, PROPER, IMPROPER = 1, 6, 1, 9, 2  # GROMACS' function numbers


def top_lines(system: Any, molecule: Molecule, named: Particles, forcefield: str) -> Iterator[str]:
    """Write a complete topology of one molecule type.

    Parameters
    ----------
    system : openmm.System
        A system of the force field without constraints and without implicit water.
    molecule : Molecule
        Its atoms and bonds.
    named : Particles
        The same atoms under the names to write.
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
    yield "\n[ moleculetype ]\nProtein 3\n\n[ atoms ]\n"
    residues = named.residues
    for i, (name, r) in enumerate(zip(named.names.tolist(), named.residue_index.tolist(), strict=True)):
        number = f"{residues.numbers[r]}{residues.insertion_codes[r]}"
        mass = system.getParticleMass(i)._value
        place = f"{i + 1} {types.names[i]} {number} {residues.names[r]} {name} {i + 1}"
        yield f"{place} {types.charges[i]:.8f} {mass:.5f}\n"
    yield from _bonds_and_angles(forces, {(min(pair), max(pair)) for pair in molecule.bonds.tolist()})
    yield from _dihedrals(forces)
    yield from _maps(maps)
    yield "\n[ pairs ]\n"
    for i, j, sigma, epsilon in close_pairs(forces):
        yield f"{i + 1} {j + 1} 1 {sigma:.10e} {epsilon:.10e}\n"
    yield "\n[ system ]\nUnbead\n\n[ molecules ]\nProtein 1\n"


def _bonds_and_angles(forces: dict[str, Any], bonded: set[tuple[int, int]]) -> Iterator[str]:
    yield "\n[ bonds ]\n"
    bonds = forces["HarmonicBondForce"]
    for row in range(bonds.getNumBonds()):
        i, j, length, k = bonds.getBondParameters(row)
        function = BOND if (min(i, j), max(i, j)) in bonded else HARMONIC  # the latter are Urey-Bradley terms
        yield f"{i + 1} {j + 1} {function} {length._value:.8f} {k._value:.4f}\n"
    yield "\n[ angles ]\n"
    angles = forces["HarmonicAngleForce"]
    for row in range(angles.getNumAngles()):
        *atoms, angle, k = angles.getAngleParameters(row)
        yield f"{_numbers(atoms)} {ANGLE} {np.degrees(angle._value):.6f} {k._value:.5f}\n"


def _dihedrals(forces: dict[str, Any]) -> Iterator[str]:
    yield "\n[ dihedrals ]\n"
    proper = forces["PeriodicTorsionForce"]
    for row in range(proper.getNumTorsions()):
        *atoms, n, phase, k = proper.getTorsionParameters(row)
        if k._value:
            yield f"{_numbers(atoms)} {PROPER} {np.degrees(phase._value):.6f} {k._value:.8f} {n}\n"
    improper = forces.get("CustomTorsionForce")
    for row in range(improper.getNumTorsions() if improper else 0):
        *atoms, (k, angle) = improper.getTorsionParameters(row)  # type: ignore[union-attr]
        yield f"{_numbers(atoms)} {IMPROPER} {np.degrees(angle):.6f} {2 * k:.8f}\n"  # GROMACS halves it


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


def _maps(maps: Any) -> Iterator[str]:
    if maps.getNumTorsions():
        yield "\n[ cmap ]\n"
    for row in range(maps.getNumTorsions()):
        _, *atoms = maps.getTorsionParameters(row)
        yield f"{_numbers([*atoms[:4], atoms[7]])} 1\n"


def _numbers(atoms: list[int]) -> str:
    return " ".join(str(i + 1) for i in atoms)
