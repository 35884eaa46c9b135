"""Molecules that the user gave: a structure file or SMILES, and a mapping file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import guess_element
from unbead.chem.molecules.derived import BACKBONE
from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import automorphisms, make_template
from unbead.chem.particles import Particles
from unbead.chem.solvent import name_repeated, solvent_kinds
from unbead.chem.templates import Template, add_template
from unbead.chem.torsions.rotatable_bonds import conformers
from unbead.errors import UnbeadError
from unbead.mapping.detection.detect import Recognition, recognise
from unbead.mapping.grammar import MoleculeFile, parse_file
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.mapping.match import Graph, fits, match_names
from unbead.mapping.molecule import MoleculeMapping, compile_molecule
from unbead.structure.unwrap import make_whole

LOOKED_AT = 16  # conformers
CLEAR = 0.05  # Å by which one way to name the atoms must fit the beads better than any other


@dataclass(frozen=True)
class UserMolecules:
    """Molecules of the user's own.

    Attributes
    ----------
    structures : dict of str to str
        Structure file or SMILES, by residue name.
    files : sequence of str or Path
        Mapping files, one for each molecule, that the mapping of the system lacks.
    topology : Path, optional
        A GROMACS topology that tells the bonds between beads.
    d_residues : str, optional
        Residues that are D-amino acids; see `unbead.mapping.handedness.name_d_residues`.
    """

    structures: dict[str, str] = field(default_factory=dict)
    files: Sequence[str | Path] = ()
    topology: Path | None = None
    d_residues: str | None = None


def read_user_molecules(
    molecules: Sequence[str], files: Sequence[Path], topology: Path | None = None, d_residues: str | None = None
) -> UserMolecules:
    """Read what the command line gives.

    Parameters
    ----------
    molecules : sequence of str
        Texts such as ``LIG=lig.sdf`` or ``LIG=CCO``.
    files : sequence of Path
        Mapping files.
    topology : Path, optional
        A topology of the beads.
    d_residues : str, optional
        Residues that are D-amino acids.

    Returns
    -------
    UserMolecules
        The same, sorted.

    Raises
    ------
    UnbeadError
        If a text has not both parts, or a name comes twice.
    """
    structures: dict[str, str] = {}
    for text in molecules:
        name, _, structure = text.partition("=")
        if not name.strip() or not structure.strip():
            raise UnbeadError(f"--molecule {text}: write the residue name and a file or SMILES, such as LIG=lig.sdf")
        if name in structures:
            raise UnbeadError(f"--molecule {name}: given twice; keep one")
        structures[name.strip()] = structure.strip()
    return UserMolecules(structures, tuple(files), topology, d_residues)


def choose_mapping(beads: Particles, mapping: str | None, given: UserMolecules) -> Mapping:
    """Load or recognise the mapping of a system, with the molecules that the user gave; see `recognise_system`.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : str or None
        A shipped mapping or a folder; None to recognise it by the other molecules.
    given : UserMolecules
        The user's molecules.

    Returns
    -------
    Mapping
        The mapping of all.

    Raises
    ------
    UnbeadError
        If a molecule has no mapping file, or its structure does not fit it.
    """
    return recognise_system(beads, mapping, given).mapping


def recognise_system(beads: Particles, mapping: str | None, given: UserMolecules) -> Recognition:
    """Find out what the beads of a system are, with the molecules that the user gave.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : str or None
        A shipped mapping or a folder; None to recognise it by the other molecules.
    given : UserMolecules
        The user's molecules; their templates are known from now on.

    Returns
    -------
    Recognition
        The mapping of all, and the beads as it names them.

    Raises
    ------
    UnbeadError
        If a molecule has no mapping file, or its structure does not fit it.
    """
    beads = name_repeated(beads)
    files = [parse_file(Path(path)) for path in given.files]
    mine = set(given.structures).union(*((file.molecule, *file.aliases) for file in files))
    others = ~np.isin(beads.residues.names[beads.residue_index], list(mine)) & ~solvent_kinds(beads).known
    if mapping is not None:
        found = recognise(beads, load_mapping(mapping), mine)
    elif others.any() or not mine:
        found = recognise(beads, left_out=mine)
    else:
        found = Recognition(Mapping("given", {}), beads)
    for name, structure in given.structures.items():
        file = next((file for file in files if name in (file.molecule, *file.aliases)), None)
        if file is None:
            known = found.mapping.find(name)
            if known is None or not Path(known.source).is_file():  # a lipid that is composed has no file
                raise UnbeadError(f"--molecule {name}: no mapping file says what its beads are; add --mapping-file")
            file = parse_file(Path(known.source))
            files.append(file)
        add_template(_template(name, structure, file, beads))
    return replace(found, mapping=found.mapping.with_molecules(compile_molecule(file) for file in files))


def _template(name: str, structure: str, file: MoleculeFile, beads: Particles) -> Template:
    """Template of a molecule, its atoms named as in the mapping file."""
    molecule, names = read_molecule(structure)
    elements = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
    file = _with_oxt(file, elements)
    bonds = np.array([(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()], np.int64)
    graph = Graph(elements, bonds.reshape(-1, 2), automorphisms(molecule))
    if fits(file, graph, names):
        return make_template(molecule, file.molecule, names)
    ways = [make_template(molecule, file.molecule, way) for way in match_names(file, graph)]
    if len(ways) == 1:
        return ways[0]
    mapping = compile_molecule(file)
    found = _places(mapping, name, beads)
    misfit = np.array([_misfit(way, mapping, found) for way in ways])
    best = int(misfit.argmin())
    if not len(found) or (np.delete(misfit, best) < misfit[best] + CLEAR).any():
        raise UnbeadError(
            f"{structure}: its atoms can be those of {file.source.name} in {len(ways)} ways;"
            " give a file whose atoms have the names of the mapping (PDB, mol2)"
        )
    return ways[best]


def _with_oxt(file: MoleculeFile, elements: tuple[str, ...]) -> MoleculeFile:
    """The file with OXT, if it describes an amino acid as it stands in a chain and the molecule has one oxygen more."""
    entries = {entry.names[0]: entry for entry in file.atoms}
    heavy = [element for element in elements if element != "H"]
    mine = [name for name in entries if guess_element(name) != "H"]
    backbone = all(atom in entries for bond in BACKBONE for atom in bond)
    more = heavy.count("O") - sum(guess_element(name) == "O" for name in mine)
    if not backbone or "OXT" in entries or len(heavy) != len(mine) + 1 or more != 1:
        return file
    oxt = replace(entries["O"], names=("OXT",), counted=False, alone=(), levels=())
    bonds = (*file.bonds, ("C", "OXT")) if file.bonds else ()
    return replace(file, atoms=(*file.atoms, oxt), bonds=bonds)


def _places(mapping: MoleculeMapping, name: str, beads: Particles) -> NDArray[np.float64]:
    """Beads of the residues of a name that have all of them, shape (n_residues, n_slots, 3)."""
    whole = make_whole(beads)
    rows = [(whole.names == bead) & (whole.residues.names[whole.residue_index] == name) for bead in mapping.beads]
    table = np.full((len(mapping.beads), len(whole.residues), 3), np.nan)
    for slot, row in enumerate(rows):
        table[slot, whole.residue_index[row]] = whole.positions[row]
    return table[:, np.isfinite(table).all((0, 2))].swapaxes(0, 1)


def _misfit(way: Template, mapping: MoleculeMapping, found: NDArray[np.float64]) -> float:
    """By how much distances between beads are beyond those of the molecule's conformers, in Å."""
    columns = [mapping.column(atom) for atom in way.atoms[: way.n_heavy]]
    weights = mapping.weights[:, columns]
    centres = (weights / weights.sum(1, keepdims=True)) @ conformers(way, LOOKED_AT)
    known, there = (np.linalg.norm(x[:, :, None] - x[:, None], axis=-1) for x in (centres, found))
    beyond = (known.min(0) - there).clip(0) + (there - known.max(0)).clip(0)
    return float(np.sqrt((beyond**2).mean())) if len(found) else 0.0
