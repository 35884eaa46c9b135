import json

import numpy as np
import pytest

from unbead.io.write import write_structure


@pytest.fixture
def shifted_path(crystal, tmp_path):
    """The crystal, moved by 1 Å."""
    write_structure(tmp_path / "shifted.pdb", crystal.with_positions(crystal.positions + np.float32([1, 0, 0])))
    return tmp_path / "shifted.pdb"


def test_numbers_as_json(unbead, shifted_path, crystal_path, tmp_path):
    result = unbead("evaluate", shifted_path, crystal_path, "--json", "numbers.json")
    assert result.exit_code == 0, result.output
    numbers = json.loads((tmp_path / "numbers.json").read_text())
    assert numbers["rmsd_all_strict"] == pytest.approx(1.0, abs=1e-3)
    assert numbers["atoms_found_percent"] == 100
    assert "rmsd_backbone" in result.stdout


def test_models_one_by_one(unbead, crystal, crystal_path, tmp_path):
    models = [crystal.with_positions(crystal.positions + np.float32([x, 0, 0])) for x in (0, 2)]
    write_structure(tmp_path / "models.pdb", models)
    assert unbead("evaluate", "models.pdb", crystal_path, "--json", "numbers.json").exit_code == 0
    numbers = json.loads((tmp_path / "numbers.json").read_text())
    assert numbers["models"] == 2
    assert numbers["rmsd_all_strict"] == pytest.approx(1.0, abs=1e-3)


def test_numbers_of_models_that_do_not_fit(refused, crystal, tmp_path):
    write_structure(tmp_path / "three.pdb", [crystal] * 3)
    write_structure(tmp_path / "two.pdb", [crystal] * 2)
    refused("evaluate", "three.pdb", "two.pdb", words=["3", "2 models"])


def test_beads_are_not_judged(refused, beads_path, crystal_path):
    # They once gave a table of dashes and exit code 0.
    refused("evaluate", beads_path, crystal_path, words=["good.pdb", "unbead run"])
    refused("evaluate", crystal_path, beads_path, words=["good.pdb"])


def test_output_that_cannot_be_written(refused, crystal_path):
    refused("evaluate", crystal_path, crystal_path, "--json", "nowhere/numbers.json", words=["nowhere"])


def test_missing_file(refused, crystal_path):
    refused("evaluate", "none.pdb", crystal_path, words=["none.pdb"])


def test_samples_of_a_frame(unbead, crystal, crystal_path, tmp_path):
    models = [crystal.with_positions(crystal.positions + np.float32([x, 0, 0])) for x in (0, 2)]
    write_structure(tmp_path / "models.pdb", models)
    options = ["--ensemble", "--json", "numbers.json", "--html", "report.html"]
    assert unbead("evaluate", "models.pdb", crystal_path, *options).exit_code == 0
    assert "<h1>models.pdb</h1>" in (tmp_path / "report.html").read_text()
    numbers = json.loads((tmp_path / "numbers.json").read_text())
    assert numbers["best_rmsd_all"] == pytest.approx(0, abs=1e-3) and numbers["rmsd_all"] == pytest.approx(1, abs=1e-3)


def test_a_report_is_about_samples(refused, crystal_path):
    refused("evaluate", crystal_path, crystal_path, "--html", "r.html", words=["--html", "--ensemble", "unbead check"])
    refused("evaluate", crystal_path, crystal_path, "--ensemble", words=["1 model for 1 frame", "crystal.pdb"])
