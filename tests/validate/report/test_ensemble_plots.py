"""The plots of a report about samples."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.validate.test_ensemble import moved
from unbead.chem.amino import protein_slots
from unbead.validate.ensemble import Ensemble, SampledFrame, judge_frame
from unbead.validate.report.ensemble_plots import best_plots, calibration_plot, diversity_plot, error_plots, frame_plots
from unbead.validate.torsion_histograms import count_torsions


@pytest.fixture(scope="module")
def frame(crystal):
    """Three samples of the crystal."""
    truth = protein_slots(crystal)
    return judge_frame([protein_slots(moved(crystal, seed, 0.3)) for seed in range(3)], truth)


def ensemble(*frames: SampledFrame) -> Ensemble:
    return Ensemble(frames[0].numbers, frames, frames[0].found, frames[0].expected)


def points(picture):
    return [element for element in ElementTree.fromstring(picture).iter() if element.tag == "circle"]


def test_backbone_and_side_chains_have_a_picture_each(frame):
    for pictures in (error_plots(ensemble(frame)), best_plots(ensemble(frame))):
        assert len([ElementTree.fromstring(picture) for picture in pictures]) == 2


def test_every_frame_has_a_point_that_says_its_range(frame):
    assert frame_plots(ensemble(frame)) == []  # nothing to compare
    pictures = frame_plots(ensemble(frame, frame))
    least = frame.errors["backbone"].min()
    assert [len(points(picture)) for picture in pictures] == [2, 2]
    assert f"frame 2: {least:.2f} to" in pictures[0]
    assert len(points(diversity_plot(ensemble(frame, frame)))) == 2


def test_a_right_spread_lies_on_the_diagonal(frame):
    """Ranks that are all equally frequent."""
    n = len(frame.found_phi_psi) + 1
    even = np.resize((np.arange(n) + 0.5) / n, (n * 10, 14))
    picture = ElementTree.fromstring(calibration_plot(ensemble(replace(frame, ranks=even))))
    lines = [element.get("d") for element in picture.iter() if (element.get("class") or "").startswith("line")]
    x, y = np.array([pair.split() for pair in lines[0][1:].split("L")], float).T
    assert len(x) == n + 1
    assert np.allclose((x - x[0]) / (x[-1] - x[0]), (y - y[0]) / (y[-1] - y[0]), atol=2e-2)


def test_samples_that_are_all_the_same_have_no_calibration(frame, crystal):
    same = judge_frame([protein_slots(crystal)] * 2, protein_slots(crystal))
    assert calibration_plot(ensemble(same)) is None and diversity_plot(ensemble(same)) is None
    assert count_torsions(protein_slots(crystal)).chi1.sum() * 2 == same.found.chi1.sum()
