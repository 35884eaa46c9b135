"""``unbead run`` over trajectories."""

import json
import os
import signal
import subprocess
import sys
import time

import MDAnalysis as mda
import numpy as np
import pytest

from tests.trajectories import shaken, write_frames
from unbead.cli.trajectory import stopping
from unbead.io.read import read_structure
from unbead.io.write import write_structure

LAST = 30


@pytest.fixture
def folder(tmp_path, beads_of):
    """A folder with a peptide's ``top.pdb`` and ``beads.xtc``."""
    beads = beads_of("martini3")
    peptide = beads.select_residues(np.arange(len(beads.residues)) < 5)
    write_structure(tmp_path / "top.pdb", peptide)
    write_frames(tmp_path / "beads.xtc", peptide, shaken(peptide, LAST))
    return tmp_path


def test_a_trajectory_in_a_few_lines(unbead, folder):
    result = unbead("run", "top.pdb", "beads.xtc", "-o", "out.xtc", "--stop", 3)
    assert result.exit_code == 0, result.output
    assert "3 frames" in result.stdout and "first frame, with names" in result.stdout and "out.pdb" in result.stdout
    assert len(mda.Universe("out.pdb", "out.xtc").trajectory) == 3


def test_json_and_warnings(unbead, folder, beads_of):
    beads = read_structure(folder / "top.pdb")
    frames = shaken(beads, 3)
    frames[1].positions[beads.residue_index > 2] += 9
    write_frames(folder / "torn.xtc", beads, frames)
    result = unbead("run", "top.pdb", "torn.xtc", "-o", "out.dcd", "--json")
    assert result.exit_code == 3
    summary = json.loads(result.stdout)
    assert (summary["frames"], summary["frames_before"]) == (3, 0) and summary["problems"]
    result = unbead("run", "top.pdb", "torn.xtc", "-o", "out.dcd")
    assert result.exit_code == 3 and "1 of 3 frames, first in 1, worst in 1" in result.stdout


def test_one_frame_of_a_trajectory_is_a_structure(unbead, folder):
    assert unbead("run", "top.pdb", "beads.xtc", "--frame", 4, "-o", "one.pdb", "--naming", "charmm").exit_code == 0
    assert unbead("run", "top.pdb", "beads.xtc", "--start", 4, "--stop", 5, "-o", "same.trr").exit_code == 0
    one, same = read_structure(folder / "one.pdb"), mda.Universe("same.pdb", "same.trr").atoms
    moved = one.positions[: len(same)] - same.positions  # finishing adds the last oxygen
    assert np.abs(moved - np.round(moved[0])).max() < 2e-3  # a structure is wrapped into the box


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "out.xtc", "--hydrogens"], ["--frame"]),
        (["-o", "out.xtc", "--naming", "amber"], ["--frame"]),
        (["-o", "out.xtc", "--frame", "2"], ["--frame", "--start"]),
        (["-o", "one.pdb", "--frame", "99"], ["no frame 99"]),
        (["-o", "out.gro"], ["out.gro", "cannot write a trajectory"]),
        (["-o", "out.xtc", "--step", "0"], ["--step 0"]),
        (["-o", "out.xtc", "--consistency", "hard"], ["soft, exact, off"]),
        (["-o", "top.xtc"], ["top.pdb", "--topology-out"]),
    ],
)
def test_what_does_not_go_together(refused, folder, options, words):
    refused("run", "top.pdb", "beads.xtc", *options, words=words)


def test_a_trajectory_of_something_else(refused, folder, beads_path):
    refused("run", beads_path, "beads.xtc", "-o", "out.xtc", words=["beads.xtc", "particles", "good.pdb"])


def started(folder, *options):
    """Begin a run in a process of its own; wait until frames are on disk."""
    command = [sys.executable, "-c", SLOW, "run", "top.pdb", "beads.xtc", "-o", "out.xtc", "--device", "cpu", *options]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment)
    waited = time.monotonic()
    while not (folder / "out.xtc.unbead.json").exists():
        assert process.poll() is None and time.monotonic() - waited < 120
        time.sleep(0.02)
    return process


SLOW = """
from unbead.pipeline import batch
from unbead.cli.main import main
batch.BEADS = {"cpu": 1}  # frame by frame, so that there is time to end it
main()
"""


def test_ctrl_c_and_kill_leave_frames_to_go_on_from(unbead, folder):
    assert unbead("run", "top.pdb", "beads.xtc", "-o", "whole.xtc").exit_code == 0
    whole = (folder / "whole.xtc").read_bytes()

    process = started(folder)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted; " in said and f"of {LAST} frames are in out.xtc, --resume goes on" in said
    left = (folder / "out.xtc").read_bytes()
    assert len(left) < len(whole) and whole.startswith(left)

    process = started(folder, "--resume")
    process.kill()
    process.communicate(timeout=120)
    left = (folder / "out.xtc").read_bytes()
    assert whole.startswith(left)
    assert len(mda.Universe(str(folder / "out.pdb"), str(folder / "out.xtc")).trajectory) > 0

    result = unbead("run", "top.pdb", "beads.xtc", "-o", "out.xtc", "--resume")
    assert result.exit_code == 0 and "were there before" in result.stdout
    assert (folder / "out.xtc").read_bytes() == whole


def test_the_second_ctrl_c_ends_at_once(capsys):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), stopping() as asked:
        assert not asked.is_set()
        signal.raise_signal(signal.SIGINT)
        assert asked.is_set() and "Ctrl-C again" in capsys.readouterr().err
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
