"""Molecules of a system sorted into species, as GROMACS counts them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.solvent import WATER
from unbead.errors import UnbeadError
from unbead.prepare.molecule import Molecule, of_polymers

POLYMER = "Protein"
SOLVENT = "SOL"  # what GROMACS' tools look for


@dataclass(frozen=True)
class Species:
    """The species of a system.

    Attributes
    ----------
    names : tuple of str
        Species, each once. Polymers that follow each other are one species together; other molecules go by residue.
    example : ndarray, shape=(n_residues,), dtype=bool
        The residues of the first molecule of each.
    of_example : ndarray, shape=(n_example_residues,), dtype=int64
        Species of each of them.
    counts : tuple of (str, int)
        How many follow each other, in the order of the system.
    """

    names: tuple[str, ...]
    example: NDArray[np.bool_]
    of_example: NDArray[np.int64]
    counts: tuple[tuple[str, int], ...]


def sort_species(molecule: Molecule) -> Species:
    """Sort the molecules of a system into species.

    Parameters
    ----------
    molecule : Molecule
        All atoms.

    Returns
    -------
    Species
        Names, examples and counts.

    Raises
    ------
    UnbeadError
        If a bond joins polymers between which other molecules stand.
    """
    residues = molecule.atoms.residues
    polymer = of_polymers(molecule.atoms)
    label = np.where(polymer, "", np.where(residues.names == WATER, SOLVENT, residues.names))
    begins = np.append(True, label[1:] != label[:-1])
    run = np.cumsum(begins) - 1
    _refuse_bonds_between(molecule, run)
    starts = np.flatnonzero(begins)
    size = np.diff(np.append(starts, len(label)))
    proteins = iter(range(1, len(starts) + 1))
    called = [str(name) or _numbered(next(proteins)) for name in label[starts]]
    counts = [
        (name, 1 if polymer[start] else int(n)) for name, start, n in zip(called, starts, size.tolist(), strict=True)
    ]
    names = tuple(dict.fromkeys(called))
    example, species = np.zeros(len(label), bool), np.zeros(len(label), np.int64)
    for k, name in enumerate(names):
        first = called.index(name)
        rows = slice(starts[first], starts[first] + (size[first] if polymer[starts[first]] else 1))
        example[rows], species[rows] = True, k
    return Species(names, example, species[example], tuple(counts))


def _numbered(k: int) -> str:
    return POLYMER if k == 1 else f"{POLYMER}_{k}"


def _refuse_bonds_between(molecule: Molecule, run: NDArray[np.int64]) -> None:
    of_atom = molecule.atoms.residue_index[molecule.bonds]
    torn = np.flatnonzero(run[of_atom[:, 0]] != run[of_atom[:, 1]])
    if len(torn):
        one, other = (molecule.atoms.residues.label(int(i)) for i in of_atom[torn[0]])
        raise UnbeadError(
            f"{one} and {other} are bonded, but molecules stand between them; put the chains one after the other"
        )
