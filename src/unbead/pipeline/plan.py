"""What a run over a trajectory has to do, checked before any work is done."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from unbead import __version__
from unbead.chem.particles import Particles
from unbead.errors import UnbeadError, about
from unbead.io.appendable import make_encoding, trajectory_suffix
from unbead.io.borrowed import is_borrowed
from unbead.io.claim import check_apart
from unbead.io.frame import Clock, regular_clock
from unbead.io.output import is_stdout, is_stream
from unbead.io.trajectory import BeadFrame, Trajectory
from unbead.io.write import check_output
from unbead.pipeline.input_checks import find_gaps
from unbead.pipeline.manifest import (
    check_same,
    digest_files,
    digest_frames,
    digest_topology,
    read_manifest,
    recorded_levels,
)
from unbead.pipeline.options import own_files, read_files
from unbead.pipeline.structure import Source, open_system, read_beads
from unbead.pipeline.system import BackmapOptions, System
from unbead.pipeline.user_molecules import UserMolecules
from unbead.placement.latent_noise import SampledFrames

PROBES = 5  # frames, at most, that the perturbation level is estimated from
SHARE = 10  # frames to each of them


class TrajectoryOptions(BaseModel):
    """Options of `unbead.pipeline.trajectory.backmap_trajectory`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(default=0, ge=0, description="First frame, from zero through all files.")
    stop: int | None = Field(default=None, ge=0, description="First frame not to take; the end if not given.")
    step: int = Field(default=1, ge=1, description="Take one frame in so many.")
    topology_out: Path | None = Field(
        default=None, description="Structure of the first frame; beside the output with the suffix .pdb if not given."
    )
    resume: bool = Field(default=False, description="Go on with the output of an earlier run, if there is one.")
    mapping: str | None = Field(default=None, description="Name or folder; recognised if not given.")
    model: str | None = Field(default=None, description="Model name or .safetensors file, before those that ship.")
    device: str = Field(default="auto", description="auto, cpu, cuda or mps.")
    workers: int | None = Field(default=None, ge=1, description="Processes on this machine that share the frames.")
    scheduler: str | None = Field(default=None, description="Dask scheduler whose workers share them instead.")


@dataclass(frozen=True)
class Plan:
    """What a run has to do.

    Attributes
    ----------
    output : Path
        Trajectory to write.
    topology : Path or None
        Structure of its first frame, if one is to be written.
    trajectory : SampledFrames
        Frames of beads, each as often as it is sampled.
    wanted : sequence of int
        Those to backmap, by the numbers of `SampledFrames`.
    system : System
        What is to be built.
    gaps, ends : list of str
        Breaks of chains whose numbers go on, narrow and wide.
    levels : list of float
        Perturbation of the beads in Å for each network.
    clock : Clock
        Times of the frames.
    record : dict
        What the output is made of.
    resumes : bool
        Whether there is an output to go on with.
    """

    output: Path
    topology: Path | None
    trajectory: SampledFrames
    wanted: Sequence[int]
    system: System
    gaps: list[str]
    ends: list[str]
    levels: list[float]
    clock: Clock
    record: dict
    resumes: bool


def check_options(**values) -> TrajectoryOptions:
    """Check the options of a run.

    Parameters
    ----------
    **values
        Fields of `TrajectoryOptions`.

    Returns
    -------
    TrajectoryOptions
        The options.

    Raises
    ------
    UnbeadError
        If there is no such option, or a value is not one that it takes.
    """
    try:
        options = TrajectoryOptions(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", "-")
        raise UnbeadError(f"--{name} {first['input']}: {first['msg'][:1].lower()}{first['msg'][1:]}") from None
    if options.workers is not None and options.scheduler is not None:
        raise UnbeadError("--workers starts processes here, --scheduler uses those of a cluster; choose one of them")
    return options


def make_plan(
    source: Source,
    trajectories: Sequence[Path],
    output: Path,
    options: TrajectoryOptions,
    how: BackmapOptions,
    given: UserMolecules,
    tell: Callable[[str], None],
) -> Plan:
    """Look at everything that a run needs.

    Parameters
    ----------
    source : Path, str, or universe or group of MDAnalysis
        Coarse-grained structure.
    trajectories : sequence of Path
        Files of frames; the structure's own if there are none.
    output : Path
        Trajectory to write.
    options : TrajectoryOptions
        Choices of frames, files and processes.
    how : BackmapOptions
        Choices of how a frame is backmapped.
    given : UserMolecules
        Molecules of the user's own.
    tell : callable
        Called with a line on what is being done.

    Returns
    -------
    Plan
        What there is to do.

    Raises
    ------
    UnbeadError
        If the input or the output cannot be used.
    """
    borrowed = is_borrowed(source)
    older, topology = read_manifest(output), first_frame_path(output, options.topology_out)
    check_apart(*files_of(source, trajectories, output, options, given))
    tell("reading")
    if borrowed and trajectories:
        raise UnbeadError("trajectories go with a structure file; load them into the universe")
    beads = read_beads(source, topology=given.topology)
    name = "the universe" if borrowed else str(source)
    trajectory = Trajectory(beads, source if borrowed else trajectories or [Path(str(source))], name)  # type: ignore[arg-type]
    wanted = trajectory.select(options.start, options.stop, options.step)
    begin = _readable(trajectory, wanted[:2])
    beads = begin[0].of(beads)
    with about(source):
        system = open_system(beads, options.mapping, options.model, options.device, how, tell, given)
    tell("looking at frames")
    own = [] if borrowed or not trajectories else [str(source)]
    record = {
        "unbead": __version__,
        "contents": digest_files([*own, *read_files(given, options.mapping, options.model)]),
        "topology": digest_topology(beads),
        "frames": [options.start, options.stop, options.step],
        "mapping": system.facts["mapping"],
        "model": options.model,
        "molecule": sorted(given.structures),
        "d_residues": given.d_residues,
        "device": system.facts["device"],
        "topology_out": None if topology is None else topology.name,
    } | {name: choice for name, choice in asdict(how).items() if name not in _without_effect(how)}
    clock = regular_clock(begin)
    repeated = SampledFrames(trajectory, max(how.samples, 1))
    there = output.exists() and not is_stream(output)
    if there and options.resume:
        begun = check_same(output, record, trajectory, wanted)
        levels = recorded_levels(output, begun, len(system.backmapper.shares))
    else:
        if there and older is not None:
            _refuse_partial(output, older, system.atoms, clock)
        every = max(-(-len(wanted) // PROBES), SHARE)
        probes = _readable(trajectory, wanted[::every])
        levels = np.median([system(frame.positions, frame.box).levels for frame in probes], 0).tolist()
    names, counts = zip(*trajectory.counts(wanted), strict=True)
    digests = digest_frames(trajectory, wanted, counts)
    record |= {
        "input_frames": [list(row) for row in zip(names, counts, digests, strict=True)],
        "total": len(wanted) * max(how.samples, 1),
        "levels": levels,
    }
    return Plan(
        output,
        topology,
        repeated,
        repeated.numbers(wanted),
        system,
        *find_gaps(system.assembly),
        levels,
        clock,
        record,
        there and options.resume,
    )


def _without_effect(how: BackmapOptions) -> tuple[str, ...]:
    """Name the choices that do not change the output."""
    return ("memory",) if how.samples else ("memory", "samples", "temperature", "coherent")


def files_of(
    source: Source, trajectories: Sequence[Path], output: Path, options: TrajectoryOptions, given: UserMolecules
) -> tuple[list[tuple[str, Path | None]], list[Path | str]]:
    """List the files of a run.

    Parameters
    ----------
    source, trajectories, output, options, given
        See `make_plan`.

    Returns
    -------
    written : list of (str, Path or None)
        What is written, with the options that name it.
    read : list of Path or str
        What is read.
    """
    written = [("--output", output), ("--topology-out", first_frame_path(output, options.topology_out))]
    return written, [*own_files(source), *trajectories, *read_files(given, options.mapping, options.model)]


def first_frame_path(output: Path, asked: Path | None) -> Path | None:
    """Tell where the first frame goes as a structure.

    Parameters
    ----------
    output : Path
        The trajectory.
    asked : Path or None
        What the user named.

    Returns
    -------
    Path or None
        A structure file; None where the output has names itself, or goes to standard output.

    Raises
    ------
    UnbeadError
        If the user did not name it, and there is a file that is not of an earlier run.
    """
    if asked is not None:
        check_output(asked)
        return asked
    if trajectory_suffix(output) == ".pdb" or is_stdout(output):
        return None
    older = read_manifest(output)
    beside = output.with_suffix(".pdb")
    if beside.exists() and (older is None or older.get("topology_out") != beside.name):
        raise UnbeadError(f"{beside}: exists already; say with --topology-out where the first frame is to be written")
    return beside


def _readable(trajectory: Trajectory, wanted: range) -> list[BeadFrame]:
    """Frames up to the first that cannot be read; at least one."""
    found = []
    try:
        for frame in trajectory.read(wanted):
            found.append(frame)
    except UnbeadError:
        if not found:
            raise
    return found


def _refuse_partial(output: Path, older: dict, atoms: Particles, clock: Clock) -> None:
    """Complain of an unfinished run that would be lost."""
    try:
        done = make_encoding(output, atoms, clock).complete(output)[0]
        total = int(older["total"])
    except (UnbeadError, OSError, KeyError, TypeError, ValueError):
        return  # not what the record is of
    if done < total:
        raise UnbeadError(
            f"{output}: has {done} of {total} frames of a run that was interrupted; go on with --resume, or remove it"
        )
