"""Where the frames of an XTC or TRR file are, from heads that are checked before the C code of MDAnalysis sees them.

That code trusts every number of a file: of 1,700 damaged files 64 ended the process (docs/robustness.md).
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from unbead.io.frame import unreadable

XTC_HEAD = struct.Struct(">iiif9fi")  # magic, atoms, step, time, box, atoms again
XTC_BLOCK = struct.Struct(">f3i3iii")  # precision, least and largest integers, index of the small range, bytes
XTC_MAGIC, XTC_PLAIN = 1995, 9  # so few atoms are stored as they are
SMALL = range(9, 73)  # places of the table of ranges that are not zero
WORDS = 1.2  # integers per coordinate that the C code reserves for packed bytes, three of them for itself
WIDEST = 2**31 - 3  # largest range of integers that the encoder writes

TRR_HEAD = struct.Struct(">iii12s13i")  # magic, two lengths, the version, sizes of blocks, atoms, step, unused
TRR_MAGIC, TRR_VERSION = 1993, b"GMX_trn_file"
AXES = 3


@dataclass(frozen=True)
class Head:
    """What the head of a frame says.

    Attributes
    ----------
    n_atoms : int
        Atoms.
    size : int
        Bytes of the whole frame.
    """

    n_atoms: int
    size: int


@dataclass(frozen=True)
class Index:
    """Frames of a file.

    Attributes
    ----------
    n_atoms : int
        Atoms of each.
    offsets : list of int
        Where each complete frame begins.
    end : int
        Where the last of them ends.
    rest : bool
        Whether something follows that is no whole frame.
    """

    n_atoms: int
    offsets: list[int]
    end: int
    rest: bool


class _Reader(Protocol):
    def __call__(self, file: BinaryIO, /) -> Head | None: ...


def find_frames(path: Path) -> Index:
    """Find the frames of a file up to the first that is cut off or damaged.

    Parameters
    ----------
    path : Path
        An XTC or TRR file.

    Returns
    -------
    Index
        The frames; none if the first is already cut off.

    Raises
    ------
    UnbeadError
        If not even its first frame has a beginning.
    """
    head_of: _Reader = _trr_head if path.suffix.lower() == ".trr" else _xtc_head
    offsets: list[int] = []
    at = 0
    try:
        length = path.stat().st_size
        with path.open("rb") as file:
            first = head = head_of(file)
            if first is None:
                raise unreadable(path)
            while head is not None and head.n_atoms == first.n_atoms and at + head.size <= length:
                offsets.append(at)
                at += head.size
                file.seek(at)
                head = head_of(file)
    except OSError:
        raise unreadable(path) from None
    return Index(first.n_atoms, offsets, at, at < length)


def _xtc_head(file: BinaryIO) -> Head | None:
    """Head of the XTC frame that begins here; None where there is none that can be."""
    data = file.read(XTC_HEAD.size)
    if len(data) < XTC_HEAD.size:
        return None
    magic, n, _, *numbers, again = XTC_HEAD.unpack(data)
    if magic != XTC_MAGIC or n < 1 or again != n or not all(map(math.isfinite, numbers)):
        return None
    if n <= XTC_PLAIN:
        return Head(n, XTC_HEAD.size + 4 * AXES * n)
    n_bytes = _packed_bytes(file.read(XTC_BLOCK.size), n)
    return Head(n, XTC_HEAD.size + XTC_BLOCK.size + (n_bytes + 3) // 4 * 4) if n_bytes else None


def _packed_bytes(data: bytes, n: int) -> int:
    """How many bytes the packed coordinates of `n` atoms take; 0 if the numbers before them cannot be."""
    if len(data) < XTC_BLOCK.size:
        return 0
    precision, *bounds, small, n_bytes = XTC_BLOCK.unpack(data)
    ranges = [high - low for low, high in zip(bounds[:AXES], bounds[AXES:], strict=True)]
    most = 4 * (int(WORDS * AXES * n) - AXES)
    fit = precision > 0 and math.isfinite(precision) and min(ranges) >= 0 and max(ranges) <= WIDEST and small in SMALL
    return n_bytes if fit and n <= 8 * n_bytes <= 8 * most else 0  # an atom has at least one bit


def _trr_head(file: BinaryIO) -> Head | None:
    """Head of the TRR frame that begins here; None where there is none that can be."""
    data = file.read(TRR_HEAD.size)
    if len(data) < TRR_HEAD.size:
        return None
    magic, longer, length, version, *sizes, n, _, _ = TRR_HEAD.unpack(data)
    if (magic, longer, length, version) != (TRR_MAGIC, len(version) + 1, len(version), TRR_VERSION) or n < 1:
        return None
    _, _, box, virial, pressure, _, _, *vectors = sizes
    other = sum(map(abs, sizes)) - sum(map(abs, (box, virial, pressure, *vectors)))
    for width in (4, 8):
        squares, rows = {0, width * AXES * AXES}, {0, width * AXES * n}
        if other == 0 and {box, virial, pressure} <= squares and set(vectors) <= rows and any((box, *vectors)):
            numbers = file.read(2 * width)
            fit = len(numbers) == 2 * width and all(map(math.isfinite, struct.unpack(f">2{'fd'[width // 8]}", numbers)))
            return Head(n, TRR_HEAD.size + 2 * width + sum(sizes)) if fit else None
    return None
