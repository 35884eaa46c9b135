"""Bonds of GROMACS topologies (``.top``, ``.itp``), found again in a structure by the names of the atoms.

MDAnalysis reads such files only where every file that they include is there, which is seldom so for force fields that
live in a folder of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.errors import UnbeadError
from unbead.io.formats.text import read_lines

SUFFIXES = (".top", ".itp")
# Function types of GROMACS' [ bonds ] that are no chemical bond: 6 is a spring without exclusions, as of elastic
# networks, 10 a restraint.
SPRINGS = ("6", "10")
DEEPEST = 20  # files that include each other


@dataclass
class MoleculeType:
    """One molecule of a topology.

    Attributes
    ----------
    name : str
        Its name.
    atoms : list of (str, str, str)
        Residue number, residue name and name of each atom.
    bonds : list of (int, int)
        Bonds and constraints, counted from zero.
    """

    name: str
    atoms: list[tuple[str, str, str]] = field(default_factory=list)
    bonds: list[tuple[int, int]] = field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether it has more than one residue, so that its bonds tell something."""
        return len({atom[:2] for atom in self.atoms}) > 1


def read_molecule_types(path: Path) -> list[MoleculeType]:
    """Read the molecules of a topology.

    Parameters
    ----------
    path : Path
        A ``.top`` or ``.itp`` file; files that it includes are read where they are there.

    Returns
    -------
    list of MoleculeType
        Molecules in the order of the file.

    Raises
    ------
    UnbeadError
        If the file cannot be read, or holds no molecule.
    """
    if not path.is_file():
        raise UnbeadError(f"{path}: no such file")
    found: list[MoleculeType] = []
    _read(path, found, "", 0)
    if not any(molecule.atoms for molecule in found):
        raise UnbeadError(f"{path}: no [ atoms ] of any molecule in it or in the files that it includes")
    return found


def _read(path: Path, found: list[MoleculeType], section: str, depth: int) -> str:
    """Read one file into a list; returns the section that it ends in."""
    if depth > DEEPEST:
        raise UnbeadError(f"{path}: files include each other {DEEPEST} deep; remove the circle")
    for number, raw in enumerate(read_lines(path), 1):
        line = raw.split(";", 1)[0].strip()
        if line.startswith("#include"):
            other = path.parent / line.removeprefix("#include").strip().strip("\"'<>")
            if other.is_file():
                section = _read(other, found, section, depth + 1)
        elif line.startswith("["):
            section = line.strip("[] \t").lower()
        elif line and not line.startswith(("#", "*")):
            try:
                _entry(section, line.split(), found)
            except (ValueError, IndexError):
                raise UnbeadError(
                    f"{path}:{number}: '{line[:60]}' is no line of [ {section} ]; check the file"
                ) from None
    return section


def _entry(section: str, words: list[str], found: list[MoleculeType]) -> None:
    if section == "moleculetype":
        found.append(MoleculeType(words[0]))
    elif section == "atoms" and found:
        found[-1].atoms.append((words[2], words[3], words[4]))
    elif section in ("bonds", "constraints") and found:
        a, b = int(words[0]) - 1, int(words[1]) - 1
        if not (0 <= a < len(found[-1].atoms) and 0 <= b < len(found[-1].atoms)):
            raise ValueError
        if section == "constraints" or len(words) < 3 or words[2] not in SPRINGS:
            found[-1].bonds.append((a, b))


def bonds_and_ends(
    molecules: Sequence[MoleculeType], names: NDArray[np.str_], residue_names: NDArray[np.str_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Find the molecules of a topology in a structure, by the names of successive atoms and residues.

    Parameters
    ----------
    molecules : sequence of MoleculeType
        Molecules; those of one residue tell nothing and are left out.
    names, residue_names : ndarray, shape=(n,), dtype=str
        Names of the atoms of the structure in the order of its file, and of their residues.

    Returns
    -------
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds of all copies that are there.
    after_end : ndarray, shape=(n,), dtype=bool
        Whether a molecule of the topology begins or has just ended before the atom.
    """
    found = [np.zeros((0, 2), np.int64)]
    after_end = np.zeros(len(names) + 1, bool)
    for molecule in molecules:
        if molecule.several:
            for start in _starts(molecule, names, residue_names):
                found.append(start + np.array(molecule.bonds, np.int64).reshape(-1, 2))
                after_end[[start, start + len(molecule.atoms)]] = True
    return np.concatenate(found), after_end[:-1]


def _starts(molecule: MoleculeType, names: NDArray[np.str_], residue_names: NDArray[np.str_]) -> list[int]:
    """First atoms of the copies of a molecule."""
    mine = np.array([name for _, _, name in molecule.atoms])
    residues = np.array([residue[:3] for _, residue, _ in molecule.atoms])  # some formats have three letters
    n, short = len(mine), residue_names.astype("U3")
    possible = (names == mine[0]) & (short == residues[0])
    rows = np.flatnonzero(possible[: max(len(names) - n + 1, 0)])
    starts: list[int] = []
    for row in rows.tolist():
        if starts and row < starts[-1] + n:
            continue
        if (names[row : row + n] == mine).all() and (short[row : row + n] == residues).all():
            starts.append(row)
    return starts


def beside(path: Path) -> Path | None:
    """Find the topology beside a structure: of the same name, ``.top`` before ``.itp``.

    Parameters
    ----------
    path : Path
        A structure file.

    Returns
    -------
    Path or None
        None where there is none.
    """
    stem = path.name.lower().removesuffix(".gz")
    stem = path.name[: len(stem) - len(Path(stem).suffix)]
    return next((other for suffix in SUFFIXES if (other := path.with_name(stem + suffix)).is_file()), None)
