"""What one frame of a trajectory is, and what its formats have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from unbead.errors import UnbeadError


@dataclass(frozen=True)
class Snapshot:
    """One frame of a file.

    Attributes
    ----------
    positions : ndarray, shape=(n, 3), dtype=float32
        Coordinates in Å, in the order of the file.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    time : float
        Time in ps.
    step : int
        Step of the simulation.
    """

    positions: NDArray[np.float32]
    box: NDArray[np.float32] | None
    time: float
    step: int


@dataclass(frozen=True)
class AtomFrame(Snapshot):
    """A frame to write.

    Attributes
    ----------
    errors : ndarray, shape=(n_atoms,), dtype=float32
        Predicted errors in Å.
    """

    errors: NDArray[np.float32]


@dataclass(frozen=True)
class Clock:
    """Regular times, as a DCD file can keep them.

    Attributes
    ----------
    time : float
        Time of the first frame in ps.
    interval : float
        Time between frames in ps.
    steps : int
        Steps between frames.
    """

    time: float = 0.0
    interval: float = 1.0
    steps: int = 1


def regular_clock(frames: Sequence[Snapshot]) -> Clock:
    """Tell the times of all frames from the first two.

    Parameters
    ----------
    frames : sequence of Snapshot
        The first frames, at least one.

    Returns
    -------
    Clock
        Their time and interval; 1 ps where there is none.
    """
    interval, steps = 0.0, 0
    if len(frames) > 1:
        interval, steps = frames[1].time - frames[0].time, frames[1].step - frames[0].step
    return Clock(frames[0].time, interval if interval > 0 else 1.0, max(steps, 1))


class FrameFile(Protocol):
    """A file of frames.

    Attributes
    ----------
    n_frames : int
        Its frames; one that is cut off at the end counts, and fails when it is read.
    n_particles : int
        Particles of each.
    """

    n_frames: int
    n_particles: int

    def read(self, wanted: range) -> Iterator[Snapshot]:
        """Read frames, first to last.

        Parameters
        ----------
        wanted : range
            Frames, counted from zero.

        Yields
        ------
        Snapshot
            Each of them.

        Raises
        ------
        UnbeadError
            If a frame is cut off or damaged.
        """
        ...


class Encoding(Protocol):
    """How frames of a format become bytes."""

    def head(self, n_frames: int) -> bytes:
        """Return what stands before the first frame.

        Parameters
        ----------
        n_frames : int
            Frames in the file; the length does not depend on it.

        Returns
        -------
        bytes
            The head.
        """
        ...

    def frame(self, frame: AtomFrame, number: int) -> bytes:
        """Return one frame.

        Parameters
        ----------
        frame : AtomFrame
            Positions, box and times.
        number : int
            Its place in the file, from zero.

        Returns
        -------
        bytes
            What to append.
        """
        ...

    def tail(self) -> bytes:
        """Return what follows the last frame.

        Returns
        -------
        bytes
            The end of the file.
        """
        ...

    def complete(self, path: Path) -> tuple[int, int]:
        """Count the complete frames of a file of this format and these atoms.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        n_frames, end : int
            Complete frames, and the bytes up to the end of the last.

        Raises
        ------
        UnbeadError
            If it is not such a file.
        """
        ...


class Plain:
    """A format without anything around its frames."""

    def head(self, n_frames: int) -> bytes:
        """Return nothing; see `Encoding.head`.

        Parameters
        ----------
        n_frames : int
            Frames in the file.

        Returns
        -------
        bytes
            Nothing.
        """
        return b""

    def tail(self) -> bytes:
        """Return nothing; see `Encoding.tail`.

        Returns
        -------
        bytes
            Nothing.
        """
        return b""


def unreadable(path: Path) -> UnbeadError:
    """Say that a file is not what its suffix says.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    UnbeadError
        To be raised.
    """
    return UnbeadError(f"{path}: not a readable {path.suffix[1:].upper()} file; check that it is complete")


def cut_off(source: Path | str, frame: int) -> UnbeadError:
    """Say that a frame cannot be read.

    Parameters
    ----------
    source : Path or str
        The file.
    frame : int
        The frame, from zero.

    Returns
    -------
    UnbeadError
        To be raised.
    """
    return UnbeadError(f"{source}: frame {frame} is cut off or damaged; the {frame} before it are all that can be read")
