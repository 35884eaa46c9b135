import MDAnalysis as mda
import numpy as np
import pytest

from tests.trajectories import BOX, shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.formats.dcd import DcdFile
from unbead.io.frame import Clock
from unbead.io.universe import to_universe


def test_files_of_mdanalysis_are_read(tmp_path, crystal):
    path = tmp_path / "x.dcd"
    universe = to_universe(crystal)
    universe.dimensions = BOX
    with mda.Writer(str(path), len(crystal), dt=2.0, istart=10, nsavc=5) as writer:
        for _ in range(3):
            writer.write(universe.atoms)
    file = DcdFile(path)
    assert (file.n_frames, file.n_particles) == (3, len(crystal))
    frames = list(file.read(range(3)))
    assert [frame.step for frame in frames] == [10, 15, 20]
    assert [frame.time for frame in frames] == pytest.approx([4, 6, 8], rel=1e-5)
    assert np.array_equal(frames[2].positions, crystal.positions)
    assert np.abs(frames[0].box - BOX).max() < 1e-4


def test_a_frame_that_is_cut_off_is_named(tmp_path, crystal):
    path = tmp_path / "x.dcd"
    whole = write_frames(path, crystal, shaken(crystal, 3))
    path.write_bytes(whole[:-50])
    frames = DcdFile(path).read(range(3))
    assert [next(frames).step for _ in range(2)] == [5000, 6000]
    with pytest.raises(UnbeadError, match=r"x\.dcd: frame 2 is cut off"):
        next(frames)


@pytest.mark.parametrize("content", [b"x" * 300, b""])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "x.dcd"
    path.write_bytes(content)
    with pytest.raises(UnbeadError, match="not a readable DCD"):
        DcdFile(path)


@pytest.mark.parametrize(
    "clock", [Clock(0.0, 20.0, 1000), Clock(35.0, 10.0, 1), Clock(7.0, 3.0, 300), Clock(-5.0, 0.5, 10)]
)
def test_times_from_anywhere_are_kept(tmp_path, crystal, clock):
    path = tmp_path / "x.dcd"
    write_frames(path, crystal, shaken(crystal, 3), clock)
    found = [frame.time for frame in DcdFile(path).read(range(3))]
    want = clock.time + clock.interval * np.arange(3)
    assert np.abs(found - want).max() <= 0.5 * clock.interval / clock.steps + 1e-4
