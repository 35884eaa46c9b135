"""Keyword arguments of the Python interface: sorted by what they are for, or refused by name."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar, get_type_hints

from unbead.errors import UnbeadError
from unbead.io.borrowed import is_borrowed, universe_files
from unbead.io.formats.topology import beside
from unbead.pipeline.system import BackmapOptions
from unbead.pipeline.user_molecules import UserMolecules, read_user_molecules
from unbead.prepare.finish import FinishOptions

HOW = tuple(BackmapOptions.__dataclass_fields__)
FINISH = tuple(name for name in FinishOptions.model_fields if name not in ("resolvate", "seed"))  # `water` and `seed`
MOLECULES = ("molecule", "mapping_file", "topology_in", "d_residues")
Function = TypeVar("Function", bound=Callable)


def show_keywords(keywords: type) -> Callable[[Function], Function]:
    """Show the keyword arguments that a function takes as ``**options`` in its signature, for help and completion.

    Parameters
    ----------
    keywords : type
        A class of `unbead.pipeline.keywords`.

    Returns
    -------
    callable
        A decorator; the function stays as it is.
    """

    def _named(function: Function) -> Function:
        """The function, with the signature that it has in effect."""
        signature = inspect.signature(function)
        own = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
        defaults = {name: field.default for name, field in BackmapOptions.__dataclass_fields__.items()}
        defaults |= {name: field.default for name, field in FinishOptions.model_fields.items()}
        more = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults.get(name), annotation=kind)
            for name, kind in get_type_hints(keywords).items()
            if name not in signature.parameters
        ]
        function.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
        return function

    return _named


def sort_options(
    function: str, options: Mapping[str, object], groups: Sequence[Iterable[str]], elsewhere: Mapping[str, str]
) -> list[dict]:
    """Sort keyword arguments by what they are for.

    Parameters
    ----------
    function : str
        Name of the function that got them.
    options : mapping of str to object
        The arguments.
    groups : sequence of iterable of str
        Names that belong together.
    elsewhere : mapping of str to str
        Names that belong to something else, each with what to do instead.

    Returns
    -------
    list of dict
        The arguments of each group.

    Raises
    ------
    UnbeadError
        If there is no such option.
    """
    known = [name for group in groups for name in group]
    for name in options:
        if name in elsewhere:
            raise UnbeadError(f"{function} has no option {name}: {elsewhere[name]}")
        if name not in known:
            close = get_close_matches(name.replace("-", "_").lower(), [*known, *elsewhere], 1)
            meant = f"did you mean {close[0]}?" if close else f"it has {', '.join(sorted(known))}"
            raise UnbeadError(f"{function} has no option {name}; {meant}")
    return [{name: options[name] for name in group if name in options} for group in groups]


def make_user_molecules(options: Mapping[str, object], given: UserMolecules | None) -> UserMolecules:
    """Read the user's molecules from ``molecule`` and ``mapping_file``.

    Parameters
    ----------
    options : mapping of str to object
        ``molecule``: ``"LIG=lig.sdf"``, several of these, or a dict of files or SMILES by residue name;
        ``mapping_file``: a path, or several.
    given : UserMolecules or None
        Molecules that were given otherwise.

    Returns
    -------
    UserMolecules
        All of them.

    Raises
    ------
    UnbeadError
        If they cannot be meant.
    """
    molecule, files = options.get("molecule") or (), options.get("mapping_file") or ()
    if isinstance(molecule, Mapping):
        molecule = [f"{name}={structure}" for name, structure in molecule.items()]
    texts: object = [molecule] if isinstance(molecule, str) else molecule
    paths: object = [files] if isinstance(files, str | Path) else files
    for name, values, kinds in (("molecule", texts, str), ("mapping_file", paths, str | Path)):
        if not isinstance(values, list | tuple) or not all(isinstance(value, kinds) for value in values):
            raise UnbeadError(f"{name}: give one, or a list of them; see help(unbead.backmap)")
    topology = options.get("topology_in")
    if not isinstance(topology, str | Path | None):
        raise UnbeadError(f"topology_in {topology!r}: give the path of a topology")
    told = None if topology is None else Path(topology)
    d_residues = options.get("d_residues")
    if not isinstance(d_residues, str | None):
        raise UnbeadError(f"d_residues {d_residues!r}: give a text, as for --d-residues")
    read = read_user_molecules([*texts], [Path(path) for path in paths], told, d_residues)  # type: ignore[misc, union-attr]
    if given is None:
        return read
    structures, files = given.structures | read.structures, (*given.files, *read.files)
    return UserMolecules(structures, files, told or given.topology, d_residues or given.d_residues)


def own_files(source: object) -> list[Path]:
    """List the files that beads are read from.

    Parameters
    ----------
    source : object
        A path, or a universe or group of MDAnalysis.

    Returns
    -------
    list of Path
        The structure and the topology beside it, or the files of a universe.

    Raises
    ------
    UnbeadError
        If it is nothing to read beads from.
    """
    if is_borrowed(source):
        return universe_files(source)
    path = Path(str(source))
    topology = beside(path)
    return [path] if topology is None else [path, topology]


def read_files(given: UserMolecules, mapping: object, model: object) -> list[Path | str]:
    """List the files that a run reads besides its beads.

    Parameters
    ----------
    given : UserMolecules
        Molecules of the user's own.
    mapping : object
        Name or folder of the mapping, or None.
    model : object
        Name or file of the model, or None.

    Returns
    -------
    list of Path or str
        Paths; names and SMILES may be among them.
    """
    found = [str(each) for each in (mapping, model) if each is not None]
    cards = [str(Path(str(model)).with_suffix(".json"))] if model is not None else []
    files = [*given.files, *([] if given.topology is None else [given.topology])]
    return [*found, *cards, *given.structures.values(), *(str(path) for path in files)]
