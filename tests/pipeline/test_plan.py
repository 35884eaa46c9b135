"""What is looked at before a run."""

import os

import numpy as np
import pytest

from tests.trajectories import CLOCK, shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.pipeline.manifest import digest_files, write_manifest
from unbead.pipeline.plan import check_options, make_plan
from unbead.pipeline.system import BackmapOptions
from unbead.pipeline.user_molecules import UserMolecules


@pytest.fixture
def planned(folder):
    """Plan a run in the working folder."""

    def plan(output="out.xtc", top="top.pdb", files=("beads.xtc",), how=None, **options):
        paths = [folder / name for name in files]
        choices = check_options(device="cpu", **options)
        return make_plan(
            folder / top, paths, folder / output, choices, how or BackmapOptions(), UserMolecules(), lambda text: None
        )

    return plan


def test_a_plan_knows_frames_times_and_level(planned, peptide):
    plan = planned(start=1, step=3)
    assert plan.wanted == range(1, 9, 3) and not plan.resumes
    assert (plan.clock.time, plan.clock.interval, plan.clock.steps) == (120, 60, 3000)
    assert plan.topology.name == "out.pdb" and plan.record["topology_out"] == "out.pdb"
    frame = next(plan.trajectory.read(plan.wanted))
    assert plan.levels == list(plan.system(frame.positions, frame.box).levels)
    assert np.abs(plan.system.assembly.beads.positions - shaken(peptide, 2)[1].positions).max() < 0.006


def test_one_frame_has_a_clock_too(planned):
    clock = planned(stop=1).clock
    assert clock == type(clock)(CLOCK.time, 1.0, 1)


def test_the_first_frame_goes_beside_the_output_unless_it_is_a_pdb(planned, folder):
    assert planned("out.pdb").topology is None
    assert planned("out.pdb", topology_out="first.gro").topology.name == "first.gro"
    (folder / "out.pdb").write_text("mine")
    with pytest.raises(UnbeadError, match=r"out\.pdb: exists already; say with --topology-out"):
        planned()
    write_manifest(folder / "out.xtc", {"topology_out": "out.pdb"})  # it is ours
    assert planned().topology.name == "out.pdb"


def test_only_what_was_begun_alike_is_gone_on_with(planned, folder, peptide):
    plan = planned()
    frames = shaken(plan.system.atoms, 4)
    write_frames(folder / "out.xtc", plan.system.atoms, frames)
    with pytest.raises(UnbeadError, match="to tell what it was made of"):
        planned(resume=True)
    write_manifest(folder / "out.xtc", plan.record)
    assert planned(resume=True).resumes
    with pytest.raises(UnbeadError, match="was begun with --consistency soft, now exact"):
        planned(resume=True, how=BackmapOptions(consistency="exact"))
    with pytest.raises(UnbeadError, match="was begun with --start, --stop, --step"):
        planned(resume=True, stop=8)
    with pytest.raises(UnbeadError, match="has 4 of 9 frames of a run that was interrupted; go on with --resume"):
        planned()
    write_frames(folder / "beads.xtc", peptide, shaken(peptide, 8))
    with pytest.raises(UnbeadError, match=r"another .*beads\.xtc, which had 9 frames to take and has 8"):
        planned(resume=True)


def test_a_trajectory_that_has_grown_is_gone_on_with_and_another_is_not(planned, folder, peptide):
    """Another simulation has the same names and sizes: joined to the first it was 16 Å away, without a word."""
    plan = planned()
    write_frames(folder / "out.xtc", plan.system.atoms, shaken(plan.system.atoms, 9))
    write_manifest(folder / "out.xtc", plan.record)
    write_frames(folder / "beads.xtc", peptide, shaken(peptide, 12))
    longer = planned(resume=True)
    assert longer.resumes and len(longer.wanted) == 12 and longer.levels == plan.levels
    frames = shaken(peptide, 9)
    frames[8].positions[3] += 1
    write_frames(folder / "beads.xtc", peptide, frames)
    with pytest.raises(UnbeadError, match=r"out\.xtc: was begun with another .*beads\.xtc: its content differs"):
        planned(resume=True)
    write_frames(folder / "beads.xtc", peptide, shaken(peptide, 9))
    assert planned(resume=True).resumes
    text = (folder / "top.pdb").read_text().replace("ATOM      1", "ATOM      9", 1)
    (folder / "top.pdb").write_text(text)
    with pytest.raises(UnbeadError, match=r"was begun with another .*top\.pdb: its content differs"):
        planned(resume=True)


def test_mapping_and_molecule_files_are_compared_by_content(planned, folder):
    file = folder / "mapping.yaml"
    file.write_text("one")
    before = planned().record["contents"]
    assert list(before) == [str(folder / "top.pdb")]
    assert digest_files([file, folder / "top.pdb"]) != digest_files([folder / "top.pdb"])
    one = digest_files([file])
    file.write_text("two")
    assert list(one) == [str(file)] and digest_files([file]) != one


def test_records_tell_of_samples_only_where_there_are_any(planned):
    assert not {"samples", "temperature", "memory"} & set(
        planned(how=BackmapOptions(temperature=0.5, memory="4GB")).record
    )


def test_a_finished_or_foreign_file_may_be_replaced(planned, folder):
    plan = planned(stop=4)
    write_frames(folder / "out.xtc", plan.system.atoms, shaken(plan.system.atoms, 4))
    write_manifest(folder / "out.xtc", plan.record)
    assert not planned(stop=4).resumes
    (folder / "out.xtc").write_text("something else")
    assert not planned().resumes


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": -1}, "--start -1: input should be greater"),
        ({"step": 0}, "--step 0: input should be greater"),
        ({"workers": 0}, "--workers 0"),
        ({"workers": 2, "scheduler": "tcp://x"}, "choose one of them"),
        ({"weather": "fine"}, "--weather fine"),
    ],
)
def test_options_that_cannot_be(options, words):
    with pytest.raises(UnbeadError, match=words):
        check_options(**options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"output": "out.nc"}, "cannot write a trajectory in this format; name it .xtc"),
        ({"output": "none/out.xtc"}, "the folder .* does not exist"),
        ({"output": "beads.xtc"}, "is the input"),
        ({"topology_out": "top.pdb"}, "is the input"),
        ({"output": "out.pdb", "topology_out": "out.pdb"}, "is the output; name another"),
        ({"topology_out": "first.xyz"}, "unknown format"),
        ({"top": "small.pdb"}, r"beads\.xtc: has \d+ particles where .*small\.pdb has"),
        ({"start": 9}, "no frame of the 9"),
    ],
)
def test_what_cannot_be_run(planned, folder, peptide, options, words):
    write_structure(folder / "small.pdb", peptide.select_residues(np.arange(8) < 4))
    before = sorted(os.listdir(folder))  # noqa: PTH208
    with pytest.raises(UnbeadError, match=words):
        planned(**options)
    assert sorted(os.listdir(folder)) == before  # noqa: PTH208
