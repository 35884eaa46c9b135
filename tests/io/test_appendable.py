"""Trajectories that grow: any prefix can be read, and gone on with to the same bytes."""

import MDAnalysis as mda
import numpy as np
import pytest

from tests.trajectories import BOX, CLOCK, shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.appendable import SUFFIXES, AppendableTrajectory

DIGITS = {".xtc": 0.0051, ".trr": 1e-4, ".dcd": 1e-5, ".pdb": 6e-4}  # Å


@pytest.fixture(scope="module")
def atoms(crystal):
    return crystal.select(slice(0, 60))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("box", [BOX, None])
def test_mdanalysis_reads_positions_boxes_and_times(tmp_path, atoms, suffix, box):
    frames = shaken(atoms, 4, box)
    path = tmp_path / f"x{suffix}"
    write_frames(path, atoms, frames)
    universe = mda.Universe.empty(len(atoms), trajectory=True)
    universe.load_new(str(path))
    assert len(universe.trajectory) == 4
    for frame, step in zip(frames, universe.trajectory, strict=True):
        assert np.abs(step.positions - frame.positions).max() < DIGITS[suffix]
        if box is None:
            assert step.dimensions is None
        else:
            assert np.abs(step.dimensions - box).max() < 1e-3
        if suffix != ".pdb":  # MDAnalysis does not read times there
            assert step.time == pytest.approx(frame.time, abs=1e-3)
        if suffix in (".xtc", ".trr"):
            assert step.data["step"] == frame.step


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_cut_anywhere_is_gone_on_with_to_the_same_bytes(tmp_path, atoms, suffix):
    frames = shaken(atoms, 5)
    path = tmp_path / f"x{suffix}"
    whole = write_frames(path, atoms, frames)
    counts = set()
    for share in (0.3, 0.45, 0.7, 0.95, 0.999, 1.0):
        path.write_bytes(whole[: int(len(whole) * share)])
        with AppendableTrajectory(path, atoms, CLOCK, resume=True) as file:
            counts.add(file.n_frames)
            for frame in frames[file.n_frames :]:
                file.write(frame)
            file.finish()
        assert path.read_bytes() == whole
    assert len(counts) > 3


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_frame_is_on_disk_once_it_is_written(tmp_path, atoms, suffix):
    path = tmp_path / f"x{suffix}"
    with AppendableTrajectory(path, atoms, CLOCK) as file:
        for k, frame in enumerate(shaken(atoms, 3)):
            file.write(frame)
            universe = mda.Universe.empty(len(atoms), trajectory=True)
            universe.load_new(str(path))
            assert len(universe.trajectory) == k + 1


def test_an_older_file_stays_until_there_is_a_frame(tmp_path, atoms):
    path = tmp_path / "x.pdb"
    path.write_text("old")
    frame = shaken(atoms, 1)[0]
    frame.positions[3] = 1e6
    with AppendableTrajectory(path, atoms, CLOCK) as file, pytest.raises(UnbeadError, match="coordinates of"):
        file.write(frame)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_whole_frames(tmp_path, atoms, suffix, monkeypatch):
    frames = shaken(atoms, 2)
    path = tmp_path / f"x{suffix}"

    class Full:
        """A file that takes 100 bytes more, then none."""

        def __init__(self, file):
            self.file, self.room = file, 100

        def write(self, content):
            if self.room <= 0:
                raise OSError(28, "No space left on device")
            done = self.file.write(content[: self.room])
            self.room -= done
            return done

        def __getattr__(self, name):
            return getattr(self.file, name)

    with AppendableTrajectory(path, atoms, CLOCK) as file:
        file.write(frames[0])
        one = path.read_bytes()
        file._file = Full(file._file)
        with pytest.raises(UnbeadError, match="No space left on device at frame 1"):
            file.write(frames[1])
    assert path.read_bytes() == one


@pytest.mark.parametrize("suffix", [".xtc", ".trr", ".dcd"])
def test_a_file_of_other_atoms_is_not_gone_on_with(tmp_path, atoms, suffix):
    path = tmp_path / f"x{suffix}"
    write_frames(path, atoms, shaken(atoms, 2))
    with pytest.raises(UnbeadError, match="choose another output"):
        AppendableTrajectory(path, atoms.select(slice(0, 20)), CLOCK, resume=True)
