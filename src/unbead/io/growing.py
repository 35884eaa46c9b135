"""Trajectories that grow on disk: a run that ends at any moment leaves frames that can be read, and gone on from."""

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.dcd import DcdEncoding
from unbead.io.frame import AtomFrame, Clock, Encoding
from unbead.io.models import PdbEncoding
from unbead.io.xdr import XdrEncoding

SUFFIXES = (".xtc", ".trr", ".dcd", ".pdb")


class GrowingTrajectory:
    """A trajectory file, written frame by frame.

    An older file stays until the first frame is there. Every frame is handed to the system as a whole.

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
        self._path = path.resolve()  # a link stays one
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

    def __enter__(self) -> "GrowingTrajectory":
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
            else:
                try:
                    _write(self._file, content, self._end)
                except OSError:
                    self._file.truncate(self._end)
                    raise
                self._end += len(content)
                _write(self._file, self._encoding.head(self.n_frames + 1), 0)
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
            _write(self._file, self._encoding.tail(), self._end)
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _create(self, content: bytes) -> None:
        beside = self._path.with_name(f".unbead.{os.getpid()}.part")
        try:
            beside.write_bytes(content)
            beside.replace(self._path)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        self._file, self._end = self._path.open("r+b", buffering=0), len(content)

    def _failed(self, error: OSError) -> UnbeadError:
        return UnbeadError(
            f"{self._path}: {error.strerror or error} at frame {self.n_frames}; the frames before it stay, free the"
            " disk or choose another place"
        )


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
    suffix = path.suffix.lower()
    if suffix == ".pdb":
        return PdbEncoding(atoms, path)
    if suffix == ".dcd":
        return DcdEncoding(len(atoms), clock)
    return XdrEncoding(suffix, len(atoms))


def _write(file: BinaryIO, content: bytes, at: int) -> None:
    """Write all of some bytes at a place."""
    file.seek(at)
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
