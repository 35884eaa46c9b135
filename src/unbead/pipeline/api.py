"""``unbead.backmap``: one frame in, a universe out, with every choice of ``unbead run``."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import MDAnalysis as mda
import numpy as np
from numpy.typing import NDArray

from unbead.errors import UnbeadError, about
from unbead.io.borrowed import is_borrowed, universe_of
from unbead.io.claim import claimed
from unbead.io.trajectory import BeadFrame
from unbead.io.universe import to_universe
from unbead.mapping.operator import to_scipy
from unbead.pipeline.batch import FrameMapper
from unbead.pipeline.keywords import BackmapKeywords
from unbead.pipeline.options import (
    FINISH,
    HOW,
    MOLECULES,
    make_user_molecules,
    own_files,
    read_files,
    show_keywords,
    sort_options,
)
from unbead.pipeline.structure import Source, backmap_structure, open_system, read_beads
from unbead.pipeline.system import BackmapOptions, check_backmap_options
from unbead.pipeline.user_molecules import UserMolecules
from unbead.prepare.export.files import topology_files
from unbead.prepare.finish import Finished, FinishOptions, finish
from unbead.prepare.forcefields.amber_lipids import split_lipids
from unbead.prepare.options import check_finish

log = logging.getLogger("unbead")
OF_TRAJECTORIES = "it is for many frames; call unbead.backmap_trajectory"
ELSEWHERE = dict.fromkeys(
    ("start", "stop", "step", "output", "topology_out", "resume", "workers", "scheduler"), OF_TRAJECTORIES
) | {"resolvate": 'say water="resolvate"'}


@show_keywords(BackmapKeywords)
def backmap(
    source: Source,
    *,
    frame: int | None = None,
    trajectories: Sequence[Path | str] = (),
    mapping: str | None = None,
    model: str | None = None,
    device: str = "auto",
    given: UserMolecules | None = None,
    **options: Unpack[BackmapKeywords],
) -> mda.Universe:
    """Backmap one frame and return a universe.

    Parameters
    ----------
    source : Path, str, or Universe, AtomGroup, ResidueGroup or SegmentGroup of MDAnalysis
        Coarse-grained system. A universe is left as it was; of a group the atoms are taken in the universe's order.
    frame : int, optional
        Frame, from zero; if not given the current one of a universe, and the first of files.
    trajectories : sequence of Path or str, optional
        Files that the frame is taken from, in place of the structure's own.
    mapping : str, optional
        A shipped mapping or a folder of mapping files; recognised from the beads if not given.
    model : str, optional
        A model that goes before the shipped ones: a name or a ``.safetensors`` file.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    given : UserMolecules, optional
        Molecules of the user's own, as an object.
    **options
        All other choices of ``unbead run``: ``molecule``, ``mapping_file`` and ``topology_in``; ``consistency``,
        ``relax``, ``backbone``, ``answer``, ``water``, ``skip_unknown``, ``seed``, ``memory``, ``samples``,
        ``temperature`` (fields of `unbead.pipeline.system.BackmapOptions`); ``hydrogens``, ``ph``, ``minimize``,
        ``topology`` and more (fields of `unbead.prepare.finish.FinishOptions`).

    Returns
    -------
    MDAnalysis.Universe
        Atoms and bonds in memory, with masses, elements, chains and segments; ``tempfactors`` hold the predicted error
        in Å. With ``samples=N`` it has N frames. Warnings go to the logger ``unbead``.

    Raises
    ------
    UnbeadError
        If there is no such option, or the input or a choice cannot be used.

    See Also
    --------
    unbead.pipeline.trajectory.backmap_trajectory : Many frames, from file to file.
    """
    choices, molecules, finishing = sort_options("unbead.backmap", options, (HOW, MOLECULES, FINISH), ELSEWHERE)
    how, given = BackmapOptions(**choices), make_user_molecules(molecules, given)
    check_backmap_options(how)
    padded = finishing.get("padding") is not None
    asked = check_finish(**finishing, resolvate=how.water == "resolvate" and not padded, seed=how.seed)
    if padded:
        how = replace(how, water="drop")  # the new box is filled anew
    paths = [Path(path) for path in trajectories]
    if how.samples:
        if asked.anything:
            raise UnbeadError(
                "hydrogens, minimize, naming, topology and water=resolvate finish one structure, no samples"
            )
        return _sampled(source, frame, paths, mapping, model, device, how, given)
    with ExitStack() as stack:
        if asked.topology is not None:
            written = [("topology", path) for path in topology_files(asked.topology)]
            stack.enter_context(claimed(written, [*own_files(source), *paths, *read_files(given, mapping, model)]))
        result = backmap_structure(source, mapping, model, frame, device, how, None, given, paths)
        _warn(result.summary)
        if not asked.anything:
            return to_universe(result.atoms, result.bonds)
        finished = finish(result.atoms, asked, to_scipy(result.operator))
        warn_of_problems(finished.summary["problems"])
    return to_universe(finished.atoms, bonds_of_finished(finished, asked))


def _sampled(
    source: Source,
    frame: int | None,
    trajectories: Sequence[Path],
    mapping: str | None,
    model: str | None,
    device: str,
    how: BackmapOptions,
    given: UserMolecules,
) -> mda.Universe:
    """Samples of one frame, as those of a trajectory with this frame alone."""
    beads = read_beads(source, frame, trajectories, given.topology)
    number = frame or 0
    if frame is None and is_borrowed(source):
        number = universe_of(source).trajectory.frame  # type: ignore[arg-type]
    with about(source):
        system = open_system(beads, mapping, model, device, how, given=given)
    first = number * how.samples
    frames = [BeadFrame(beads.positions, beads.box, 0.0, 0, first + k) for k in range(how.samples)]
    levels = list(system(beads.positions, beads.box).levels)
    built = FrameMapper(system)(frames, levels)
    _warn(system.facts | {"problems": system.doubts})
    for kind in sorted({kind for each in built for kind in each.problems}):
        log.warning("unbead: %s in %d of %d samples", kind, sum(kind in x.problems for x in built), len(built))
    atoms = replace(system.atoms.with_positions(built[0].positions), b_factors=built[0].errors, box=beads.box)
    return to_universe(atoms, system.assembly.bonds, np.array([each.positions for each in built]))


def _warn(summary: dict) -> None:
    """Tell what the command line would tell."""
    if summary.get("left_frames"):
        log.warning("unbead: %d frames; took the first, frame= chooses another", summary["left_frames"] + 1)
    for line in (*summary["taken"], *summary["doubts"]):
        log.warning("unbead: %s", line)
    warn_of_problems(summary.get("problems", {}))


def warn_of_problems(problems: dict[str, list[str]]) -> None:
    """Log what is wrong, by kind, each with the first residues concerned.

    Parameters
    ----------
    problems : dict of str to list of str
        Labels of residues or atoms by kind of problem.
    """
    for kind, labels in problems.items():
        log.warning("unbead: %s: %s", kind, ", ".join(labels[:8]) + (", …" if len(labels) > 8 else ""))


def bonds_of_finished(finished: Finished, options: FinishOptions) -> NDArray[np.int64]:
    """Find the bonds in the order of the finished atoms, which Amber's names of lipids change.

    Parameters
    ----------
    finished : Finished
        What finishing made.
    options : FinishOptions
        What was asked of it.

    Returns
    -------
    ndarray, shape=(n_bonds, 2), dtype=int64
        The bonds.
    """
    bonds = finished.molecule.bonds
    if options.naming != "amber":
        return bonds
    marked = finished.molecule.atoms
    rank = np.arange(len(marked))
    marks = np.stack([rank // 4096, rank % 4096, 0 * rank], 1).astype(np.float32)  # whole numbers that float32 holds
    order = split_lipids(marked.with_positions(marks)).positions.astype(np.int64)
    place = np.empty(len(marked), np.int64)
    place[order[:, 0] * 4096 + order[:, 1]] = rank
    return place[bonds]
