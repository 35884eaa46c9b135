"""Where the frames of a DCD file are, from a head that is checked before the C code of MDAnalysis sees it."""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from unbead.io.frame import unreadable

HEAD, MAGIC = 84, b"CORD"
FIXED, DELTA, CELL, FOURTH, VERSION = 8, 9, 10, 11, 19  # places of the words of the head
TITLE = 80  # bytes
CELL_BYTES, AXES = 48, 3


@dataclass(frozen=True)
class Layout:
    """Frames of a file.

    Attributes
    ----------
    n_atoms : int
        Atoms of each.
    order : str
        ``<`` or ``>``, how the bytes of a number follow each other.
    start : int
        Bytes of the head.
    cell : int
        Bytes of the box of each frame, with the lengths about it; 0 where there is none.
    first, frame : int
        Bytes of the first frame, and of each of the others.
    complete : int
        Complete frames.
    rest : bool
        Whether something follows that is no whole frame.
    """

    n_atoms: int
    order: str
    start: int
    cell: int
    first: int
    frame: int
    complete: int
    rest: bool

    def offset(self, k: int) -> int:
        """Return where a frame begins.

        Parameters
        ----------
        k : int
            The frame, from zero.

        Returns
        -------
        int
            Bytes before it.
        """
        return self.start + (self.first + (k - 1) * self.frame if k else 0)


class _Bad(Exception):
    """The head cannot be that of a DCD file."""


def find_layout(path: Path) -> Layout:
    """Read the head of a file.

    Parameters
    ----------
    path : Path
        A DCD file.

    Returns
    -------
    Layout
        Its frames.

    Raises
    ------
    UnbeadError
        If its head is not that of a DCD file, or has numbers that cannot be.
    """
    try:
        with path.open("rb") as file:
            return _layout(file, path.stat().st_size)
    except (OSError, _Bad):
        raise unreadable(path) from None


def _layout(file: BinaryIO, length: int) -> Layout:
    first = file.read(4)
    order = next((sign for sign in "<>" if first == struct.pack(f"{sign}i", HEAD)), "")
    if not order:
        raise _Bad
    file.seek(0)
    head = _record(file, order, HEAD)
    words = np.frombuffer(head[4:], f"{order}i4").tolist()
    charmm = words[VERSION] != 0
    delta = struct.unpack_from(f"{order}{'f' if charmm else 'd'}", head, 4 + 4 * DELTA)[0]
    if head[:4] != MAGIC or words[2] < 1 or not math.isfinite(delta):
        raise _Bad
    titles = _record(file, order, most=length)
    if len(titles) < 4 or len(titles) != 4 + TITLE * struct.unpack_from(f"{order}i", titles)[0]:
        raise _Bad
    n = struct.unpack(f"{order}i", _record(file, order, 4))[0]
    fixed, fourth = words[FIXED], charmm and words[FOURTH] == 1
    if n < 1 or not 0 <= fixed < n or (fourth and order == ">"):  # MDAnalysis takes such a one for three axes
        raise _Bad
    if fixed:
        free = np.frombuffer(_record(file, order, 4 * (n - fixed)), f"{order}i4")
        if free.min() < 1 or free.max() > n:
            raise _Bad
    cell, axes = (CELL_BYTES + 8) if charmm and words[CELL] else 0, AXES + fourth
    start, largest, usual = file.tell(), cell + axes * (4 * n + 8), cell + axes * (4 * (n - fixed) + 8)
    left = length - start
    complete = 1 + (left - largest) // usual if left >= largest else 0
    used = largest + (complete - 1) * usual if complete else 0
    return Layout(n, order, start, cell, largest, usual, complete, left > used)


def box_fits(path: Path, layout: Layout, k: int) -> bool:
    """Tell whether the box of a frame is where it should be, and has numbers; MDAnalysis goes on elsewhere if not.

    Parameters
    ----------
    path : Path
        The file.
    layout : Layout
        Its frames.
    k : int
        The frame, from zero.

    Returns
    -------
    bool
        True also where the file has no boxes.
    """
    if not layout.cell:
        return True
    with path.open("rb") as file:
        file.seek(layout.offset(k))
        try:
            cell = _record(file, layout.order, CELL_BYTES)
        except _Bad:
            return False
    return bool(np.isfinite(np.frombuffer(cell, f"{layout.order}f8")).all())


def _record(file: BinaryIO, order: str, size: int | None = None, most: int = 0) -> bytes:
    """A record as Fortran writes it, of this size or any up to the most."""
    before = file.read(4)
    length = struct.unpack(f"{order}i", before)[0] if len(before) == 4 else -1
    if length != size if size is not None else not 0 <= length <= most:
        raise _Bad
    content = file.read(length)
    if len(content) != length or file.read(4) != before:
        raise _Bad
    return content
