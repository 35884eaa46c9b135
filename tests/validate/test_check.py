"""The judge: known damage gives known verdicts."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.mapping.mapping import load_mapping
from unbead.validate.check import check_files, check_model, summarise
from unbead.validate.verdict import Level


def test_a_good_crystal_passes(crystal_path):
    result = check_files(crystal_path)
    assert result.level is Level.PASS and result.reasons == ()
    assert result.mapping is None and result.models[0].residue_error is None


def test_a_mirror_image_fails_and_residues_are_named(crystal):
    result = summarise([check_model(crystal.with_positions(crystal.positions * [1, 1, -1]))])
    assert result.level is Level.FAIL
    reason = next(r for r in result.reasons if r.measure == "d_centres")
    assert crystal.residues.label(0) in reason.text and reason.text.endswith("more")


def test_errors_by_residue(crystal):
    positions = crystal.positions.copy()
    positions[crystal.residue_index == 7] += np.float32([0.3, 0.4, 0])
    model = check_model(crystal.with_positions(positions), crystal)
    assert model.residue_error is not None
    assert model.residue_error[7] == pytest.approx(0.5, abs=1e-4) and model.residue_error.sum() < 0.501
    assert model.numbers["interactions_kept_percent"] > 90 and model.numbers["chi1_divergence"] >= 0


def test_breaks_are_those_of_the_reference(crystal):
    positions = crystal.positions + (crystal.residue_index >= 20)[:, None] * np.float32([0, 0, 40])
    model = check_model(crystal.with_positions(positions), crystal)
    assert len(model.faults["peptide_bonds"]) == 1


def test_models_are_averaged_and_the_worst_is_listed(crystal, beads_of, tmp_path):
    rng = np.random.default_rng(1)
    shaken = crystal.with_positions(crystal.positions + rng.normal(0, 0.3, crystal.positions.shape))
    write_structure(tmp_path / "models.pdb", [crystal, shaken])
    write_structure(tmp_path / "beads.pdb", beads_of("martini3"))
    write_structure(tmp_path / "reference.pdb", crystal)
    result = check_files(tmp_path / "models.pdb", tmp_path / "reference.pdb", tmp_path / "beads.pdb")
    assert result.level is Level.FAIL and result.mapping == "martini3" and len(result.models) == 2
    value, model = result.worst["broken_bonds_percent"]
    assert model == 2 and value == pytest.approx(2 * result.numbers["broken_bonds_percent"])
    assert result.where["bonds"][0].startswith("model 2: ")
    assert 0 < result.numbers["bead_distance_mean"] < 0.3


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [0.0, 0.01, 100.0])
def test_nonsense_fails_without_a_stumble(crystal, scale):
    assert summarise([check_model(crystal.with_positions(crystal.positions * scale), crystal)]).level is Level.FAIL


@pytest.mark.filterwarnings("error")
def test_a_single_residue(crystal):
    part = crystal.select_residues(np.arange(len(crystal.residues)) == 4)
    assert summarise([check_model(part)]).level is Level.PASS


def test_a_mapping_without_beads_is_refused(crystal_path):
    with pytest.raises(UnbeadError, match="--cg"):
        check_files(crystal_path, mapping="ca")


def test_a_named_mapping(crystal, beads_of):
    model = check_model(crystal, None, beads_of("ca"), load_mapping("ca"))
    assert model.numbers["bead_distance_max"] < 1e-4
