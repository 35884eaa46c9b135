"""XTC and TRR, through MDAnalysis.

MDAnalysis writes to files that it opens itself, from their start. Frames stand alone, so each is written to a file of
its own first. What it reads is checked before (`unbead.io.formats.xdr_index`), and XTC is unpacked by another process
(`unbead.io.formats.xtc`): no check of the head tells whether packed bits are damaged.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from MDAnalysis.lib.formats.libmdaxdr import TRRFile, XTCFile
from MDAnalysis.lib.mdamath import triclinic_box, triclinic_vectors
from numpy.typing import NDArray

from unbead.errors import UnbeadError
from unbead.io.formats.xdr_index import find_frames
from unbead.io.formats.xtc import Unpacked, unpack
from unbead.io.frame import AtomFrame, Plain, Snapshot, cut_off

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
        index = find_frames(path)
        self.n_particles, self._offsets = index.n_atoms, index.offsets
        self.complete, self.end = len(index.offsets), index.end
        self.n_frames = self.complete + index.rest

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
        whole = wanted[: len([k for k in wanted if k < self.complete])]
        offsets = [self._offsets[k] for k in whole]
        trr = self._path.suffix.lower() == ".trr"
        frames = self._from_trr(whole) if trr else unpack(self._path, self.n_particles, offsets)
        with closing(frames):
            for k, frame in zip(whole, frames, strict=False):
                if frame is None or not np.isfinite(frame.box).all():
                    raise cut_off(self._path, k)
                with np.errstate(all="ignore"):  # what overflows is refused with coordinates and boxes that cannot be
                    x, box = frame.x * np.float32(10), _box(frame.box)
                yield Snapshot(x, box, frame.time, frame.step)
        if len(whole) < len(wanted):
            raise cut_off(self._path, wanted[len(whole)])

    def _from_trr(self, wanted: range) -> Generator[Unpacked | None, None, None]:
        """Frames of a TRR file whose heads are checked; None for one that is damaged all the same."""
        with TRRFile(str(self._path)) as file:
            file.set_offsets(np.array(self._offsets, np.int64))
            for k in wanted:
                try:
                    file.seek(k)
                    frame = file.read()
                except (OSError, EOFError, StopIteration):
                    yield None
                    return
                if not frame.hasx:
                    raise UnbeadError(
                        f"{self._path}: frame {k} has no positions; write them, or choose others by --step"
                    )
                yield Unpacked(frame.x, frame.box, int(frame.step), float(frame.time))


def _box(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lengths in Å and angles of box vectors in nm; where these have no volume, their lengths with angles of zero."""
    box = triclinic_box(*vectors)
    if not box.any() and vectors.any():
        box[:3] = np.linalg.norm(vectors, axis=1)
    box[:3] *= 10
    return box.astype(np.float32)


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
