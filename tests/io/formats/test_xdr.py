import numpy as np
import psutil
import pytest
from MDAnalysis.lib.formats.libmdaxdr import TRRFile, XTCFile

from tests.trajectories import BOX, shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.formats.xdr import XdrFile
from unbead.io.formats.xdr_index import find_frames
from unbead.io.trajectory import Trajectory


@pytest.mark.parametrize("suffix", [".xtc", ".trr"])
def test_what_is_whole_is_read_and_the_rest_is_named(tmp_path, crystal, suffix):
    path = tmp_path / f"x{suffix}"
    whole = write_frames(path, crystal, shaken(crystal, 4))
    size = len(whole) // 4
    for cut in (len(whole) - 1, len(whole) - size // 2, len(whole) - size + 20):  # in the frame, in its header
        path.write_bytes(whole[:cut])
        file = XdrFile(path)
        assert (file.complete, file.n_frames) == (3, 4)
        frames = file.read(range(4))
        assert [next(frames).step for _ in range(3)] == [5000, 6000, 7000]
        with pytest.raises(UnbeadError, match=f"x{suffix}: frame 3 is cut off or damaged; the 3 before it"):
            next(frames)


def test_frames_are_picked_and_no_index_is_left_behind(tmp_path, crystal):
    path = tmp_path / "x.xtc"
    write_frames(path, crystal, shaken(crystal, 6))
    found = list(XdrFile(path).read(range(1, 6, 2)))
    assert [frame.time for frame in found] == [120, 160, 200]
    assert abs(found[0].box - BOX).max() < 1e-3
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"x", b"hello" * 50])
@pytest.mark.parametrize("suffix", [".xtc", ".trr"])
def test_other_files_are_refused(tmp_path, suffix, content):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with pytest.raises(UnbeadError, match=f"x{suffix}: not a readable {suffix[1:].upper()} file"):
        XdrFile(path)


def test_frames_without_positions_are_named(tmp_path):
    path = tmp_path / "x.trr"
    with TRRFile(str(path), "w") as file:
        file.write(None, np.ones((4, 3), np.float32), None, np.eye(3), 0, 0.0, 0.0, 4)
    with pytest.raises(UnbeadError, match="frame 0 has no positions"):
        next(XdrFile(path).read(range(1)))


def packed(path):
    """Where the packed bits of frame 1 of an XTC file begin, and where they end."""
    first, second = find_frames(path).offsets[1:3]
    return first + 92, second


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x55, 0x93, None])
def test_damaged_bits_do_not_end_the_process(tmp_path, crystal, byte):
    """The code that unpacks XTC wrote beyond its arrays or divided by zero: SIGSEGV, SIGABRT or SIGFPE."""
    path = tmp_path / "x.xtc"
    whole = bytearray(write_frames(path, crystal, shaken(crystal, 3)))
    start, end = packed(path)
    bits = np.random.default_rng(1).integers(0, 256, end - start, np.uint8).tobytes()
    whole[start:end] = bits if byte is None else bytes([byte]) * (end - start)
    path.write_bytes(whole)
    file = XdrFile(path)
    assert (file.complete, file.n_frames) == (3, 3)
    frames = file.read(range(3))
    assert next(frames).step == 5000
    with pytest.raises(UnbeadError, match=r"x\.xtc: frame 1 is cut off or damaged; the 1 before it"):
        next(frames)


def test_frames_behind_a_damaged_one_can_be_chosen(tmp_path, crystal):
    path = tmp_path / "x.xtc"
    whole = bytearray(write_frames(path, crystal, shaken(crystal, 4)))
    start, end = packed(path)
    whole[start:end] = b"\xff" * (end - start)
    path.write_bytes(whole)
    assert [frame.step for frame in XdrFile(path).read(range(0, 4, 2))] == [5000, 7000]


def test_unpacked_frames_are_those_of_mdanalysis(tmp_path):
    """Also where so few atoms are left over that they are compared one by one, or none is packed."""
    for n in (1, 9, 10, 64, 128, 200):
        path = tmp_path / f"{n}.xtc"
        x = np.random.default_rng(n).normal(0, 30, (n, 3)).astype(np.float32)
        with XTCFile(str(path), "w") as file:
            for k in range(40):  # more than are asked for ahead
                file.write(x + k, np.eye(3) * 90, k, 10 * k, 1000.0)
        with XTCFile(str(path)) as file:
            want = [frame.x * np.float32(10) for frame in file]
        found = list(XdrFile(path).read(range(40)))
        assert [frame.step for frame in found] == list(range(40))
        assert all(np.array_equal(a.positions, b) for a, b in zip(found, want, strict=True))


def test_a_box_without_volume_is_not_taken_for_none(tmp_path, crystal):
    flat = np.array([[4, 0, 0], [0, 4, 0], [0, 0, 0]], np.float32)
    for suffix, kind in ((".xtc", XTCFile), (".trr", TRRFile)):
        path = tmp_path / f"x{suffix}"
        for box in (flat, np.zeros((3, 3), np.float32)):
            with kind(str(path), "w") as file:
                x = crystal.positions / 10
                rest = (box, 0, 0.0)
                file.write(x, *rest, 1000.0) if suffix == ".xtc" else file.write(x, None, None, *rest, 0.0, len(x))
            trajectory = Trajectory(crystal, [path], "x")
            if box.any():
                with pytest.raises(UnbeadError, match="frame 0: the box of 40 40 0 Å .* has no volume"):
                    next(trajectory.read(range(1)))
            else:
                assert next(trajectory.read(range(1))).box is None


def test_a_box_that_is_no_number_is_damage(tmp_path, crystal):
    path = tmp_path / "x.trr"
    whole = bytearray(write_frames(path, crystal, shaken(crystal, 2)))
    whole[84:88] = b"\x7f\xc0\x00\x00"
    path.write_bytes(whole)
    with pytest.raises(UnbeadError, match=r"x\.trr: frame 0 is cut off or damaged"):
        next(XdrFile(path).read(range(2)))


def test_without_python_to_start_there_is_a_line(tmp_path, crystal, monkeypatch):
    path = tmp_path / "x.xtc"
    write_frames(path, crystal, shaken(crystal, 1))
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    with pytest.raises(UnbeadError, match=r"x\.xtc: no process to unpack XTC can be started .*; let sys.executable be"):
        next(XdrFile(path).read(range(1)))


def test_no_process_is_left(tmp_path, crystal):
    path = tmp_path / "x.xtc"
    write_frames(path, crystal, shaken(crystal, 3))
    before = set(psutil.Process().children())
    frames = XdrFile(path).read(range(3))
    next(frames)
    assert len(set(psutil.Process().children()) - before) == 1
    frames.close()
    assert not set(psutil.Process().children()) - before
