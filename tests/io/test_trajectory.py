"""Several files as one trajectory."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.trajectory import Trajectory, _between
from unbead.io.universe import from_universe, to_universe
from unbead.io.write import write_structure


@pytest.fixture
def files(tmp_path, crystal):
    paths = [tmp_path / name for name in ("a.xtc", "b.dcd", "c.pdb")]
    frames = shaken(crystal, 9)
    for k, path in enumerate(paths):
        write_frames(path, crystal, frames[3 * k : 3 * k + 3])
    return paths, frames


def test_frames_are_numbered_through_all_files(crystal, files):
    paths, frames = files
    trajectory = Trajectory(crystal, paths, "top")
    assert len(trajectory) == 9
    found = list(trajectory.read(trajectory.select(1, None, 3)))
    assert [frame.number for frame in found] == [1, 4, 7]
    for frame in found:
        assert np.abs(frame.positions - frames[frame.number].positions).max() < 0.006
    assert [frame.time for frame in found][::2] == [120, 240]


def test_a_universe_gives_the_particles_that_reading_it_gives(crystal):
    order = np.argsort(crystal.residue_index % 3, kind="stable")  # residues of a universe need not stand together
    universe = to_universe(replace(crystal.select(order), residue_index=crystal.residue_index[order]))
    found = next(Trajectory(from_universe(universe), universe, "universe").read(range(1)))
    assert np.array_equal(found.positions, from_universe(universe).positions)
    assert not np.array_equal(found.positions, universe.atoms.positions)


@given(st.integers(0, 20), st.integers(0, 40), st.integers(1, 9), st.integers(0, 30), st.integers(0, 12))
def test_the_part_of_a_range_between_bounds(start, stop, step, low, more):
    wanted = range(start, stop, step)
    assert list(_between(wanted, low, low + more)) == [k for k in wanted if low <= k < low + more]


def test_selections(crystal, files):
    trajectory = Trajectory(crystal, files[0], "top")
    assert trajectory.select(2, 100, 4) == range(2, 9, 4)
    for start, stop in ((9, None), (4, 4), (5, 2)):
        with pytest.raises(UnbeadError, match=f"--start {start}.*no frame of the 9"):
            trajectory.select(start, stop)


def test_what_does_not_fit_is_refused(tmp_path, crystal, files):
    with pytest.raises(UnbeadError, match=r"a\.xtc: has \d+ particles where top\.gro has 50; give the structure"):
        Trajectory(crystal.select(slice(0, 50)), files[0], "top.gro")
    for name, words in (("x.nc", "not a trajectory format"), ("x.xtc", "no such file"), ("x.pdb", "no such file")):
        with pytest.raises(UnbeadError, match=words):
            Trajectory(crystal, [tmp_path / name], "top.gro")
    (tmp_path / "empty.trr").write_bytes(b"")
    with pytest.raises(UnbeadError, match="is empty"):
        Trajectory(crystal, [tmp_path / "empty.trr"], "top.gro")


def test_impossible_coordinates_are_named_with_their_frame(tmp_path, crystal):
    frames = shaken(crystal, 3)
    frames[1].positions[5, 2] = np.nan
    path = tmp_path / "x.trr"
    write_frames(path, crystal, frames)
    read = Trajectory(crystal, [path], "top").read(range(3))
    assert next(read).number == 0
    with pytest.raises(UnbeadError, match=r"x\.trr: frame 1: .* has coordinates that cannot be"):
        next(read)


def test_models_of_other_sizes_are_named(tmp_path, crystal):
    path = tmp_path / "x.pdb"
    write_structure(path, [crystal, crystal.select(slice(0, 100))])
    with pytest.raises(UnbeadError, match="frame 1 has 100 particles where others have"):
        list(Trajectory(crystal, [path], "top").read(range(2)))
