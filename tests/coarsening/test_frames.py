"""Beads of trajectories."""

from threading import Event

import numpy as np
import pytest

from tests.trajectories import CLOCK, shaken, write_frames
from unbead.chem.particles import join
from unbead.coarsening.coarsen import CoarsenOptions
from unbead.coarsening.frames import coarsen_frames
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping

MAPPING = load_mapping("martini3")


@pytest.fixture
def simulation(crystal, tmp_path):
    """A structure with water, its trajectory, and the frames."""
    water = crystal.select_residues(np.arange(len(crystal.residues)) < 3)
    names = np.array(["HOH"] * 3)
    first = np.searchsorted(water.residue_index, np.arange(3))
    water = water.select(first)
    water = join([crystal, water.with_positions(water.positions + 40.0)])
    water.residues.names[-3:] = names
    water.names[-3:], water.elements[-3:] = "O", "O"
    top, traj = tmp_path / "top.pdb", tmp_path / "in.xtc"
    write_structure(top, water)
    frames = shaken(water, 5)
    write_frames(traj, water, frames)
    return top, traj, crystal, frames


@pytest.mark.parametrize("suffix", [".xtc", ".trr", ".dcd", ".pdb"])
def test_each_frame_is_what_one_structure_would_be(simulation, tmp_path, suffix):
    top, traj, crystal, frames = simulation
    output = tmp_path / f"beads{suffix}"
    made, done, total = coarsen_frames(
        top, [traj], output, MAPPING, CoarsenOptions(), (1, None, 2), tmp_path / "first.gro"
    )
    assert (done, total) == (2, 2) and made.notes.left_out == "left out 3 water"
    read = list(Trajectory(made.beads, [output], "beads").read(range(2)))
    for frame, original in zip(read, frames[1::2], strict=True):
        expected = coarsen(crystal.with_positions(original.positions[: len(crystal)]), MAPPING)
        assert np.allclose(frame.positions, expected.positions, atol=0.02)  # XTC has 0.01 Å digits, twice
        assert np.allclose(frame.box, original.box, atol=0.01)
        assert frame.time == pytest.approx(original.time)
    assert np.allclose(read_structure(tmp_path / "first.gro").positions, read[0].positions, atol=0.01)
    assert read[1].time - read[0].time == pytest.approx(2 * CLOCK.interval)


def test_an_interrupt_ends_after_a_frame(simulation, tmp_path):
    top, traj, _, _ = simulation
    asked = Event()
    asked.set()
    output = tmp_path / "beads.xtc"
    made, done, total = coarsen_frames(top, [traj], output, MAPPING, CoarsenOptions(), interrupted=asked)
    assert (done, total) == (1, 5)
    assert len(Trajectory(made.beads, [output], "beads")) == 1


def test_frames_are_not_completed_but_can_be_dropped(simulation, tmp_path):
    top, _, crystal, _ = simulation
    left = crystal.select(crystal.names != "OH")
    write_structure(top, left)
    write_frames(tmp_path / "less.xtc", left, shaken(left, 2))
    with pytest.raises(UnbeadError, match="TYR 29 .*OH: not there, in 2 residues.*--incomplete drop"):
        coarsen_frames(top, [tmp_path / "less.xtc"], tmp_path / "beads.xtc", MAPPING, CoarsenOptions())
    assert not (tmp_path / "beads.xtc").exists()
    options = CoarsenOptions(incomplete="drop")
    made, done, _ = coarsen_frames(top, [tmp_path / "less.xtc"], tmp_path / "beads.xtc", MAPPING, options)
    assert done == 2 and made.notes.dropped == ["TYR 29 (chain A): SC4", "TYR 44 (chain A): SC4"]


@pytest.mark.parametrize("which", ["top", "traj"])
def test_an_input_is_not_overwritten(simulation, which):
    top, traj, _, _ = simulation
    path = {"top": top, "traj": traj}[which]
    before = path.read_bytes()
    with pytest.raises(UnbeadError, match="is the input"):
        coarsen_frames(top, [traj], path, MAPPING, CoarsenOptions())
    assert path.read_bytes() == before


def test_a_structure_is_not_written_over_an_older_one_unasked(simulation, tmp_path):
    top, traj, _, _ = simulation
    (tmp_path / "beads.pdb").write_text("mine")
    with pytest.raises(UnbeadError, match="beads.pdb: exists already.*--topology-out"):
        coarsen_frames(top, [traj], tmp_path / "beads.xtc", MAPPING, CoarsenOptions())


def test_a_damaged_frame_leaves_those_before_it(simulation, tmp_path):
    top, traj, _, _ = simulation
    traj.write_bytes(traj.read_bytes()[:-300])
    with pytest.raises(UnbeadError, match="4 of 5 frames are in"):
        coarsen_frames(top, [traj], tmp_path / "beads.xtc", MAPPING, CoarsenOptions())
