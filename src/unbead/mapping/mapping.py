"""Mappings: folders of molecule files, shipped or the user's own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.grammar import parse_file
from unbead.mapping.molecule import MoleculeMapping, compile_molecule

NOT_MOLECULES = ("_", "bead_types")  # fragments to inherit from, and HEroBM's tables of bead types
# Folders of other molecules that several mappings share; their names start with an underscore.
SHARED: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, eq=False)
class Mapping:
    """A set of molecule mappings.

    Attributes
    ----------
    name : str
        Name of a shipped mapping, or the folder.
    molecules : dict of str to MoleculeMapping
        Mappings by residue name.
    """

    name: str
    molecules: dict[str, MoleculeMapping]

    def find(self, residue: str) -> MoleculeMapping | None:
        """Find the mapping of a residue by its name, an alias, its template or its canonical residue.

        Parameters
        ----------
        residue : str
            Residue name.

        Returns
        -------
        MoleculeMapping or None
            None where the mapping lacks it.
        """
        if residue in self.molecules:
            return self.molecules[residue]
        for molecule in self.molecules.values():
            if residue in molecule.aliases:
                return molecule
        known = template(residue)
        if known is None:
            return None
        return self.molecules.get(known.name) or self.molecules.get(known.parent)

    def with_molecules(self, extra: Iterable[MoleculeMapping]) -> "Mapping":
        """Add molecules, which go before those of the same residue name.

        Parameters
        ----------
        extra : iterable of MoleculeMapping
            Molecules that the user gave.

        Returns
        -------
        Mapping
            The larger mapping.
        """
        return replace(self, molecules=self.molecules | {molecule.molecule: molecule for molecule in extra})


def _shipped() -> Path:
    return Path(str(files("unbead.mapping") / "data"))


def available_mappings() -> tuple[str, ...]:
    """Return the names of the shipped mappings."""
    folders = (folder.name for folder in _shipped().iterdir() if folder.is_dir())
    return tuple(sorted(name for name in folders if not name.startswith("_")))


def load_mapping(name: str | Path) -> Mapping:
    """Load a mapping.

    Parameters
    ----------
    name : str or Path
        A shipped mapping or a folder of YAML files.

    Returns
    -------
    Mapping
        The mapping.

    Raises
    ------
    UnbeadError
        If there is no such mapping, or one of its files breaks the grammar.
    """
    if str(name) in available_mappings():
        return _load((_shipped() / str(name), *(_shipped() / other for other in SHARED.get(str(name), ()))), str(name))
    folder = Path(name)
    if not folder.is_dir():
        known = ", ".join(available_mappings())
        raise UnbeadError(f"no mapping named {name}; known: {known}; or give a folder of mapping files")
    return _load.__wrapped__((folder,), str(folder))


@cache
def _load(folders: tuple[Path, ...], name: str) -> Mapping:
    molecules: dict[str, MoleculeMapping] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.y*ml"))):
        if path.name.startswith(NOT_MOLECULES):
            continue
        molecule = compile_molecule(parse_file(path))
        if molecule.molecule in molecules:
            first = molecules[molecule.molecule].source
            raise UnbeadError(f"{path}:1: molecule {molecule.molecule} is also in {first}; keep one")
        molecules[molecule.molecule] = molecule
    if not molecules:
        raise UnbeadError(f"{folders[0]}: no mapping file (*.yaml); give a folder with one file per molecule")
    _refuse_shared_aliases(molecules)
    return Mapping(name, molecules)


def _refuse_shared_aliases(molecules: dict[str, MoleculeMapping]) -> None:
    """Each residue name leads to one molecule."""
    taken = dict(molecules)
    for molecule in molecules.values():
        for alias in molecule.aliases:
            other = taken.setdefault(alias, molecule)
            if other is not molecule:
                raise UnbeadError(f"{molecule.source}:1: alias {alias} is also in {other.source}; keep one")
