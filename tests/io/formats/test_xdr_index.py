"""Heads of XTC and TRR frames, checked before MDAnalysis' C code reads them."""

import struct

import numpy as np
import pytest
from MDAnalysis.lib.formats.libmdaxdr import TRRFile, XTCFile

from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.formats.xdr_index import find_frames

NAN, INF = float("nan"), float("inf")
# Field: where it is in the head, its type, and values that cannot be.
XTC = {
    "magic": (0, "i", (0, 1996, 2023)),
    "atoms": (4, "i", (0, -1, 2**31 - 1)),
    "time": (12, "f", (NAN, INF)),
    "box": (32, "f", (NAN, -INF)),
    "atoms again": (52, "i", (0, 7, -5)),
    "precision": (56, "f", (0.0, -1000.0, NAN)),
    "least": (60, "i", (2**31 - 1,)),
    "largest": (72, "i", (-(2**31),)),
    "small": (84, "i", (-1, 8, 73, 2**31 - 1)),
    "bytes": (88, "i", (-1, 0, 20, 2**31 - 1)),
}
TRR = {
    "magic": (0, "i", (0, 1995)),
    "length": (4, "i", (0, 2**31 - 1)),
    "string": (8, "i", (-1, 2**31 - 1)),
    "ir": (24, "i", (36, -4)),
    "box": (32, "i", (-36, 35, 2**31 - 1)),
    "virial": (36, "i", (4, -36)),
    "x": (52, "i", (12, -12, 2**31 - 1)),
    "v": (56, "i", (12,)),
    "atoms": (64, "i", (0, -1, 1, 2**31 - 1)),
    "time": (76, "f", (NAN, INF)),
}
CASES = [
    (suffix, name, at, kind, value)
    for suffix, fields in ((".xtc", XTC), (".trr", TRR))
    for name, (at, kind, values) in fields.items()
    for value in values
]


@pytest.mark.parametrize(("suffix", "name", "at", "kind", "value"), CASES)
def test_a_head_that_cannot_be_ends_the_frames(tmp_path, crystal, suffix, name, at, kind, value):
    path = tmp_path / f"x{suffix}"
    whole = bytearray(write_frames(path, crystal, shaken(crystal, 3)))
    sound = find_frames(path)
    assert (len(sound.offsets), sound.end, sound.rest, sound.n_atoms) == (3, len(whole), False, len(crystal))
    second = sound.offsets[1]
    for offset, left in ((second, 1), (0, None)):
        damaged = whole.copy()
        struct.pack_into(f">{kind}", damaged, offset + at, value)
        path.write_bytes(damaged)
        if left is None:
            try:
                assert not find_frames(path).offsets  # a length that reaches beyond the end: one frame, cut off
            except UnbeadError as error:
                assert f"x{suffix}: not a readable {suffix[1:].upper()} file" in str(error)
        else:
            found = find_frames(path)
            assert (len(found.offsets), found.end, found.rest) == (left, second, True)


@pytest.mark.parametrize("n", [1, 3, 9, 10, 11, 500])
def test_frames_are_found_where_mdanalysis_has_them(tmp_path, n):
    x = np.random.default_rng(n).uniform(0, 5, (n, 3)).astype(np.float32)
    with XTCFile(str(tmp_path / "x.xtc"), "w") as file:
        for k in range(4):
            file.write(x + k, np.eye(3), k, k, 1000.0)
    with TRRFile(str(tmp_path / "x.trr"), "w") as file:
        for k in range(4):
            file.write(x, x if k % 2 else None, x if k > 2 else None, np.eye(3), k, k, 0.0, n)
    for path, kind in ((tmp_path / "x.xtc", XTCFile), (tmp_path / "x.trr", TRRFile)):
        found = find_frames(path)
        with kind(str(path)) as file:
            assert found.offsets == file.offsets.tolist() and found.n_atoms == n and not found.rest
        assert found.end == path.stat().st_size


@pytest.mark.parametrize("with_box", [False, True])
def test_double_precision_is_known(tmp_path, with_box):
    n, width = 5, 8
    sizes = [0, 0, 9 * width * with_box, 0, 0, 0, 0, 3 * n * width, 0, 0]
    head = struct.pack(">iii12s13i2d", 1993, 13, 12, b"GMX_trn_file", *sizes, n, 7, 0, 2.5, 0.0)
    x = np.arange(3 * n) / 4
    body = (np.eye(3).ravel() * 4).astype(">f8").tobytes() * with_box + x.astype(">f8").tobytes()
    path = tmp_path / "x.trr"
    path.write_bytes((head + body) * 2)
    assert find_frames(path).offsets == [0, len(head + body)]
    with TRRFile(str(path)) as file:
        assert np.array_equal(file.read().x.ravel(), x) and len(file) == 2
