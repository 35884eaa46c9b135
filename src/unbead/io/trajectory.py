"""Trajectories: frames of one or several files, numbered through, that fit a topology."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.borrowed import Borrowed
from unbead.io.columns import refuse_impossible
from unbead.io.formats.dcd import DcdFile
from unbead.io.formats.multi_model import TextFile, WholeFile
from unbead.io.formats.xdr import XdrFile
from unbead.io.frame import FrameFile, Snapshot
from unbead.io.read import file_format
from unbead.io.universe import UniverseFrames
from unbead.structure.box import usable_box

BINARY = (".xtc", ".trr", ".dcd")


@dataclass(frozen=True)
class BeadFrame(Snapshot):
    """A frame of a trajectory.

    Attributes
    ----------
    number : int
        Its place in the trajectory, from zero, through all files.
    """

    number: int

    def of(self, beads: Particles) -> Particles:
        """Return particles as they are in this frame.

        Parameters
        ----------
        beads : Particles
            The topology.

        Returns
        -------
        Particles
            The same at the positions and in the box of the frame.
        """
        return replace(beads, positions=self.positions, box=self.box)


class Trajectory:
    """Frames of files, one file after the other.

    Parameters
    ----------
    topology : Particles
        The particles that move.
    sources : sequence of Path, or a universe or group of MDAnalysis
        Files in their order; frames that two files share are not left out.
    name : str
        What to call the topology in messages.

    Raises
    ------
    UnbeadError
        If a file cannot be read or its frames have another number of particles.
    """

    def __init__(self, topology: Particles, sources: Sequence[Path] | Borrowed, name: str):
        self._topology = topology
        self._files: list[tuple[str, FrameFile]]
        if isinstance(sources, Borrowed):
            self._files = [("universe", UniverseFrames(sources))]
        else:
            self._files = [(str(path), open_frames(path)) for path in sources]
        for source, file in self._files:
            if file.n_particles != len(topology):
                raise UnbeadError(
                    f"{source}: has {file.n_particles} particles where {name} has {len(topology)}; give the structure"
                    " that the trajectory was made with"
                )

    def __len__(self) -> int:
        return sum(file.n_frames for _, file in self._files)

    def select(self, start: int = 0, stop: int | None = None, step: int = 1) -> range:
        """Choose frames.

        Parameters
        ----------
        start : int
            The first.
        stop : int, optional
            The first not to take; the end by default, and where it is beyond.
        step : int
            Take one in so many.

        Returns
        -------
        range
            Their numbers.

        Raises
        ------
        UnbeadError
            If there are none.
        """
        n = len(self)
        chosen = range(start, n if stop is None else min(stop, n), step)
        if not chosen:
            end = "" if stop is None else f" --stop {stop}"
            raise UnbeadError(f"--start {start}{end}: no frame of the {n} (0 to {n - 1}) is among these")
        return chosen

    def counts(self, wanted: range) -> list[tuple[str, int]]:
        """Tell how many frames are from which file.

        Parameters
        ----------
        wanted : range
            Their numbers.

        Returns
        -------
        list of (str, int)
            Files that have any, in their order.
        """
        found, before = [], 0
        for source, file in self._files:
            found.append((source, len(_between(wanted, before, before + file.n_frames))))
            before += file.n_frames
        return [(source, count) for source, count in found if count]

    def read(self, wanted: range) -> Iterator[BeadFrame]:
        """Read frames, first to last.

        Parameters
        ----------
        wanted : range
            Their numbers.

        Yields
        ------
        BeadFrame
            Each of them.

        Raises
        ------
        UnbeadError
            If a frame is cut off or damaged, or has coordinates or a box that cannot be.
        """
        before = 0
        for source, file in self._files:
            here = _between(wanted, before, before + file.n_frames)
            local = range(here.start - before, here.stop - before, here.step)
            for number, frame in zip(here, file.read(local) if local else (), strict=True):
                if len(frame.positions) != len(self._topology):
                    raise UnbeadError(
                        f"{source}: frame {number - before} has {len(frame.positions)} particles where others have"
                        f" {len(self._topology)}; check that the file is complete"
                    )
                order = self._topology.order
                positions = frame.positions if order is None else frame.positions[order]
                moved, where = replace(self._topology, positions=positions), f"{source}: frame {number - before}"
                refuse_impossible(moved, where)
                box = usable_box(frame.box, len(moved), where)
                yield BeadFrame(positions, box, frame.time, frame.step, number)
            before += file.n_frames


def open_frames(path: Path) -> FrameFile:
    """Open a file of frames.

    Parameters
    ----------
    path : Path
        An XTC, TRR or DCD file, or a PDB, GRO or mmCIF file.

    Returns
    -------
    FrameFile
        The file.

    Raises
    ------
    UnbeadError
        If it is missing, empty, of another format, or unreadable from the start.
    """
    suffix, kind = path.suffix.lower(), ""
    if suffix not in BINARY:
        try:
            kind = file_format(path)
        except UnbeadError:
            raise UnbeadError(
                f"{path}: not a trajectory format; known are {', '.join(BINARY)}, and .pdb, .gro and .cif of several"
                " frames"
            ) from None
    if not path.is_file():
        raise UnbeadError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise UnbeadError(f"{path}: the file is empty")
    if suffix in BINARY:
        return DcdFile(path) if suffix == ".dcd" else XdrFile(path)
    return WholeFile(path) if kind in ("CIF", "TPR") else TextFile(path, kind)


def _between(numbers: range, low: int, high: int) -> range:
    """Numbers of an increasing range that are at least `low` and less than `high`."""
    first, last = (int(np.clip(-(-(x - numbers.start) // numbers.step), 0, len(numbers))) for x in (low, high))
    return numbers[first:last]
