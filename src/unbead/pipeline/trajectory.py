"""Backmap a trajectory: stream, compute, write, and go on where a run ended."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Unpack

from unbead.errors import UnbeadError
from unbead.io.appendable import AppendableTrajectory
from unbead.io.borrowed import left_alone
from unbead.io.claim import claimed
from unbead.io.output import is_stream
from unbead.io.trajectory import BeadFrame
from unbead.io.write import write_structure
from unbead.pipeline.batch import Built, FrameMapper
from unbead.pipeline.keywords import TrajectoryKeywords
from unbead.pipeline.manifest import write_manifest
from unbead.pipeline.options import FINISH, HOW, MOLECULES, make_user_molecules, show_keywords, sort_options
from unbead.pipeline.plan import Plan, TrajectoryOptions, check_options, files_of, make_plan
from unbead.pipeline.prefetch import WriteBehind, read_ahead
from unbead.pipeline.sharding import dask_client, sharded
from unbead.pipeline.structure import BROKEN_CHAIN, Source
from unbead.pipeline.summary import RunSummary
from unbead.pipeline.system import BackmapOptions
from unbead.pipeline.user_molecules import UserMolecules

Progress = Callable[[str, int, int], None]
ONE_STRUCTURE = "finishes one structure; call unbead.backmap with frame="
ELSEWHERE = dict.fromkeys(FINISH, f"it {ONE_STRUCTURE}") | {"frame": "choose frames by start, stop and step"}


@show_keywords(TrajectoryKeywords)
def backmap_trajectory(
    source: Source,
    trajectories: Sequence[Path | str] = (),
    *,
    output: Path | str,
    progress: Progress | None = None,
    interrupted: Event | None = None,
    given: UserMolecules | None = None,
    **options: Unpack[TrajectoryKeywords],
) -> dict:
    """Backmap frames of a trajectory into a trajectory.

    Memory does not grow with the number of frames. A run that is interrupted, or killed, leaves the frames that are
    done; with ``resume=True`` another goes on, to the same bytes as if there had been one.

    Parameters
    ----------
    source : Path, str, or Universe, AtomGroup, ResidueGroup or SegmentGroup of MDAnalysis
        Coarse-grained structure; its own frames are taken if there are no trajectories. A universe is left as it was.
    trajectories : sequence of Path or str
        XTC, TRR or DCD files, or PDB, GRO or mmCIF files of several frames; one after the other.
    output : Path or str
        An ``.xtc``, ``.trr``, ``.dcd`` or ``.pdb`` file.
    progress : callable, optional
        Called with what is being done, frames that are done, and frames in all (0 before they are known).
    interrupted : threading.Event, optional
        Once it is set, the run ends after the frames that are being computed.
    given : UserMolecules, optional
        Molecules of the user's own: structures and mapping files.
    **options
        Fields of `unbead.pipeline.plan.TrajectoryOptions` (``start``, ``stop``, ``step``, ``topology_out``, ``resume``,
        ``mapping``, ``model``, ``device``, ``workers``, ``scheduler``) and of
        `unbead.pipeline.system.BackmapOptions`, and ``molecule`` and ``mapping_file`` as for ``unbead run``.

    Returns
    -------
    dict
        What was done: choices and counts; ``frames`` of this run, ``frames_before`` it and ``frames_total``; repairs;
        ``problems`` by kind, each with the number of frames concerned, the first and the worst of them; seconds.

    Raises
    ------
    UnbeadError
        If the input, a choice or the output cannot be used, or a frame cannot be read; frames before it stay.

    See Also
    --------
    unbead.pipeline.structure.backmap_structure : The same for one frame.
    """
    started = time.perf_counter()
    tell = progress or (lambda text, done, total: None)
    groups = (HOW, MOLECULES, TrajectoryOptions.model_fields)
    choices, molecules, fields = sort_options("unbead.backmap_trajectory", options, groups, ELSEWHERE)
    how, chosen, given = BackmapOptions(**choices), check_options(**fields), make_user_molecules(molecules, given)
    if how.water == "resolvate":
        raise UnbeadError(f"water resolvate {ONE_STRUCTURE}")
    output, paths = Path(output), [Path(path) for path in trajectories]
    with claimed(*files_of(source, paths, output, chosen, given)), left_alone(source):
        plan = make_plan(source, paths, output, chosen, how, given, lambda text: tell(text, 0, 0))
        return _backmap(plan, chosen, tell, interrupted or Event(), started)


def _backmap(plan: Plan, options: TrajectoryOptions, tell: Progress, interrupted: Event, started: float) -> dict:
    """Do what is planned, and tell what was done."""
    tally, total = RunSummary(), len(plan.wanted)
    seconds = 0.0
    if plan.resumes:
        write_manifest(plan.output, plan.record)  # of more frames, where the input has grown
    with AppendableTrajectory(plan.output, plan.system.atoms, plan.clock, plan.resumes) as writer:
        before = writer.n_frames
        try:
            if before < total:
                seconds = _run(plan, options, writer, tally, tell, interrupted)
        except UnbeadError as error:
            kept = f"; {writer.n_frames} of {total} frames are in {plan.output}" if writer.n_frames else ""
            raise UnbeadError(f"{error}{kept}") from None
        finally:
            done = writer.n_frames
        if done == total:
            writer.finish()
    for fault, labels in (plan.system.doubts | ({BROKEN_CHAIN: plan.gaps} if plan.gaps else {})).items():
        if tally.frames:
            tally.fault(fault, labels, plan.wanted[0], tally.frames)
    return {
        **plan.system.facts,
        "perturbation": round(max(plan.levels), 3),
        "frames": done - before,
        "frames_before": before,
        "frames_total": total,
        "topology": None if plan.topology is None else str(plan.topology),
        **tally.summary(),
        "chain_ends": plan.ends,
        "seconds": round(time.perf_counter() - started, 2),
        "seconds_per_frame": round(seconds / max(done - before, 1), 4),
    }


def _run(
    plan: Plan,
    options: TrajectoryOptions,
    writer: AppendableTrajectory,
    tally: RunSummary,
    tell: Progress,
    interrupted: Event,
) -> float:
    """Backmap what is missing, until all is done or the user wants no more; return the seconds that it took."""
    mapper, done, total = FrameMapper(plan.system), writer.n_frames, len(plan.wanted)
    size, waiting = mapper.at_once, plan.system.memory.waiting
    first = plan.wanted[done]
    wanted = plan.wanted[done // size * size :]  # batches begin where they would have without an interruption

    def write(built: Built) -> None:
        fresh = writer.n_frames == 0
        if fresh and plan.topology is not None:
            atoms = plan.system.atoms
            write_structure(
                plan.topology, replace(atoms, positions=built.positions, b_factors=built.errors, box=built.box)
            )
        writer.write(built)
        if fresh and not is_stream(plan.output):
            write_manifest(plan.output, plan.record)

    with ExitStack() as stack:
        frames = stack.enter_context(closing(read_ahead(plan.trajectory.read(wanted), waiting)))
        shards = _shards(frames, size)
        if options.workers is None and options.scheduler is None:
            answers = (mapper(shard, plan.levels) for shard in shards)
        else:
            tell("starting workers", done, total)
            client = stack.enter_context(dask_client(options.workers, options.scheduler))
            answers = sharded(client, plan.system, plan.levels, shards)
        stack.enter_context(closing(answers))
        behind = stack.enter_context(WriteBehind(write, waiting))
        tell("backmapping", done, total)
        begun = time.perf_counter()
        for answer in answers:
            for built in answer:
                if built.number >= first:
                    tally.add(built)
                    behind.put(built)
            done = plan.wanted.index(answer[-1].number) + 1
            tell("backmapping", done, total)
            if interrupted.is_set():
                break
    return time.perf_counter() - begun


def _shards(frames: Iterable[BeadFrame], size: int) -> Iterator[list[BeadFrame]]:
    """So many frames at a time; before one that cannot be read, those that are left."""
    shard: list[BeadFrame] = []
    try:
        for frame in frames:
            shard.append(frame)
            if len(shard) == size:
                yield shard
                shard = []
    except UnbeadError:
        if shard:
            yield shard
        raise
    if shard:
        yield shard
