"""Samples beside the truth: known spreads give known numbers."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.validate.compare import evaluate
from unbead.validate.ensemble import coverage, diversity, evaluate_ensemble


def moved(crystal, seed, by):
    return crystal.with_positions(
        crystal.positions
        + np.random.default_rng(seed).normal(scale=by, size=crystal.positions.shape).astype(np.float32)
    )


@pytest.mark.parametrize(("spread", "expected"), [(1.0, (50, 90)), (0.2, (0, 2)), (5.0, (99, 100))])
def test_coverage_tells_whether_the_spread_is_right(rng, spread, expected):
    centre = rng.normal(size=(4000, 3))
    truth = centre + rng.normal(size=(4000, 3))
    samples = centre + spread * rng.normal(size=(25, 4000, 3))
    samples[:, :100] = truth[:100] = 0  # what never varies does not count
    found = coverage(samples, truth)
    assert (found["coverage_50"], found["coverage_90"]) == pytest.approx(expected, abs=3)


def test_diversity_is_one_for_copies_and_zero_for_strangers(rng):
    truth = rng.normal(size=(3000, 3))
    copies = np.repeat((truth + rng.normal(size=truth.shape))[None], 4, 0)
    strangers = rng.normal(size=(5, 3000, 3))
    assert diversity(copies, truth)["diversity"] == 1
    assert diversity(strangers, truth)["diversity"] == pytest.approx(0, abs=0.03)
    assert diversity(copies, truth)["spread"] == 0 and diversity(strangers, truth)["spread"] == pytest.approx(
        6**0.5, rel=0.03
    )
    assert diversity(copies, copies[0])["diversity"] is None


def test_numbers_are_those_of_the_samples(crystal, tmp_path):
    frames = [crystal, crystal.with_positions(crystal.positions + np.float32(3))]
    samples = [moved(frame, k, 0.02) for frame in frames for k in range(3)]
    write_structure(tmp_path / "samples.pdb", samples)
    write_structure(tmp_path / "frames.pdb", frames)
    found = evaluate_ensemble(tmp_path / "samples.pdb", tmp_path / "frames.pdb")
    each = [
        evaluate(sample, frame)["rmsd_backbone"] for sample, frame in zip(samples, np.repeat(frames, 3), strict=True)
    ]
    assert (found["frames"], found["samples"]) == (2, 3)
    assert found["rmsd_backbone"] == pytest.approx(np.mean(each), abs=1e-3)
    assert found["best_rmsd_backbone"] == pytest.approx((min(each[:3]) + min(each[3:])) / 2, abs=1e-3)
    assert found["mean_rmsd_all"] < found["best_rmsd_all"]  # the mean of three is nearer than any
    assert found["valid_percent"] == 100 and found["sampling_rmsd"] == pytest.approx(found["rmsd_all"])
    assert abs(found["chi1_divergence"]) < 0.1 and found["graph_difference"] == 0


def test_broken_samples_are_not_valid(crystal, tmp_path):
    write_structure(tmp_path / "samples.pdb", [moved(crystal, 1, 0.5), crystal])
    write_structure(tmp_path / "frames.pdb", crystal)
    found = evaluate_ensemble(tmp_path / "samples.pdb", tmp_path / "frames.pdb")
    assert found["valid_percent"] == 50 and found["sampling_rmsd"] == pytest.approx(0, abs=1e-3)
    assert 100 * abs(found["graph_difference"]) < found["wrong_edges_percent"]  # signs cancel


def test_models_must_fit_the_frames(crystal, tmp_path):
    write_structure(tmp_path / "three.pdb", [crystal] * 3)
    write_structure(tmp_path / "two.pdb", [crystal] * 2)
    with pytest.raises(UnbeadError, match=r"three.pdb: 3 models for 2 frames of .*two.pdb; give n ≥ 2"):
        evaluate_ensemble(tmp_path / "three.pdb", tmp_path / "two.pdb")
    with pytest.raises(UnbeadError, match="give n ≥ 2"):
        evaluate_ensemble(tmp_path / "two.pdb", tmp_path / "two.pdb")
