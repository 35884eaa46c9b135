"""Frames at once are frames one by one."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.pipeline import batch
from unbead.pipeline.batch import FrameMapper
from unbead.pipeline.input_checks import COINCIDENT

LEVELS = [0.1]


@pytest.fixture
def mapper(system_of):
    return FrameMapper(system_of())


@pytest.mark.parametrize("options", [{}, {"consistency": "exact"}, {"relax": False}])
def test_frames_at_once_are_those_one_by_one(system_of, bead_frames, options):
    mapper = FrameMapper(system_of(**options))
    mapper.at_once = 4
    together = mapper(bead_frames, LEVELS)
    mapper.at_once = 1
    alone = mapper(bead_frames, LEVELS)
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
    built = mapper(frames, LEVELS)
    assert [bool(each.problems) for each in built] == [False, False, True, False]


def test_molecules_near_their_images_are_done_alone(mapper, bead_frames, monkeypatch):
    tight = np.array([40, 40, 40, 90, 90, 90], np.float32)
    mapper.at_once = 3
    copies = []
    together = mapper._copies
    monkeypatch.setattr(mapper, "_copies", lambda n: copies.append(n) or together(n))
    mapper([replace(frame, box=tight) for frame in bead_frames[:3]], LEVELS)
    assert copies == []
    mapper(bead_frames[:3], LEVELS)
    assert copies == [3]


def test_slanted_boxes_are_measured_across(peptide):
    x = peptide.positions
    long = float(np.ptp(x, axis=0).max())
    flat = np.array([3 * long + 40, 3 * long + 40, 3 * long + 40, 90, 90, 20], np.float32)
    assert batch._alone(x, None) and batch._alone(x, np.array([*flat[:5], 90], np.float32))
    assert not batch._alone(x, flat)


def test_big_systems_and_solvent_are_done_frame_by_frame(system_of, monkeypatch):
    system = system_of()
    assert FrameMapper(system).at_once > 8
    assert FrameMapper(system_of(backbone="herobm")).at_once == 1
    monkeypatch.setattr(system, "solvent_beads", np.arange(2))
    assert FrameMapper(system).at_once == 1
    monkeypatch.setattr(batch, "BEADS", {"cpu": 5})
    assert FrameMapper(system_of()).at_once == 1


def test_heavy_atoms_on_one_spot_are_told_frame_by_frame(system_of, bead_frames):
    """Frames of a trajectory had no such line, and exit code 0."""
    mapper = FrameMapper(system_of(relax=False, consistency="off"))
    onto = bead_frames[1].positions.copy()
    onto[-2:] = onto[:2] + 0.05
    good, bad = mapper([bead_frames[0], replace(bead_frames[1], positions=onto)], LEVELS)
    assert COINCIDENT not in good.problems
    assert len(bad.problems[COINCIDENT]) >= 2
