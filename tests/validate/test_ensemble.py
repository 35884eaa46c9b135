"""Samples beside the truth."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.validate.compare import evaluate
from unbead.validate.ensemble import evaluate_ensemble


def moved(crystal, seed, by):
    return crystal.with_positions(
        crystal.positions
        + np.random.default_rng(seed).normal(scale=by, size=crystal.positions.shape).astype(np.float32)
    )


def test_numbers_are_those_of_the_samples(crystal, tmp_path):
    frames = [crystal, crystal.with_positions(crystal.positions + np.float32(3))]
    samples = [moved(frame, k, 0.02) for frame in frames for k in range(3)]
    write_structure(tmp_path / "samples.pdb", samples)
    write_structure(tmp_path / "frames.pdb", frames)
    found = evaluate_ensemble(tmp_path / "samples.pdb", tmp_path / "frames.pdb").numbers
    each = [
        evaluate(sample, frame)["rmsd_backbone"] for sample, frame in zip(samples, np.repeat(frames, 3), strict=True)
    ]
    assert (found["frames"], found["samples"]) == (2, 3)
    assert found["rmsd_backbone"] == pytest.approx(np.mean(each), abs=1e-3)
    assert found["best_rmsd_backbone"] == pytest.approx((min(each[:3]) + min(each[3:])) / 2, abs=1e-3)
    assert found["mean_rmsd_all"] < found["best_rmsd_all"]  # the mean of three is nearer than any
    assert found["valid_percent"] == 100 and found["sampling_rmsd"] == pytest.approx(found["rmsd_all"])
    assert abs(found["chi1_divergence"]) < 0.1 and found["graph_difference"] == 0
    assert found["interactions"] > 5 and found["interactions_kept_percent"] == 100  # hydrogen bonds do not feel 0.02 Å


def test_broken_samples_are_not_valid(crystal, tmp_path):
    write_structure(tmp_path / "samples.pdb", [moved(crystal, 1, 0.5), crystal])
    write_structure(tmp_path / "frames.pdb", crystal)
    found = evaluate_ensemble(tmp_path / "samples.pdb", tmp_path / "frames.pdb").numbers
    assert found["valid_percent"] == 50 and found["sampling_rmsd"] == pytest.approx(0, abs=1e-3)
    assert 100 * abs(found["graph_difference"]) < found["wrong_edges_percent"]  # signs cancel


def test_models_must_fit_the_frames(crystal, tmp_path):
    for name, n in (("one", 1), ("two", 2), ("three", 3)):
        write_structure(tmp_path / f"{name}.pdb", [crystal] * n)
    with pytest.raises(UnbeadError, match=r"three.pdb: 3 models for 2 frames of .*two.pdb; give n ≥ 2"):
        evaluate_ensemble(tmp_path / "three.pdb", tmp_path / "two.pdb")
    with pytest.raises(UnbeadError, match="give n ≥ 2"):
        evaluate_ensemble(tmp_path / "two.pdb", tmp_path / "two.pdb")
    with pytest.raises(UnbeadError, match=r"one.pdb: 1 model for 1 frame of .*one.pdb; .*leave out --ensemble"):
        evaluate_ensemble(tmp_path / "one.pdb", tmp_path / "one.pdb")


def spoil(crystal, how):
    """The crystal without its last residue, without one atom, or with another residue."""
    last = len(crystal.residues) - 1
    if how == "residue":
        return crystal.select_residues(np.arange(last + 1) < last)
    if how == "atom":
        return crystal.select(~((crystal.names == "CB") & (crystal.residue_index == 4)))
    names = crystal.residues.names.copy()
    names[4] = "GLY"
    return replace(crystal, residues=replace(crystal.residues, names=names))


@pytest.mark.parametrize(
    ("how", "words"), [("residue", "45 residues for 46"), ("atom", "first at"), ("kind", "first at GLY 5")]
)
def test_samples_of_other_atoms_are_refused(crystal, tmp_path, how, words):
    write_structure(tmp_path / "crystal.pdb", crystal)
    write_structure(tmp_path / "a.pdb", crystal)
    write_structure(tmp_path / "b.pdb", spoil(crystal, how))
    lines = [(tmp_path / name).read_text().splitlines() for name in ("a.pdb", "b.pdb")]
    body = [f"MODEL {k}\n" + "\n".join(row for row in part if row.startswith("ATOM")) + "\nENDMDL\n"
            for k, part in enumerate(lines, 1)]  # fmt: skip
    (tmp_path / "mixed.pdb").write_text("".join(body))
    with pytest.raises(UnbeadError, match=rf"mixed.pdb: model 2 has other atoms than model 1 \(.*{words}"):
        evaluate_ensemble(tmp_path / "mixed.pdb", tmp_path / "crystal.pdb")


def test_samples_of_another_protein_are_refused(crystal, tmp_path):
    write_structure(tmp_path / "all.pdb", crystal)
    part = crystal.select_residues(np.arange(len(crystal.residues)) < 10)
    write_structure(tmp_path / "part.pdb", [part] * 2)
    with pytest.raises(UnbeadError, match=r"part.pdb: has .* % of the heavy atoms of .*all.pdb; give"):
        evaluate_ensemble(tmp_path / "part.pdb", tmp_path / "all.pdb")
    odd = replace(crystal, residues=replace(crystal.residues, names=np.full_like(crystal.residues.names, "GLY")))
    odd = odd.select(np.isin(odd.names, ["N", "CA", "C", "O"])).select_residues(np.arange(len(crystal.residues)) < 10)
    whole = crystal.select_residues(~np.isin(crystal.residues.names, ["GLY"]))
    write_structure(tmp_path / "odd.pdb", [odd] * 2)
    write_structure(tmp_path / "whole.pdb", whole)
    with pytest.raises(UnbeadError, match=r"odd.pdb: .*no amino acids in common"):
        evaluate_ensemble(tmp_path / "odd.pdb", tmp_path / "whole.pdb")
