"""Whole runs over trajectories."""

import threading
import tracemalloc
from pathlib import Path

import MDAnalysis as mda
import numpy as np
import pytest

import unbead
from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.write import write_structure
from unbead.pipeline import batch
from unbead.pipeline.batch import Built, FrameMapper
from unbead.pipeline.trajectory import backmap_trajectory
from unbead.placement.bead_summary import BeadSummary


@pytest.fixture
def run(folder):
    """Backmap ``beads.xtc`` on one processor."""

    def call(output, *files, top="top.pdb", **options):
        return backmap_trajectory(top, files or ["beads.xtc"], output=output, **{"device": "cpu", **options})

    return call


def interrupt_after(n):
    """A pair of arguments that ends a run once `n` frames are done."""
    event = threading.Event()
    return {"interrupted": event, "progress": lambda text, done, total: event.set() if done >= n else None}


def test_a_trajectory_is_its_frames(run, folder):
    summary = run("out.trr")
    assert (summary["frames"], summary["frames_total"], summary["problems"]) == (9, 9, {})
    universe = mda.Universe("out.pdb", "out.trr")
    source = mda.Universe("top.pdb", "beads.xtc")
    for k, (out, came) in enumerate(zip(universe.trajectory, source.trajectory, strict=True)):
        assert (out.time, out.data["step"]) == (came.time, came.data["step"])
        assert np.abs(out.dimensions - came.dimensions).max() < 1e-3
        ca, bead = universe.select_atoms("name CA").positions, source.select_atoms("name BB").positions
        assert np.linalg.norm(ca - bead, axis=1).max() < 2.5, k
    first = read_structure("out.pdb")
    assert np.abs(first.positions - mda.Universe("out.pdb", "out.trr").atoms.positions).max() < 1e-3
    assert first.b_factors.min() > 0


@pytest.mark.parametrize("suffix", [".xtc", ".dcd", ".pdb"])
def test_every_output_is_read_with_its_times(run, suffix):
    run(f"out{suffix}", start=1, step=4, topology_out="first.gro")
    found = Trajectory(read_structure("first.gro"), [Path(f"out{suffix}")], "first.gro")
    assert [frame.time for frame in found.read(range(2))] == pytest.approx([120, 200], rel=1e-6)


def test_files_are_chained_and_a_structure_has_frames_of_its_own(run, folder, peptide):
    frames = [peptide.with_positions(f.positions) for f in shaken(peptide, 3, box=None)]
    write_structure(folder / "models.gro", frames)
    assert run("a.xtc", "beads.xtc", "models.gro")["frames"] == 12
    assert backmap_trajectory("models.gro", output="b.xtc", device="cpu")["frames"] == 3
    universe = mda.Universe("models.gro")
    universe.load_new(np.array([f.positions for f in frames]))
    assert backmap_trajectory(universe, output="c.xtc", device="cpu")["frames"] == 3
    assert unbead.backmap_trajectory is backmap_trajectory


def test_an_interrupted_run_goes_on_to_the_same_bytes(run, folder, monkeypatch):
    run("whole.xtc")
    whole = (folder / "whole.xtc").read_bytes()
    monkeypatch.setattr(batch, "BEADS", {"cpu": 40})  # two frames at once
    first = run("out.xtc", **interrupt_after(3))
    assert 3 <= first["frames"] < 9
    with pytest.raises(UnbeadError, match="go on with --resume"):
        run("out.xtc")
    content = (folder / "out.xtc").read_bytes()
    (folder / "out.xtc").write_bytes(content[:-7])  # as a kill may leave it
    second = run("out.xtc", resume=True)
    assert second["frames_before"] == first["frames"] - 1 and second["frames"] == 9 - second["frames_before"]
    assert (folder / "out.xtc").read_bytes() == whole
    third = run("out.xtc", resume=True)
    assert (third["frames"], third["frames_before"]) == (0, 9)
    assert (folder / "out.xtc").read_bytes() == whole


def test_resume_without_anything_begins(run):
    assert run("out.xtc", resume=True)["frames"] == 9


def test_what_is_readable_is_written_before_the_error(run, folder):
    run("whole.xtc")
    content = (folder / "beads.xtc").read_bytes()
    (folder / "beads.xtc").write_bytes(content[: int(len(content) * 0.95)])
    with pytest.raises(UnbeadError, match=r"beads\.xtc: frame 8 is cut off .*; 8 of 9 frames are in out\.xtc"):
        run("out.xtc")
    assert len(mda.Universe("out.pdb", "out.xtc").trajectory) == 8
    assert (folder / "whole.xtc").read_bytes().startswith((folder / "out.xtc").read_bytes())


def test_a_frame_that_cannot_be_is_named(run, folder, peptide):
    frames = shaken(peptide, 5)
    frames[3].positions[4] = np.nan
    write_frames(folder / "bad.trr", peptide, frames)
    with pytest.raises(UnbeadError, match=r"bad\.trr: frame 3: .* cannot be .*; 3 of 5 frames are in out\.dcd"):
        run("out.dcd", "bad.trr")
    assert len(mda.Universe("out.pdb", "out.dcd").trajectory) == 3


def test_a_failure_before_the_first_frame_keeps_the_older_file(run, folder, peptide):
    (folder / "out.xtc").write_text("old")
    frames = shaken(peptide, 2)
    frames[0].positions[:] = np.nan
    write_frames(folder / "bad.trr", peptide, frames)
    with pytest.raises(UnbeadError, match="frame 0"):
        run("out.xtc", "bad.trr")
    assert (folder / "out.xtc").read_text() == "old" and not (folder / "out.pdb").exists()


def test_faults_are_summed_over_frames(run, folder, peptide):
    frames = shaken(peptide, 4)
    for k in (1, 2):
        frames[k].positions[7:] += 9
    write_frames(folder / "torn.xtc", peptide, frames)
    problems = run("out.xtc", "torn.xtc")["problems"]
    assert max(fault["frames"] for fault in problems.values()) == 2
    assert {fault["first"] for fault in problems.values()} <= {1, 2}


NEAR = BeadSummary(0.0, 0.0, 0.0)


def test_memory_does_not_grow_with_frames(run, folder, beads_of, monkeypatch):
    def build(mapper, frames, levels):
        n = len(mapper._system.atoms)
        return [
            Built(np.ones((n, 3), np.float32), f.box, f.time, f.step, np.ones(n, np.float32), f.number, {}, {}, NEAR)
            for f in frames
        ]

    monkeypatch.setattr(FrameMapper, "_batch", build)
    beads, peaks = beads_of("martini3"), []
    write_structure(folder / "big.pdb", beads)
    for n in (20, 320):
        write_frames(folder / "long.dcd", beads, shaken(beads, n))
        tracemalloc.start()
        run(f"out{n}.dcd", "long.dcd", top="big.pdb", relax=False)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    more = (folder / "out320.dcd").stat().st_size - (folder / "out20.dcd").stat().st_size
    assert more > 1e6 and peaks[1] - peaks[0] < 0.2 * more
