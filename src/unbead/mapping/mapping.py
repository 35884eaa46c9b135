"""Mappings: folders of molecule files, shipped or the user's own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from unbead.chem.templates import LIPIDS, Template, template, whole_residue
from unbead.errors import UnbeadError
from unbead.mapping.grammar import parse_file
from unbead.mapping.lipids import compose_lipid, usual_mapping
from unbead.mapping.molecule import MoleculeMapping, compile_molecule

NOT_MOLECULES = ("_", "bead_types")  # fragments to inherit from, and HEroBM's tables of bead types
# Folders of other molecules that several mappings share; their names start with an underscore.
SHARED: dict[str, tuple[str, ...]] = {
    "martini3": ("_martini3-lipids", "_martini3-solvents"),
    "martini3-ca": ("_martini3-lipids", "_martini3-solvents"),
    "martini2": ("_martini2-lipids", "_martini2-nucleic"),
    "elnedyn": ("_martini2-lipids", "_martini2-nucleic"),
    "residue-com": ("_com-nucleic",),
    "ca": ("_one-bead-nucleic",),
}
OLDER = 2  # Martini, whose lipids are also read in systems of Martini 3 where that has none of the name


@dataclass(frozen=True, eq=False)
class Mapping:
    """A set of molecule mappings.

    Attributes
    ----------
    name : str
        Name of a shipped mapping, or the folder.
    molecules : dict of str to MoleculeMapping
        Mappings by residue name.
    variants : tuple of MoleculeMapping
        More mappings of the same residues, with other beads.
    martini : int
        2 or 3 where lipids are composed from their beads as in this version of Martini, else 0.
    """

    name: str
    molecules: dict[str, MoleculeMapping]
    variants: tuple[MoleculeMapping, ...] = ()
    martini: int = 0

    def find(self, residue: str, beads: Collection[str] = ()) -> MoleculeMapping | None:
        """Find the mapping of a residue by its name, an alias, its template or its canonical residue, or compose it.

        Parameters
        ----------
        residue : str
            Residue name.
        beads : collection of str
            Names of its beads, which choose among variants: the largest whose beads are all there. Without them, or
            where none fits, it is the usual one.

        Returns
        -------
        MoleculeMapping or None
            None where the mapping lacks it.
        """
        found = self.candidates(residue, beads)
        fitting = [molecule for molecule in found if set(molecule.beads) <= set(beads)]
        return max(fitting, key=lambda molecule: len(molecule.beads), default=found[0] if found else None)

    def every(self) -> tuple[MoleculeMapping, ...]:
        """Return all mappings, variants last."""
        return (*self.molecules.values(), *self.variants)

    def candidates(self, residue: str, beads: Collection[str] = ()) -> list[MoleculeMapping]:
        """List the mappings of a residue, the usual one first: by its name, then by an alias, then by its template.

        Parameters
        ----------
        residue : str
            Residue name.
        beads : collection of str
            Names of its beads. Where no mapping has just these, and they are head, linkers and tails of a lipid, the
            last is composed of them; of a name that Martini 3 does not have, those of Martini 2 with just these beads.
            Without beads a lipid is composed of what its name says.

        Returns
        -------
        list of MoleculeMapping
            Mappings with different beads.
        """
        every = self.every()
        residue = whole_residue(residue)
        named = [molecule for molecule in every if residue == molecule.molecule]
        named += [molecule for molecule in every if residue in molecule.aliases]
        known = template(residue)
        if not named and known is not None:
            first = self.molecules.get(known.name) or self.molecules.get(known.parent)
            named = [molecule for molecule in every if first is not None and molecule.molecule == first.molecule]
        if not self.martini:
            return named
        if beads:
            exact = any(set(molecule.beads) == set(beads) for molecule in named)
            composed = None if exact else compose_lipid(residue, frozenset(beads), self.martini)
            if composed is None and not named and self.martini > OLDER:  # gangliosides under the beads of Martini 2
                named = [
                    molecule
                    for molecule in load_mapping(f"martini{OLDER}").every()
                    if residue in (molecule.molecule, *molecule.aliases) and set(molecule.beads) == set(beads)
                ]
            return [*named, composed] if composed is not None else named
        other = (
            known is not None and known.kind in LIPIDS and all(molecule.molecule != known.name for molecule in named)
        )
        composed = usual_mapping(residue, self.martini) if other else None
        return [composed, *named] if composed is not None else named

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
        added = {molecule.molecule: molecule for molecule in extra}
        kept = tuple(molecule for molecule in self.variants if molecule.molecule not in added)
        return replace(self, molecules=self.molecules | added, variants=kept)


def residue_template(residue: str, molecule: MoleculeMapping | None) -> Template | None:
    """Return the template of a residue, or of its mapping where the beads say that it is another molecule.

    Parameters
    ----------
    residue : str
        Residue name, such as ``DLPE``, which is dilauroyl for some and dilinoleoyl for others, or ``CYS``, which with
        the beads of a palmitoyl group is ``CYSP``.
    molecule : MoleculeMapping or None
        Its mapping.

    Returns
    -------
    Template or None
        None where neither has one.
    """
    known, other = template(residue), template(molecule.molecule) if molecule is not None else None
    if whole_residue(residue) != residue:  # what is left of a residue after it was bonded to another
        return known
    if known is None or other is None or other.name == other.parent == known.parent:
        return other if known is None else known
    return other if other.parent != known.parent or len(_heavy(other) - _heavy(known)) else known


def _heavy(known: Template) -> set[str]:
    return set(known.atoms[: known.n_heavy])


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
        A shipped mapping, several joined by ``+``, as in ``ca+residue-com``, or a folder of YAML files.

    Returns
    -------
    Mapping
        The mapping; of several, the beads of each residue choose among them.

    Raises
    ------
    UnbeadError
        If there is no such mapping, or one of its files breaks the grammar.
    """
    if str(name) in available_mappings():
        return _load((_shipped() / str(name), *(_shipped() / other for other in SHARED.get(str(name), ()))), str(name))
    if "+" in str(name) and set(parts := str(name).split("+")) <= set(available_mappings()):
        return _joined(tuple(parts))
    folder = Path(name)
    if not folder.is_dir():
        known = ", ".join(available_mappings())
        raise UnbeadError(f"no mapping named {name}; known: {known}; or give a folder of mapping files")
    return _load.__wrapped__((folder,), str(folder))


@cache
def _joined(names: tuple[str, ...]) -> Mapping:
    """Several shipped mappings as one, the first going before the others where beads leave a choice."""
    parts = [load_mapping(name) for name in names]
    molecules = {name: molecule for part in reversed(parts) for name, molecule in part.molecules.items()}
    first = set(map(id, molecules.values()))
    every = [molecule for part in parts for molecule in part.every() if id(molecule) not in first]
    beads = {(molecule.molecule, frozenset(molecule.beads)) for molecule in molecules.values()}
    rest = {}
    for molecule in every:
        key = molecule.molecule, frozenset(molecule.beads)
        if key not in beads:
            rest.setdefault(key, molecule)
    return Mapping("+".join(names), molecules, tuple(rest.values()))


@cache
def _load(folders: tuple[Path, ...], name: str) -> Mapping:
    found: list[MoleculeMapping] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.y*ml"), key=lambda path: path.stem)):
        if not path.name.startswith(NOT_MOLECULES):
            found.append(_read(path) if path.is_relative_to(_shipped()) else _read.__wrapped__(path))
    if not found:
        raise UnbeadError(f"{folders[0]}: no mapping file (*.yaml); give a folder with one file per molecule")
    _refuse_same_beads(found)
    molecules: dict[str, MoleculeMapping] = {}
    variants = tuple(
        molecule for molecule in found if molecules.setdefault(molecule.molecule, molecule) is not molecule
    )
    martini = next((int(shared[8]) for shared in SHARED.get(name, ()) if shared.endswith("-lipids")), 0)
    return Mapping(name, molecules, variants, martini)


@cache
def _read(path: Path) -> MoleculeMapping:
    """Read one file; shipped ones once, for folders that mappings share."""
    return compile_molecule(parse_file(path))


def _refuse_same_beads(molecules: Sequence[MoleculeMapping]) -> None:
    """Each residue name and set of beads leads to one molecule."""
    taken: dict[tuple[str, frozenset[str]], MoleculeMapping] = {}
    for molecule in molecules:
        for residue in (molecule.molecule, *molecule.aliases):
            other = taken.setdefault((residue, frozenset(molecule.beads)), molecule)
            if other is not molecule:
                what = "molecule" if residue == molecule.molecule else "alias"
                raise UnbeadError(
                    f"{molecule.source}:1: {what} {residue} is also in {other.source}, with the same beads; keep one"
                )
