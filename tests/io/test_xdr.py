import pytest

from tests.trajectories import BOX, shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.xdr import XdrFile


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
    import numpy as np
    from MDAnalysis.lib.formats.libmdaxdr import TRRFile

    path = tmp_path / "x.trr"
    with TRRFile(str(path), "w") as file:
        file.write(None, np.ones((4, 3), np.float32), None, np.eye(3), 0, 0.0, 0.0, 4)
    with pytest.raises(UnbeadError, match="frame 0 has no positions"):
        next(XdrFile(path).read(range(1)))
