import numpy as np
import pytest

from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.trajectory import Trajectory
from unbead.pipeline.manifest import (
    NAMES,
    check_same,
    digest_files,
    digest_frames,
    digest_topology,
    read_manifest,
    record_path,
    recorded_levels,
    write_manifest,
)

WANTED = range(9)


@pytest.fixture
def trajectory(folder, peptide):
    return Trajectory(peptide, [folder / "beads.xtc"], "top.pdb")


@pytest.fixture
def record(folder, trajectory):
    digests = digest_frames(trajectory, WANTED, [9])
    contents = digest_files([folder / "top.pdb"])
    frames = {"input_frames": [["beads.xtc", 9, *digests]], "total": 9, "levels": [0.1]}
    return dict.fromkeys(NAMES, "same") | {"contents": contents} | frames


def test_what_is_written_is_read_and_is_the_same(folder, record, trajectory):
    output = folder / "out.xtc"
    write_manifest(output, record)
    assert read_manifest(output) == record
    assert check_same(output, record, trajectory, WANTED) == record


@pytest.mark.parametrize("key", list(NAMES))
def test_every_difference_is_named(folder, record, trajectory, key):
    output = folder / "out.xtc"
    write_manifest(output, record)
    with pytest.raises(UnbeadError, match=f"out.xtc: was begun with (other )?{NAMES[key]}"):
        check_same(output, record | {key: "other"}, trajectory, WANTED)


def test_a_choice_that_is_only_in_the_record_is_a_difference(folder, record, trajectory):
    output = folder / "out.xtc"
    write_manifest(output, record | {"samples": 4})
    with pytest.raises(UnbeadError, match="was begun with --samples 4, now None"):
        check_same(output, record, trajectory, WANTED)


def test_without_a_record_nothing_is_gone_on_with(folder, record, trajectory):
    output = folder / "out.xtc"
    for content in (None, "", "[]", "{"):
        if content is not None:
            record_path(output).write_text(content)
        with pytest.raises(UnbeadError, match=r"no out\.xtc\.unbead\.json .* run without --resume"):
            check_same(output, record, trajectory, WANTED)


@pytest.mark.parametrize("frames", [None, [["beads.xtc", 9]], [["beads.xtc", "nine", "x"]], "beads.xtc", []])
def test_records_of_other_versions_are_refused_not_crashed_on(folder, record, trajectory, frames):
    output = folder / "out.xtc"
    write_manifest(output, record | {"input_frames": frames})
    with pytest.raises(UnbeadError, match="was begun with another trajectory"):
        check_same(output, record, trajectory, WANTED)


def test_a_file_of_the_same_name_and_size_is_another(folder, record, trajectory):
    output = folder / "out.xtc"
    write_manifest(output, record)
    top = folder / "top.pdb"
    top.write_text(top.read_text().replace(" 1 ", " 2 ", 1))
    now = record | {"contents": digest_files([top])}
    with pytest.raises(UnbeadError, match=r"another .*top\.pdb: its content differs"):
        check_same(output, now, trajectory, WANTED)


@pytest.mark.parametrize("change", ["positions", "box", "time"])
def test_every_frame_counts(folder, peptide, trajectory, change):
    before = digest_frames(trajectory, WANTED, [9])
    frames = shaken(peptide, 9)
    if change == "positions":
        frames[8].positions[0, 0] += 0.1
    elif change == "box":
        object.__setattr__(frames[8], "box", frames[8].box + np.float32(1))
    else:
        object.__setattr__(frames[8], "time", frames[8].time + 1)
    write_frames(folder / "other.xtc", peptide, frames)
    other = Trajectory(peptide, [folder / "other.xtc"], "top.pdb")
    assert digest_frames(other, WANTED, [9]) != before
    assert digest_frames(other, WANTED, [8])[0] == digest_frames(trajectory, WANTED, [8])[0]


def test_digests_do_not_depend_on_how_frames_are_shared_among_files(folder, peptide, trajectory):
    write_frames(folder / "a.xtc", peptide, shaken(peptide, 9)[:4])
    write_frames(folder / "b.xtc", peptide, shaken(peptide, 9)[4:])
    both = Trajectory(peptide, [folder / "a.xtc", folder / "b.xtc"], "top.pdb")
    assert both.counts(WANTED) == [(str(folder / "a.xtc"), 4), (str(folder / "b.xtc"), 5)]
    assert both.counts(range(0, 4, 2)) == [(str(folder / "a.xtc"), 2)]
    assert digest_frames(both, WANTED, [9]) == digest_frames(trajectory, WANTED, [9])
    assert digest_frames(both, WANTED, [4, 5]) == digest_frames(trajectory, WANTED, [4, 5])


def test_the_digest_of_a_topology_is_of_names_not_of_places(peptide):
    assert digest_topology(peptide) == digest_topology(peptide.with_positions(peptide.positions + 1))
    assert digest_topology(peptide) != digest_topology(peptide.select(slice(1, None)))


@pytest.mark.parametrize("damage", [None, [], [0.1, 0.2], ["0.1"], [float("nan")], [-1.0], {"a": 0.1}])
def test_levels_of_a_damaged_record_are_refused(folder, record, damage):
    output = folder / "out.xtc"
    assert recorded_levels(output, record, 1) == [0.1]
    with pytest.raises(UnbeadError, match="damaged; run without --resume"):
        recorded_levels(output, record | {"levels": damage}, 1)


@pytest.mark.parametrize("frames", [[["beads.xtc", -3, "0"]], [["beads.xtc", 1e400, "0"]], [["beads.xtc", 0, "0"]]])
def test_impossible_counts_of_frames_are_a_difference(folder, record, trajectory, frames):
    output = folder / "out.xtc"
    write_manifest(output, record | {"input_frames": frames})
    with pytest.raises(UnbeadError, match="another trajectory"):
        check_same(output, record, trajectory, WANTED)


def test_a_record_of_brackets_within_brackets_is_none(folder):
    record_path(folder / "out.xtc").write_text("[" * 100_000)
    assert read_manifest(folder / "out.xtc") is None
