"""Heads of DCD files, checked before MDAnalysis' C code reads them."""

import struct

import numpy as np
import pytest

from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.formats.dcd import DcdFile
from unbead.io.formats.dcd_index import find_layout

# Where a number stands in the file, its type, and values that cannot be.
HEAD = {
    "length": (0, "i", (0, 85, -84)),
    "word": (4, "i", (0,)),
    "steps between frames": (16, "i", (0, -1)),
    "fixed atoms": (40, "i", (-1, 5, 2**31 - 1)),
    "time step": (44, "f", (float("nan"), float("inf"))),
    "length again": (88, "i", (0, 83)),
    "titles": (92, "i", (0, -4, 85, 2**31 - 1)),
    "number of titles": (96, "i", (-1, 0, 2, 2**31 - 1)),
    "titles again": (180, "i", (0, 83)),
    "length of atoms": (184, "i", (0, 8)),
    "atoms": (188, "i", (0, -1, 2**31 - 1)),
    "box": (196, "i", (0, -1, 2**31 - 1)),
    "side": (200, "d", (float("nan"), float("inf"))),
    "box again": (248, "i", (0, 47)),
    "x": (252, "i", (0, -1, 2**31 - 1)),
}
CASES = [(name, at, kind, value) for name, (at, kind, values) in HEAD.items() for value in values]


@pytest.mark.parametrize(("name", "at", "kind", "value"), CASES)
def test_a_head_that_cannot_be_is_refused(tmp_path, crystal, name, at, kind, value):
    path = tmp_path / "x.dcd"
    whole = bytearray(write_frames(path, crystal, shaken(crystal, 3)))
    struct.pack_into(f"<{kind}", whole, at, value)
    path.write_bytes(whole)
    with pytest.raises(UnbeadError, match=r"x\.dcd: not a readable DCD file"):
        DcdFile(path)


@pytest.mark.parametrize("value", [0, 40, -60, 2**31 - 1])
def test_a_frame_whose_box_is_elsewhere_is_damaged(tmp_path, crystal, value):
    """MDAnalysis goes on from wherever the wrong length leads."""
    path = tmp_path / "x.dcd"
    whole = bytearray(write_frames(path, crystal, shaken(crystal, 3)))
    layout = find_layout(path)
    assert (layout.complete, layout.offset(3), layout.rest) == (3, len(whole), False)
    struct.pack_into("<i", whole, layout.offset(1), value)
    path.write_bytes(whole)
    frames = DcdFile(path).read(range(3))
    assert next(frames).step == 5000
    with pytest.raises(UnbeadError, match="frame 1 is cut off or damaged"):
        next(frames)


def fixed(n, free, order):
    """A file of two frames with fixed atoms, as CHARMM writes it."""

    def record(content):
        size = struct.pack(f"{order}i", len(content))
        return size + content + size

    words = np.zeros(20, f"{order}i4")
    words[[0, 2, 8, 19]] = 2, 1, n - len(free), 24
    words[9:10] = np.array([1.0], f"{order}f4").view(f"{order}i4")
    head = record(b"CORD" + words.tobytes()) + record(struct.pack(f"{order}i", 0))
    head += record(struct.pack(f"{order}i", n)) + record(np.array(free, f"{order}i4").tobytes())
    x = np.arange(3 * n).reshape(3, n)
    first = b"".join(record(axis.astype(f"{order}f4").tobytes()) for axis in x)
    moved = x[:, [index - 1 for index in free if 0 < index <= n]] + 100
    return head + first + b"".join(record(axis.astype(f"{order}f4").tobytes()) for axis in moved), x


@pytest.mark.parametrize("order", ["<", ">"])
def test_fixed_atoms_and_other_byte_orders_are_read(tmp_path, order):
    path = tmp_path / "x.dcd"
    content, x = fixed(5, [2, 4], order)
    path.write_bytes(content)
    first, second = (frame.positions for frame in DcdFile(path).read(range(2)))
    assert np.array_equal(first, x.T)
    x = x.copy()
    x[:, [1, 3]] += 100
    assert np.array_equal(second, x.T)


@pytest.mark.parametrize("free", [[0, 2], [2, 6], [2, 2**31 - 1], [-4, 1]])
def test_fixed_atoms_that_are_not_there_are_refused(tmp_path, free):
    """They were written to wherever their numbers led."""
    path = tmp_path / "x.dcd"
    path.write_bytes(fixed(5, free, "<")[0])
    with pytest.raises(UnbeadError, match="not a readable DCD file"):
        DcdFile(path)
