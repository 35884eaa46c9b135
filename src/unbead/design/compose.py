"""Mappings that Unbead makes, as files of its grammar."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import guess_element
from unbead.chem.molecules.template import number_names
from unbead.chem.particles import Particles, Residues
from unbead.chem.solvent import WATER_RESIDUES
from unbead.chem.templates import template
from unbead.errors import UnbeadError

LETTERS = 4  # of a residue name in a PDB file
WIDTH = 100


@dataclass(frozen=True, eq=False)
class Partition:
    """Beads of one molecule.

    Attributes
    ----------
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom; every bead from zero on has one.
    centres : ndarray, shape=(n_beads,), dtype=int64, or None
        The atom at which each bead is; None for the plain mean of its atoms.
    """

    owner: NDArray[np.int64]
    centres: NDArray[np.int64] | None = None


def check_name(name: str) -> None:
    """Refuse a residue name that a made molecule cannot have.

    Parameters
    ----------
    name : str
        Residue name.

    Raises
    ------
    UnbeadError
        If it is not one to four letters and digits, or a residue that Unbead knows.
    """
    if not (name.isascii() and name.isalnum() and name == name.upper() and len(name) <= LETTERS):
        raise UnbeadError(f"--name {name}: a residue name is one to four capital letters and digits, such as MOL")
    if template(name) is not None or name in WATER_RESIDUES:
        raise UnbeadError(f"--name {name}: Unbead knows a residue of this name; take another, such as MOL")


def as_one_residue(atoms: Particles, name: str) -> Particles:
    """Make one residue of a molecule, its atoms in the same order, each with a name of its own.

    Parameters
    ----------
    atoms : Particles
        A molecule.
    name : str
        Residue name.

    Returns
    -------
    Particles
        The same atoms, named by element and number, with elements.

    Raises
    ------
    UnbeadError
        If an atom's element cannot be told, or a name has more letters than a PDB file has columns.
    """
    elements = [
        str(element) or guess_element(str(atom)) for element, atom in zip(atoms.elements, atoms.names, strict=True)
    ]
    if "" in elements:
        i = elements.index("")
        where = atoms.residues.label(int(atoms.residue_index[i]))
        raise UnbeadError(f"{where}: the element of {atoms.names[i]} cannot be told; give a PDB file with elements")
    names = number_names(elements)
    if max(map(len, names)) > LETTERS:
        raise UnbeadError(f"{len(atoms)} atoms are too many for one residue; make mappings of smaller molecules")
    blank = np.array([""])
    return replace(
        atoms,
        names=np.array(names),
        residue_index=np.zeros(len(atoms), np.int64),
        residues=Residues(np.array([name]), np.array([1]), blank, blank, blank, np.zeros(1, bool)),
        elements=np.array(elements),
    )


def mapping_text(
    molecule: Particles, partition: Partition, bonds: NDArray[np.int64], origin: Sequence[str], note: str
) -> str:
    """Write a mapping file.

    Parameters
    ----------
    molecule : Particles
        One residue with unique atom names, see `as_one_residue`.
    partition : Partition
        Its beads, called B1, B2 and so on.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.
    origin : sequence of str
        What each atom was called before; a comment.
    note : str
        How the mapping was made, in one line; a comment.

    Returns
    -------
    str
        YAML that `unbead.mapping.grammar.parse_file` reads.
    """
    names = molecule.names.tolist()
    centres = set() if partition.centres is None else set(partition.centres.tolist())
    joined = ", ".join(f"{names[a]}-{names[b]}" for a, b in bonds.tolist())
    lines = [
        f"# {note}",
        f"molecule: {molecule.residues.names[0]}",
        "center: geometry",
        "bonds:",
        *(f"  {line}" for line in textwrap.wrap(f"[{joined}]", WIDTH, break_on_hyphens=False)),
        "atoms:",
    ]
    for i, (name, bead, before) in enumerate(zip(names, partition.owner.tolist(), origin, strict=True)):
        rule = f"B{bead + 1}" + (" CM" if i in centres else "")
        lines.append(f"  {name + ':':5s} {rule:8s} # {before}")
    return "\n".join(lines) + "\n"


def weights(partition: Partition) -> NDArray[np.float64]:
    """Return the operator M of a partition, shape (n_beads, n_atoms).

    Parameters
    ----------
    partition : Partition
        Beads of a molecule.

    Returns
    -------
    ndarray, shape=(n_beads, n_atoms), dtype=float64
        Weights; those of a bead sum to one. M Cᵀ = 1, where C is the assignment of atoms to beads.
    """
    owner = partition.owner
    table = (owner == np.arange(owner.max() + 1)[:, None]).astype(np.float64)
    if partition.centres is not None:
        table = np.zeros_like(table)
        table[np.arange(len(table)), partition.centres] = 1.0
    return table / table.sum(1, keepdims=True)
