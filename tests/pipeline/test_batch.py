"""Frames at once are frames one by one."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.pipeline import batch
from unbead.pipeline.batch import FrameMapper, repeat
from unbead.pipeline.prepare import prepare


@pytest.fixture
def mapper(prepared):
    return FrameMapper(prepared)


@pytest.mark.parametrize("options", [{}, {"backbone": "herobm"}, {"consistency": "exact"}, {"relax": False}])
def test_frames_at_once_are_those_one_by_one(peptide, bead_frames, options):
    mapper = FrameMapper(prepare(peptide, "peptide", device="cpu", **options))
    levels = mapper.levels(bead_frames[0])
    mapper.at_once = 4
    together = mapper(bead_frames, levels)
    mapper.at_once = 1
    alone = mapper(bead_frames, levels)
    assert [built.number for built in together] == list(range(9))
    for a, b in zip(together, alone, strict=True):
        assert np.abs(a.positions - b.positions).max() < 1e-4
        assert np.abs(a.errors - b.errors).max() < 1e-5
        assert (a.problems, a.time, a.step) == (b.problems, b.time, b.step)
    totals = [sum(sum(built.repairs.values()) for built in answer) for answer in (together, alone)]
    assert totals[0] == totals[1]


def test_faults_are_those_of_their_own_frame(mapper, bead_frames):
    torn = bead_frames[2].positions.copy()
    torn[7:] += 9
    frames = [*bead_frames[:2], replace(bead_frames[2], positions=torn), bead_frames[3]]
    mapper.at_once = 4
    built = mapper(frames, [0.1])
    assert [bool(each.problems) for each in built] == [False, False, True, False]


def test_molecules_near_their_images_are_done_alone(mapper, bead_frames, monkeypatch):
    tight = np.array([40, 40, 40, 90, 90, 90], np.float32)
    assert not batch._alone(replace(mapper._prepared.beads, box=tight))
    mapper.at_once = 3
    sizes = []
    run = mapper._run
    monkeypatch.setattr(mapper, "_run", lambda x, box, *rest: sizes.append((len(x), box)) or run(x, box, *rest))
    mapper([replace(frame, box=tight) for frame in bead_frames[:3]], [0.1])
    n = len(mapper._prepared.assembly.beads)
    assert [size for size, _ in sizes] == [n] * 3 and all(box is tight for _, box in sizes)
    mapper(bead_frames[:3], [0.1])
    assert sizes[-1] == (3 * n, None)


def test_slanted_boxes_are_measured_across(peptide):
    long = float(np.ptp(peptide.positions, axis=0).max())
    flat = np.array([3 * long + 40, 3 * long + 40, 3 * long + 40, 90, 90, 20], np.float32)
    assert batch._alone(replace(peptide, box=np.array([*flat[:5], 90], np.float32)))
    assert not batch._alone(replace(peptide, box=flat))


def test_copies_stand_behind_each_other(peptide):
    one, three = assemble(peptide, load_mapping("martini3")), assemble(repeat(peptide, 3), load_mapping("martini3"))
    n = len(one.atoms)
    assert len(three.atoms) == 3 * n and three.atoms.names.tolist() == 3 * one.atoms.names.tolist()
    assert len(three.bonds) == 3 * len(one.bonds)
    assert np.array_equal(np.unique(three.bonds // n, axis=0), [[0, 0], [1, 1], [2, 2]])


def test_big_systems_are_done_frame_by_frame(prepared, monkeypatch):
    assert FrameMapper(prepared).at_once > 8
    monkeypatch.setattr(batch, "BEADS", {"cpu": 5})
    assert FrameMapper(prepared).at_once == 1
