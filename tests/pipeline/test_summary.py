import numpy as np
import pytest

from unbead.pipeline.batch import Built
from unbead.pipeline.summary import RunSummary
from unbead.placement.bead_summary import BeadSummary


def built(number, problems, repairs, error=1.0):
    x, errors = np.zeros((2, 3), np.float32), np.full(2, error, np.float32)
    return Built(x, None, 0.0, 0, errors, number, problems, repairs, BeadSummary(0.1 * number, 0.2 * number, error))


def test_faults_are_counted_by_frame_with_the_first_and_the_worst():
    tally = RunSummary()
    tally.add(built(4, {"bent": ["A"]}, {"closed": 2}, 3.0))
    tally.add(built(6, {}, {"closed": 1}, 4.0))
    tally.add(built(8, {"bent": ["B", "C"], "torn": ["D"]}, {}, 0.0))
    tally.fault("gap", ["E"], 4, 3)
    summary = tally.summary()
    assert tally.frames == 3
    assert summary["repairs"] == {"closed": 3}
    assert summary["predicted_error"] == pytest.approx(np.sqrt(25 / 3), abs=1e-3)
    assert summary["bead_distance_mean"] == pytest.approx(0.6)
    assert summary["bead_distance_99"] == pytest.approx(1.2)
    assert summary["bead_distance_max"] == 4.0
    assert summary["problems"] == {
        "bent": {"frames": 2, "first": 4, "worst": 8, "residues": ["B", "C"]},
        "torn": {"frames": 1, "first": 8, "worst": 8, "residues": ["D"]},
        "gap": {"frames": 3, "first": 4, "worst": 4, "residues": ["E"]},
    }
