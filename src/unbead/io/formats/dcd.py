"""DCD: read by MDAnalysis once its head is checked, written here, since MDAnalysis cannot go on with a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from MDAnalysis.coordinates.DCD import DCDReader
from MDAnalysis.lib.formats.libdcd import DCDFile
from MDAnalysis.units import convert

from unbead.errors import UnbeadError
from unbead.io.formats.dcd_index import box_fits, find_layout
from unbead.io.frame import AtomFrame, Clock, Plain, Snapshot, cut_off, unreadable
from unbead.io.universe import quiet

TITLE = b"Unbead".ljust(80)


class DcdFile:
    """A DCD file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    UnbeadError
        If it is not one, or has no frame.
    """

    def __init__(self, path: Path):
        self._path = path
        self._layout = find_layout(path)
        self.complete, self.n_particles = self._layout.complete, self._layout.n_atoms
        if not self.complete or not box_fits(path, self._layout, 0):
            raise unreadable(path)
        try:
            with DCDFile(str(path)) as file:
                header = file.header
            with quiet(), np.errstate(all="ignore"):
                self._reader: Any = DCDReader(str(path))
        except Exception:  # MDAnalysis raises whatever it meets
            raise unreadable(path) from None
        self._first_step, self._steps = int(header["istart"]), int(header["nsavc"])
        self.n_frames = self.complete + self._layout.rest

    def read(self, wanted: range) -> Iterator[Snapshot]:
        """Read frames, first to last; see `FrameFile.read`.

        Parameters
        ----------
        wanted : range
            Frames, counted from zero.

        Yields
        ------
        Snapshot
            Each of them.
        """
        for k in wanted:
            if k >= self.complete or not box_fits(self._path, self._layout, k):
                raise cut_off(self._path, k)
            try:
                with np.errstate(all="ignore"):  # what overflows is refused with coordinates and boxes that cannot be
                    step = self._reader[k]
            except Exception:  # MDAnalysis raises whatever it meets
                raise cut_off(self._path, k) from None
            box = None if step.dimensions is None else step.dimensions.astype(np.float32)
            positions = np.array(step.positions, np.float32)
            yield Snapshot(positions, box, float(step.time), self._first_step + k * self._steps)


class DcdEncoding(Plain):
    """DCD as NAMD writes it; the box goes as lengths and cosines.

    Parameters
    ----------
    n_atoms : int
        Atoms of a frame.
    clock : Clock
        Times, of which the head keeps the first and the interval.
    """

    def __init__(self, n_atoms: int, clock: Clock):
        self._n, self._clock = n_atoms, clock
        self._size = 56 + 3 * (4 * n_atoms + 8)

    def head(self, n_frames: int) -> bytes:
        """Return what stands before the first frame; see `Encoding.head`.

        Parameters
        ----------
        n_frames : int
            Frames in the file.

        Returns
        -------
        bytes
            The head.
        """
        delta = self._clock.interval / self._clock.steps
        words = np.zeros(20, "<i4")
        words[0], words[1], words[2] = n_frames, round(self._clock.time / delta), self._clock.steps
        words[9:10] = np.array([convert(delta, "ps", "AKMA")], "<f4").view("<i4")
        words[10], words[19] = 1, 24  # there is a box; written as by CHARMM 24
        titles = np.array([1], "<i4").tobytes() + TITLE
        return _record(b"CORD" + words.tobytes()) + _record(titles) + _record(np.array([self._n], "<i4").tobytes())

    def frame(self, frame: AtomFrame, number: int) -> bytes:
        """Return one frame; see `Encoding.frame`.

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
        a, b, c, alpha, beta, gamma = np.zeros(6) if frame.box is None else frame.box.astype(np.float64)
        cosines = np.sin(np.radians(90.0 - np.array([gamma, beta, alpha])))
        cell = np.array([a, cosines[0], b, cosines[1], cosines[2], c], "<f8")
        axes = np.ascontiguousarray(frame.positions.T, "<f4")
        return _record(cell.tobytes()) + b"".join(_record(axis.tobytes()) for axis in axes)

    def complete(self, path: Path) -> tuple[int, int]:
        """Count complete frames; see `Encoding.complete`.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        n_frames, end : int
            Complete frames, and the bytes up to the end of the last.
        """
        start = len(self.head(0))
        with path.open("rb") as file:
            if file.read(start)[12:] != self.head(0)[12:]:  # before that stands the number of frames
                raise UnbeadError(f"{path}: not a DCD file of {self._n} atoms that Unbead wrote; choose another output")
        n_frames = max(path.stat().st_size - start, 0) // self._size
        return n_frames, start + n_frames * self._size


def _record(content: bytes) -> bytes:
    """A record as Fortran writes it."""
    length = np.array([len(content)], "<i4").tobytes()
    return length + content + length
