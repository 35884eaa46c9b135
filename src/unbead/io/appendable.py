"""Trajectories that grow on disk: a run that ends at any moment leaves frames that can be read, and gone on from."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.formats.dcd import DcdEncoding
from unbead.io.formats.multi_model import PdbEncoding
from unbead.io.formats.xdr import XdrEncoding
from unbead.io.frame import AtomFrame, Clock, Encoding
from unbead.io.output import is_stdout, is_stream, replacing

SUFFIXES = (".xtc", ".trr", ".dcd", ".pdb")


class AppendableTrajectory:
    """A trajectory file, written frame by frame.

    An older file stays until the first frame is there, and is kept as a backup then. Every frame is handed to the
    system as a whole. A stream (``-``, a pipe, a device) is written through.

    Parameters
    ----------
    path : Path
        An ``.xtc``, ``.trr``, ``.dcd`` or ``.pdb`` file.
    atoms : Particles
        Names of the atoms.
    clock : Clock
        Times of the frames, of which a DCD file keeps the first and the interval.
    resume : bool
        Whether to go on with the file that is there; a frame that is not complete is cut off.

    Attributes
    ----------
    n_frames : int
        Complete frames in the file.

    Raises
    ------
    UnbeadError
        If the file to go on with cannot be read.
    """

    def __init__(self, path: Path, atoms: Particles, clock: Clock, resume: bool = False):
        self._stream = is_stream(path)
        self._path = path if self._stream else path.resolve()  # a link stays one
        self._encoding = make_encoding(path, atoms, clock)
        self._file: BinaryIO | None = None
        self.n_frames = self._end = 0
        if resume:
            self.n_frames, self._end = self._encoding.complete(path)
            try:
                self._file = self._path.open("r+b", buffering=0)
                self._file.truncate(self._end)
            except OSError as error:
                raise self._failed(error) from None

    def __enter__(self) -> "AppendableTrajectory":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, frame: AtomFrame) -> None:
        """Append a frame.

        Parameters
        ----------
        frame : AtomFrame
            Positions, box and times.

        Raises
        ------
        UnbeadError
            If the format cannot hold it or the disk is full; the frames before stay.
        """
        try:
            content = self._encoding.frame(frame, self.n_frames)
            if self._file is None:
                self._create(self._encoding.head(1) + content)
            elif self._stream:
                _write(self._file, content)
            else:
                try:
                    _write(self._file, content, self._end)
                except OSError:
                    self._file.truncate(self._end)
                    raise
                self._end += len(content)
                _write(self._file, self._encoding.head(self.n_frames + 1), 0)
        except BrokenPipeError:  # whoever read a stream wants no more
            raise
        except OSError as error:
            raise self._failed(error) from None
        self.n_frames += 1

    def finish(self) -> None:
        """Write what follows the last frame, down to the disk.

        Raises
        ------
        UnbeadError
            If the disk is full.
        """
        if self._file is None:
            return
        try:
            _write(self._file, self._encoding.tail(), None if self._stream else self._end)
            if not self._stream:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.flush()
            if not is_stdout(self._path):
                self._file.close()
            self._file = None

    def _create(self, content: bytes) -> None:
        if self._stream:
            file = sys.stdout.buffer if is_stdout(self._path) else self._path.open("wb", buffering=0)
            self._file = file
            return _write(file, content)
        with replacing(self._path) as file:
            file.write(content)
        self._file, self._end = self._path.open("r+b", buffering=0), len(content)

    def _failed(self, error: OSError) -> UnbeadError:
        return UnbeadError(
            f"{self._path}: {error.strerror or error} at frame {self.n_frames}; the frames before it stay, free the"
            " disk or choose another place"
        )


def trajectory_suffix(path: Path) -> str:
    """Return the suffix that stands for the format of a trajectory to be written.

    Parameters
    ----------
    path : Path
        A file, or ``-`` for standard output.

    Returns
    -------
    str
        One of `SUFFIXES`; a stream without one gets PDB.

    Raises
    ------
    UnbeadError
        If it is another, or the format cannot be streamed and this is a stream.
    """
    suffix = path.suffix.lower() or (".pdb" if is_stream(path) else "")
    if suffix not in SUFFIXES:
        raise UnbeadError(f"{path}: cannot write a trajectory in this format; name it {', '.join(SUFFIXES)}")
    if suffix == ".dcd" and is_stream(path):
        raise UnbeadError(f"{path}: DCD begins with the number of its frames and cannot be streamed; use XTC or PDB")
    return suffix


def make_encoding(path: Path, atoms: Particles, clock: Clock) -> Encoding:
    """Choose the encoding by the suffix of a file.

    Parameters
    ----------
    path : Path
        An ``.xtc``, ``.trr``, ``.dcd`` or ``.pdb`` file.
    atoms : Particles
        Names of the atoms.
    clock : Clock
        Times of the frames.

    Returns
    -------
    Encoding
        How to write and to count frames.
    """
    suffix = trajectory_suffix(path)
    if suffix == ".pdb":
        return PdbEncoding(atoms, path)
    if suffix == ".dcd":
        return DcdEncoding(len(atoms), clock)
    return XdrEncoding(suffix, len(atoms))


def _write(file: BinaryIO, content: bytes, at: int | None = None) -> None:
    """Write all of some bytes, at a place where there are places."""
    if at is not None:
        file.seek(at)
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
