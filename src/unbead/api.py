"""``unbead.coarsen``, ``unbead.finish``, ``unbead.check`` and ``unbead.evaluate``: the commands as functions."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, Unpack

import MDAnalysis as mda

from unbead.coarsening.coarsen import Coarsener, CoarsenOptions
from unbead.completion.download import take
from unbead.errors import UnbeadError, about
from unbead.io.claim import claimed
from unbead.io.universe import to_universe
from unbead.mapping.grammar import parse_file
from unbead.mapping.mapping import load_mapping
from unbead.mapping.molecule import compile_molecule
from unbead.pipeline.api import bonds_of_finished, warn_of_problems
from unbead.pipeline.keywords import FinishKeywords
from unbead.pipeline.options import FINISH, own_files, show_keywords, sort_options
from unbead.pipeline.structure import Source, read_beads
from unbead.prepare.export.files import topology_files
from unbead.prepare.finish import finish as finish_atoms
from unbead.prepare.options import check_finish
from unbead.validate.check import Check, check_files
from unbead.validate.compare import evaluate_files

log = logging.getLogger("unbead")


def coarsen(
    source: Source,
    mapping: Path | str,
    *,
    frame: int | None = None,
    trajectories: Sequence[Path | str] = (),
    mapping_file: Path | str | Sequence[Path | str] = (),
    keep: Sequence[Literal["water", "ions", "buffer"]] = (),
    skip_unknown: bool = False,
    incomplete: Literal["complete", "drop"] = "complete",
) -> mda.Universe:
    """Make the beads of one frame.

    Parameters
    ----------
    source : Path, str, or Universe, AtomGroup, ResidueGroup or SegmentGroup of MDAnalysis
        Atomistic system.
    mapping : Path or str
        A shipped mapping or a folder of mapping files.
    frame : int, optional
        Frame, from zero; if not given the current one of a universe, and the first of files.
    trajectories : sequence of Path or str, optional
        Files that the frame is taken from, in place of the structure's own.
    mapping_file : Path or str, or a sequence of them, optional
        Mapping files of more molecules.
    keep : sequence of str, optional
        What is not left out: ``water``, ``ions``, ``buffer``.
    skip_unknown : bool
        Whether to leave out residues that the mapping lacks; otherwise they are an error.
    incomplete : str
        What to do with beads that lack atoms: ``complete`` their residues, or ``drop`` the beads.

    Returns
    -------
    MDAnalysis.Universe
        Beads in memory. What was left out or completed goes to the logger ``unbead``.

    Raises
    ------
    UnbeadError
        If the input or a choice cannot be used.
    """
    if unknown := [kind for kind in keep if kind not in ("water", "ions", "buffer")]:
        raise UnbeadError(f"keep {unknown[0]!r}: use water, ions or buffer")
    files = [mapping_file] if isinstance(mapping_file, str | Path) else mapping_file
    chosen = load_mapping(mapping).with_molecules(compile_molecule(parse_file(Path(path))) for path in files)
    atoms = read_beads(source, frame, [Path(path) for path in trajectories])
    with about(source):
        made = Coarsener(atoms, chosen, CoarsenOptions(tuple(keep), skip_unknown, incomplete))
    notes = made.notes
    for words, labels in {
        "left out": [notes.left_out] if notes.left_out else [],
        "completed the atoms of": list(notes.completed),
        "left out residues that the mapping lacks": [f"{name} ({n})" for name, n in notes.unknown.items()],
        "left out beads that lack atoms": list(notes.dropped),
        "atoms twice in a residue, the first is taken": list(notes.repeated),
        "new atoms are in the way of others": list(notes.crowded),
    }.items():
        warn_of_problems({words: labels} if labels else {})
    return to_universe(made.beads)


@show_keywords(FinishKeywords)
def finish(
    source: Source,
    *,
    frame: int | None = None,
    water: Literal["keep", "drop", "resolvate"] | None = None,
    seed: int = 0,
    keep: Sequence[Literal["water", "ions"]] = (),
    skip_unknown: bool = False,
    mse_to_met: bool = False,
    **options: Unpack[FinishKeywords],
) -> mda.Universe:
    """Complete chain ends and disulfides; add hydrogens, water and ions, minimise, rename, write a topology.

    Parameters
    ----------
    source : Path, str, or Universe, AtomGroup, ResidueGroup or SegmentGroup of MDAnalysis
        Atoms; hydrogens in it are replaced.
    frame : int, optional
        Frame, from zero; if not given the current one of a universe, and the first of files.
    water : str, optional
        ``keep``, ``drop`` or ``resolvate``; if not given, water is kept in a box full of it.
    seed : int
        Another seed fills the box with other water molecules.
    keep : sequence of str, optional
        Crystal ``water`` and ``ions`` are left out unless named here.
    skip_unknown : bool
        Whether to leave out what cannot be built; otherwise it is an error.
    mse_to_met : bool
        Whether selenomethionine becomes methionine.
    **options
        Fields of `unbead.prepare.finish.FinishOptions`, as for ``unbead finish``: ``hydrogens``, ``minimize``,
        ``forcefield``, ``padding``, ``topology`` and more.

    Returns
    -------
    MDAnalysis.Universe
        Atoms and bonds in memory. Notes and faults go to the logger ``unbead``.

    Raises
    ------
    UnbeadError
        If there is no such option, or the input or a choice cannot be used.
    """
    (fields,) = sort_options("unbead.finish", options, (FINISH,), {})
    if water not in (None, "keep", "drop", "resolvate"):
        raise UnbeadError(f"water {water} is unknown; use keep, drop, resolvate")
    if unknown := [kind for kind in keep if kind not in ("water", "ions")]:
        raise UnbeadError(f"keep {unknown[0]!r}: use water or ions")
    if ("water" in keep or water == "keep") and (fields.get("padding") is not None or water in ("drop", "resolvate")):
        raise UnbeadError('water is kept in its old place: do without keep="water", padding or another water')
    chosen = check_finish(**fields, resolvate=water == "resolvate", seed=seed)
    kept = {*keep, *(("water",) if water == "keep" else ())}
    with ExitStack() as stack:
        if chosen.topology is not None:
            written = [("topology", path) for path in topology_files(chosen.topology)]
            stack.enter_context(claimed(written, own_files(source)))
        atoms = read_beads(source, frame)
        stack.enter_context(about(source))
        taken = take(
            atoms,
            sorted(kept),
            drop_water=chosen.fill or water == "drop",
            skip_unknown=skip_unknown,
            mse_to_met=mse_to_met,
        )
        finished = finish_atoms(taken.atoms, chosen)
    for note in taken.notes:
        log.warning("unbead: %s", note)
    crowded = {"new atoms are in the way of others": list(taken.crowded)} if taken.crowded else {}
    left = {"left out": list(taken.skipped)} if taken.skipped else {}
    warn_of_problems(left | crowded | finished.summary["problems"])
    return to_universe(finished.atoms, bonds_of_finished(finished, chosen))


def check(
    structure: Path | str,
    *,
    reference: Path | str | None = None,
    beads: Path | str | None = None,
    mapping: str | None = None,
) -> Check:
    """Judge a protein structure: PASS, WARN or FAIL, with reasons and places.

    Parameters
    ----------
    structure : Path or str
        An atomistic protein structure.
    reference : Path or str, optional
        The truth, if known.
    beads : Path or str, optional
        The beads that the atoms were made of.
    mapping : str, optional
        Mapping of the beads; recognised if not given.

    Returns
    -------
    Check
        The verdict ``level``, its ``reasons``, the ``numbers`` averaged over models, and ``where`` something is wrong.

    Raises
    ------
    UnbeadError
        If a file is unusable, or the files do not fit together.
    """
    return check_files(Path(structure), _path(reference), _path(beads), mapping)


def evaluate(generated: Path | str, reference: Path | str) -> dict[str, float | None]:
    """Compare a backmapped structure with the truth, model by model.

    Parameters
    ----------
    generated, reference : Path or str
        Structure files; a reference with one model serves all models.

    Returns
    -------
    dict of str to float or None
        Means over models, and the number of models.

    Raises
    ------
    UnbeadError
        If a file is unusable, or the numbers of models do not fit.
    """
    return evaluate_files(Path(generated), Path(reference))


def _path(path: Path | str | None) -> Path | None:
    return None if path is None else Path(path)
