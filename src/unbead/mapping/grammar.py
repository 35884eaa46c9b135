"""Mapping files: one molecule per YAML file, each atom with its beads and flags.

``CD1: SC1,SC2 P2AB,P2AA 1/3,2/3`` says that ``CD1`` is shared by two beads, a third of it in the first. Flags come in
any order: ``!`` (in the bead, but not in its centre), ``CM`` or ``P0A`` (the bead's centre is this atom alone),
``P<level><anchor id><own id>`` (placed relative to an atom of the level above, level 1 relative to the bead; a single
id serves as both) and weights. ``-O3'`` is the atom O3' of the residue before in the chain. ``links:`` lists bonds to
other residues: ``C2 +O1``.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import yaml

from unbead.errors import UnbeadError
from unbead.io.yaml_text import LOADER, not_yaml, read_yaml

KEYS = ("molecule", "atoms", "center", "bonds", "links", "aliases", "inherits")
CENTRES = ("mass", "geometry")
PREVIOUS = "-"  # before the name of an atom of the residue before
LONGEST = 20  # files that inherit one from the other; those that ship are two
LONGEST_NAME = 200  # letters
_LEVEL = re.compile(r"P([0-9]{1,4})([A-Z][0-9]{0,4})([A-Z][0-9]{0,4})?$")
_PARTNER = re.compile(r"([+-]|[^\s:+-][^\s:]*:)[^\s:+-][^\s:]*$")
_WEIGHT = re.compile(r"[0-9]{1,12}(/[0-9]{1,12}|\.[0-9]{1,12})?$")  # longer ones are no number of Python's


@dataclass(frozen=True)
class AtomEntry:
    """One line of ``atoms:``.

    Attributes
    ----------
    names : tuple of str
        The atom's name, then other names for it.
    beads : tuple of str
        Beads that share the atom.
    shares : tuple of float
        Share of the atom in each bead.
    counted : bool
        Whether the atom counts in the bead's centre.
    alone : tuple of str
        Beads whose centre is this atom alone.
    levels : tuple of (int, str, str)
        Level, anchor id and own id per bead; empty where the file has no labels.
    source : Path
        The file that has the entry, which may be one that was inherited from.
    line : int
        Line in that file, from one.
    """

    names: tuple[str, ...]
    beads: tuple[str, ...]
    shares: tuple[float, ...]
    counted: bool
    alone: tuple[str, ...]
    levels: tuple[tuple[int, str, str], ...]
    source: Path
    line: int


@dataclass(frozen=True)
class MoleculeFile:
    """A parsed mapping file.

    Attributes
    ----------
    source : Path
        The file.
    molecule : str
        Residue name.
    aliases : tuple of str
        Other residue names.
    centre : str
        ``mass`` or ``geometry``.
    atoms : tuple of AtomEntry
        Entries in file order.
    bonds : tuple of (str, str)
        Bonds, for molecules without a template.
    links : tuple of (str, str)
        Bonds to other residues: an atom of this one, and ``+ATOM`` of the next, ``-ATOM`` of the one before, or
        ``RESIDUE:ATOM`` of any that is near.
    """

    source: Path
    molecule: str
    aliases: tuple[str, ...]
    centre: str
    atoms: tuple[AtomEntry, ...]
    bonds: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...] = ()


def parse_file(path: Path) -> MoleculeFile:
    """Parse a mapping file, with what it inherits.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    MoleculeFile
        Its contents.

    Raises
    ------
    UnbeadError
        If the file breaks the grammar; the message names file, line and remedy.
    """
    return _parse(path, (), {})


def _fail(path: Path, line: int, problem: str) -> UnbeadError:
    return UnbeadError(f"{path}:{line}: {problem}")


def _parse(path: Path, children: tuple[Path, ...], known: dict[Path, MoleculeFile]) -> MoleculeFile:
    """Parse a file of which others inherit; each is parsed once, by however many ways it is reached."""
    if path in known:
        return known[path]
    if path in children:
        raise _fail(path, 1, "inherits itself; remove the circle of `inherits:`")
    if len(children) > LONGEST:
        raise _fail(path, 1, f"inherited through more than {LONGEST} files; shorten the line of `inherits:`")
    fields = _fields(path)
    if "molecule" not in fields:
        raise _fail(path, 1, "no `molecule:`; add the residue name, such as `molecule: PHE`")
    line, name = _scalar(path, fields["molecule"], "molecule")
    centre = "mass"
    if "center" in fields:
        line, centre = _scalar(path, fields["center"], "center")
        if centre not in CENTRES:
            raise _fail(path, line, f"center: {centre} is unknown; use {' or '.join(CENTRES)}")
    atoms: dict[str, AtomEntry] = {}
    bonds: list[tuple[str, str]] = []
    links: list[tuple[str, str]] = []
    if "inherits" in fields:
        for line, parent in _words(path, fields["inherits"], "inherits"):
            file = path.parent / f"{parent}.yaml"
            if Path(parent).name != parent or len(parent) > LONGEST_NAME or not file.is_file():
                raise _fail(path, line, f"inherits: no file {parent[:60]}.yaml beside it; give the stem of a file")
            base = _parse(file, (*children, path), known)
            atoms |= {entry.names[0]: entry for entry in base.atoms}
            bonds += base.bonds
            links += base.links
            centre = base.centre if "center" not in fields else centre
    if "atoms" in fields:
        atoms |= {entry.names[0]: entry for entry in _atoms(path, fields["atoms"])}
    elif "inherits" not in fields:
        raise _fail(path, 1, "no `atoms:`; list each atom with its bead, such as `CA: BB`")
    if "bonds" in fields:
        for line, bond in _words(path, fields["bonds"], "bonds"):
            ends = bond.split("-")
            if len(ends) != 2 or not set(ends) <= set(atoms):
                raise _fail(path, line, f"bonds: {bond} is not two atoms of this file; write `C1-C2`")
            bonds.append((ends[0], ends[1]))
    if "links" in fields:
        links += _links(path, fields["links"], atoms)
    aliases = [word for _, word in _words(path, fields["aliases"], "aliases")] if "aliases" in fields else []
    once = tuple(dict.fromkeys(bonds)), tuple(dict.fromkeys(links))  # inherited by several ways
    known[path] = MoleculeFile(path, name, tuple(aliases), centre, tuple(atoms.values()), *once)
    return known[path]


def _fields(path: Path) -> dict[str, yaml.Node]:
    try:
        root = yaml.compose(read_yaml(path), Loader=LOADER)
    except yaml.YAMLError as error:
        raise not_yaml(path, error) from None
    if not isinstance(root, yaml.MappingNode):
        raise _fail(path, 1, "not a mapping file; it needs `molecule:` and `atoms:`")
    fields: dict[str, yaml.Node] = {}
    for key, value in root.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.value not in KEYS:
            given = key.value[:60] if isinstance(key, yaml.ScalarNode) else "that is no word"
            raise _fail(path, line, f"unknown key {given}; known are {', '.join(KEYS)}")
        if key.value in fields:
            raise _fail(path, line, f"{key.value}: given twice; keep one")
        fields[key.value] = value
    return fields


def _scalar(path: Path, node: yaml.Node, key: str) -> tuple[int, str]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _fail(path, line, f"{key}: needs one word")
    return line, node.value.strip()


def _words(path: Path, node: yaml.Node, key: str) -> list[tuple[int, str]]:
    parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
    words = []
    for part in parts:
        line, text = _scalar(path, part, key)
        words += [(line, word) for word in text.replace(",", " ").split()]
    return words


def _links(path: Path, node: yaml.Node, atoms: dict[str, AtomEntry]) -> list[tuple[str, str]]:
    """Bonds to other residues, one line each: ``C2 +O1``."""
    found = []
    for part in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        line, text = _scalar(path, part, "links")
        words = text.split()
        names = {name for entry in atoms.values() for name in entry.names}
        if len(words) != 2 or words[0] not in names or not _PARTNER.match(words[1]):
            raise _fail(
                path,
                line,
                f"links: {text} is no bond to another residue; write an atom of this file, then +ATOM of the next,"
                " -ATOM of the one before, or RESIDUE:ATOM of any",
            )
        found.append((words[0], words[1]))
    return found


def _atoms(path: Path, node: yaml.Node) -> list[AtomEntry]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise _fail(path, line, "atoms: needs one line per atom, such as `CA: BB`")
    entries: dict[str, AtomEntry] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _fail(path, line, "the name of an atom needs to be one word, such as `CA: BB`")
        if not isinstance(value, yaml.ScalarNode):
            raise _fail(path, line, f"{key.value[:60]}: needs its beads and flags on one line")
        entry = _entry(path, line, str(key.value), value.value)
        if entry.names[0] in entries:
            raise _fail(path, line, f"{entry.names[0]}: listed twice; keep one line per atom")
        entries[entry.names[0]] = entry
    return list(entries.values())


def _entry(path: Path, line: int, key: str, text: str) -> AtomEntry:
    names = tuple(name.strip() for name in key.split(",") if name.strip())
    words = text.split()
    if not names or not words:
        raise _fail(path, line, f"{key or 'line'}: needs an atom name and a bead, such as `CA: BB`")
    beads = tuple(words[0].split(","))
    if not all(beads) or len(set(beads)) != len(beads):
        raise _fail(path, line, f"{names[0]}: beads {words[0]} are empty or repeated; write `SC1,SC2`")
    shares: tuple[float, ...] = ()
    levels: tuple[tuple[int, str, str], ...] = ()
    counted, centre = True, False
    for word in words[1:]:
        parts = word.split(",")
        if word == "!":
            counted = False
        elif word == "CM":
            centre = True
        elif all(_LEVEL.match(part) for part in parts):
            levels = tuple(_level(path, line, names[0], part) for part in parts)
        elif all(_WEIGHT.match(part) for part in parts):
            try:
                shares = tuple(float(Fraction(part)) for part in parts)
            except ZeroDivisionError:
                raise _fail(path, line, f"{names[0]}: weight {word} divides by zero; write `1/2,1/2`") from None
        else:
            raise _fail(
                path, line, f"{names[0][:60]}: {word[:60]} is no flag; known are !, CM, P1A and weights such as 1/2,1/2"
            )
    for what, values in (("weights", shares), ("levels", levels)):
        if values and len(values) != len(beads):
            raise _fail(path, line, f"{names[0]}: {len(values)} {what} for {len(beads)} beads; give one per bead")
    if any(share <= 0 for share in shares):
        raise _fail(path, line, f"{names[0]}: weights must be positive; use ! for an atom that does not count")
    if not shares:
        shares = tuple(1 / len(beads) for _ in beads)
    alone = tuple(bead for bead, (level, _, _) in zip(beads, levels, strict=False) if level == 0)
    if centre and not alone:
        alone = (beads[shares.index(max(shares))],)
    if alone and not counted:
        raise _fail(path, line, f"{names[0]}: the centre of {alone[0]}, yet marked !; remove one of the flags")
    return AtomEntry(names, beads, shares, counted, alone, levels, path, line)


def _level(path: Path, line: int, name: str, word: str) -> tuple[int, str, str]:
    match = _LEVEL.match(word)
    assert match is not None
    level, first, second = int(match[1]), match[2], match[3]
    if level <= 1:
        if second:
            raise _fail(
                path,
                line,
                f"{name}: {word} has an anchor, but level {level} is placed from the bead; write P{level}{second}",
            )
        return level, "", first
    return level, first, second or first  # one id serves as both
