"""XTC and TRR, through MDAnalysis.

MDAnalysis writes to files that it opens itself, from their start. Frames stand alone, so each is written to a file of
its own first.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from MDAnalysis.lib.formats.libmdaxdr import TRRFile, XTCFile
from MDAnalysis.lib.mdamath import triclinic_box, triclinic_vectors

from unbead.errors import UnbeadError
from unbead.io.frame import AtomFrame, Plain, Snapshot, cut_off, unreadable

PRECISION = 1000.0  # of coordinates in XTC, per nm: 0.01 Å


class XdrFile:
    """An XTC or TRR file, read without the index files that MDAnalysis' readers leave beside it.

    Parameters
    ----------
    path : Path
        The file.

    Attributes
    ----------
    complete, end : int
        Complete frames, and the bytes that they take.

    Raises
    ------
    UnbeadError
        If not even its first frame has a beginning.
    """

    def __init__(self, path: Path):
        self._path = path
        kind = TRRFile if path.suffix.lower() == ".trr" else XTCFile
        try:
            self._file: Any = kind(str(path))
            self.n_particles, self.n_frames = int(self._file.n_atoms), len(self._file)
        except OSError:
            raise unreadable(path) from None
        try:  # the last frame may have a beginning only
            self._file.seek(self.n_frames - 1)
            self._file.read()
            self.complete, self.end = self.n_frames, int(self._file._bytes_tell())
        except (OSError, EOFError, StopIteration):
            self.complete, self.end = self.n_frames - 1, int(self._file.offsets[-1])
        if self.complete == self.n_frames and self.end < path.stat().st_size:
            self.n_frames += 1

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
            try:
                self._file.seek(k)
                frame = self._file.read()
            except (OSError, EOFError, StopIteration):
                raise cut_off(self._path, k) from None
            if not getattr(frame, "hasx", True):
                raise UnbeadError(f"{self._path}: frame {k} has no positions; write them, or choose others by --step")
            box = triclinic_box(*frame.box)
            box[:3] *= 10
            yield Snapshot(frame.x * np.float32(10), box.astype(np.float32), float(frame.time), int(frame.step))


class XdrEncoding(Plain):
    """XTC or TRR.

    Parameters
    ----------
    suffix : str
        ``.xtc`` or ``.trr``.
    n_atoms : int
        Atoms of a frame.
    """

    def __init__(self, suffix: str, n_atoms: int):
        self._n = n_atoms
        self._kind = TRRFile if suffix == ".trr" else XTCFile

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
        cell = np.zeros((3, 3), np.float32) if frame.box is None else triclinic_vectors(frame.box) / 10
        x = frame.positions / np.float32(10)
        step = int(np.int64(frame.step).astype(np.int32))  # larger ones wrap, as in GROMACS
        with TemporaryDirectory() as folder:
            path = Path(folder) / "frame"
            with self._kind(str(path), "w") as file:
                if self._kind is XTCFile:
                    file.write(x, cell, step, frame.time, PRECISION)
                else:
                    file.write(x, None, None, cell, step, frame.time, 0.0, len(x))
            return path.read_bytes()

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
        file = XdrFile(path)
        if file.n_particles != self._n:
            raise UnbeadError(f"{path}: has {file.n_particles} atoms, not {self._n}; choose another output")
        return file.complete, file.end
