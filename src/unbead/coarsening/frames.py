"""Beads of a trajectory of atoms: frames stream through one mapping."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from threading import Event

import numpy as np

from unbead.coarsening.coarsen import Coarsener, CoarsenOptions
from unbead.errors import UnbeadError, about
from unbead.io.appendable import SUFFIXES, AppendableTrajectory
from unbead.io.frame import AtomFrame, regular_clock
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.write import check_output, check_place, write_structure
from unbead.mapping.mapping import Mapping

Progress = Callable[[str, int, int], None]


def coarsen_frames(
    source: Path,
    trajectories: Sequence[Path],
    output: Path,
    mapping: Mapping,
    options: CoarsenOptions,
    frames: tuple[int, int | None, int] = (0, None, 1),
    topology_out: Path | None = None,
    progress: Progress | None = None,
    interrupted: Event | None = None,
) -> tuple[Coarsener, int, int]:
    """Make beads of frames of a trajectory; memory does not grow with their number.

    Parameters
    ----------
    source : Path
        Atomistic structure; its own frames are taken if there are no trajectories.
    trajectories : sequence of Path
        XTC, TRR or DCD files, or PDB, GRO or mmCIF files of several frames; one after the other.
    output : Path
        An ``.xtc``, ``.trr``, ``.dcd`` or ``.pdb`` file.
    mapping : Mapping
        The mapping.
    options : CoarsenOptions
        Choices of what becomes beads.
    frames : tuple of (int, int or None, int)
        First frame, first not to take, and one in how many.
    topology_out : Path, optional
        Where beads of the first frame go as a structure; beside the output with the suffix .pdb if not given.
    progress : callable, optional
        Called with what is being done, frames that are done, and frames in all.
    interrupted : threading.Event, optional
        Once it is set, the run ends after the frame that is being written.

    Returns
    -------
    coarsener : Coarsener
        Beads of the first frame, and notes.
    done, total : int
        Frames that were written, and that were asked for.

    Raises
    ------
    UnbeadError
        If the input, a choice or the output cannot be used, or a frame cannot be read; frames before it stay.
    """
    if output.suffix.lower() not in SUFFIXES:
        raise UnbeadError(f"{output}: cannot write a trajectory in this format; name it {', '.join(SUFFIXES)}")
    topology = _topology(output, topology_out)
    for path in (source, *trajectories):
        check_place(output, path)
        if topology is not None:
            check_output(topology, path)
    tell = progress or (lambda text, done, total: None)
    tell("reading", 0, 0)
    atoms = read_structure(source)
    trajectory = Trajectory(atoms, list(trajectories) or [source], str(source))
    wanted = trajectory.select(*frames)
    stream = trajectory.read(wanted)
    begin = [next(stream)]
    with about(source):
        coarsener = Coarsener(begin[0].of(atoms), mapping, options, several=True)
    beads, total = coarsener.beads, len(wanted)
    if total > 1:
        begin.append(next(stream))
    blank = np.zeros(len(beads), np.float32)
    tell("making beads", 0, total)
    with AppendableTrajectory(output, beads, regular_clock(begin)) as writer:
        try:
            for frame in chain(begin, stream):
                positions = coarsener(frame.positions, frame.box)
                if not writer.n_frames and topology is not None:
                    write_structure(topology, replace(beads, positions=positions, box=frame.box))
                writer.write(AtomFrame(positions, frame.box, frame.time, frame.step, blank))
                tell("making beads", writer.n_frames, total)
                if interrupted is not None and interrupted.is_set():
                    break
        except UnbeadError as error:
            kept = f"; {writer.n_frames} of {total} frames are in {output}" if writer.n_frames else ""
            raise UnbeadError(f"{error}{kept}") from None
        done = writer.n_frames
        writer.finish()
    return coarsener, done, total


def _topology(output: Path, asked: Path | None) -> Path | None:
    """Where the first frame goes as a structure."""
    if asked is not None:
        if asked.resolve() == output.resolve():
            raise UnbeadError(f"--topology-out {asked}: is the output; name another file")
        return asked
    if output.suffix.lower() == ".pdb":
        return None
    beside = output.with_suffix(".pdb")
    if beside.exists():
        raise UnbeadError(f"{beside}: exists already; say with --topology-out where the first frame is to be written")
    return beside
