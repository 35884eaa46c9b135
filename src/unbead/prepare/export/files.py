"""Files that a simulation starts from."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.output import write_text
from unbead.io.write import write_structure
from unbead.prepare.export.gromacs import top_lines
from unbead.prepare.export.moleculetypes import sort_species
from unbead.prepare.extras import require
from unbead.prepare.forcefields.forcefield import create_system
from unbead.prepare.molecule import Molecule, select_residues
from unbead.prepare.solvation.solvent_model import surroundings

ROOM = 15.0  # Å around a molecule that came without a box


def check_topology(path: Path) -> None:
    """Complain, before any work is done, of a topology that cannot be written.

    Parameters
    ----------
    path : Path
        A ``.top`` file, or a folder.

    Raises
    ------
    UnbeadError
        If the name or its place is none to write to.
    """
    if path.suffix not in (".top", ""):
        raise UnbeadError(f"{path}: name a GROMACS .top file, or a folder for OpenMM's system.xml")
    if not path.parent.is_dir():
        raise UnbeadError(f"{path}: the folder {path.parent} does not exist; create it first")
    if path.is_dir() == (path.suffix == ".top") and path.exists():
        raise UnbeadError(f"{path}: is a {'folder' if path.is_dir() else 'file'}; choose another name")


def topology_files(path: Path) -> tuple[Path, Path]:
    """Name the files of a topology.

    Parameters
    ----------
    path : Path
        A ``.top`` file, or a folder.

    Returns
    -------
    topology, coordinates : Path
        What is written; see `write_topology`.
    """
    if path.suffix == ".top":
        return path, path.with_suffix(".gro")
    return path / "system.xml", path / "system.pdb"


def write_topology(path: Path, molecule: Molecule, named: Particles, forcefield: str) -> list[Path]:
    """Write a topology with the coordinates that belong to it.

    Parameters
    ----------
    path : Path
        A ``.top`` file: GROMACS, with a ``.gro`` beside it. Any other name: a folder with OpenMM's ``system.xml`` (in a
        box of water with rigid bonds to hydrogens, else with implicit water and no constraints) and ``system.pdb``.
    molecule : Molecule
        All atoms.
    named : Particles
        The same atoms under the names to write.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    UnbeadError
        If a template is missing or a file cannot be written.
    """
    check_topology(path)
    top, coordinates = topology_files(path)
    if path.suffix == ".top":
        named = _boxed(named)
        species = sort_species(molecule)
        example = select_residues(molecule, species.example)
        system = create_system(example, forcefield, solvent=False, tables=True)
        write_text(top, top_lines(system, example, named.select_residues(species.example), species, forcefield))
    else:
        path.mkdir(exist_ok=True)
        solvated = surroundings(molecule.atoms, forcefield).solvated
        rigid = require("openmm.app").HBonds if solvated else None
        system = create_system(molecule, forcefield, constraints=rigid)
        write_text(top, [require("openmm").XmlSerializer.serialize(system)])
    write_structure(coordinates, named)
    return [top, coordinates]


def _boxed(atoms: Particles) -> Particles:
    """Atoms in a box, which GROMACS asks for: their own, or one with room to all sides."""
    if atoms.box is not None:
        return atoms
    lengths = np.ptp(atoms.positions, axis=0) + 2 * ROOM
    return replace(atoms, box=np.array([*lengths, 90, 90, 90], np.float32))
