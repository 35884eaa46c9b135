import json

import pytest

from unbead.io.write import write_structure


@pytest.fixture
def mirrored_path(crystal, tmp_path):
    """The crystal's mirror image."""
    write_structure(tmp_path / "mirrored.pdb", crystal.with_positions(crystal.positions * [1, 1, -1]))
    return tmp_path / "mirrored.pdb"


def test_a_good_structure_passes(unbead, crystal_path):
    result = unbead("check", crystal_path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("PASS")
    assert "Ramachandran outliers" in result.stdout


def test_a_bad_structure_fails_after_writing_everything(unbead, mirrored_path, crystal_path, beads_path, tmp_path):
    result = unbead("check", mirrored_path, "--reference", crystal_path, "--cg", beads_path, "--html", "report.html",
                    "--json", "numbers.json")  # fmt: skip
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("FAIL") and "D-centres at Cα: " in result.stdout
    answer = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert answer["verdict"] == "FAIL" and answer["mapping"] == "martini3" and answer["models"] == 1
    assert answer["numbers"]["rmsd_all"] > 1 and answer["worst"]["d_centres"]["model"] == 1
    assert {"level", "measure", "text"} == set(answer["reasons"][0])
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_warnings_do_not_fail(unbead, crystal, tmp_path):
    write_structure(tmp_path / "part.pdb", crystal.select(~((crystal.names == "CB") & (crystal.residue_index == 3))))
    result = unbead("check", "part.pdb")
    assert result.exit_code == 0 and result.stdout.startswith("WARN")
    assert "heavy atoms that are missing" in result.stdout and crystal.residues.label(3) in result.stdout


def test_models_have_a_column_of_their_worst(unbead, crystal, tmp_path):
    write_structure(tmp_path / "two.pdb", [crystal, crystal])
    assert "worst" in unbead("check", "two.pdb").stdout


def test_inputs_that_cannot_be_judged(refused, crystal, crystal_path, beads_path, beads_of, tmp_path):
    refused("check", beads_path, words=["good.pdb", "unbead run"])
    refused("check", crystal_path, "--reference", beads_path, words=["good.pdb"])
    refused("check", crystal_path, "--mapping", "ca", words=["--cg"])
    refused("check", crystal_path, "--cg", beads_path, "--mapping", "nothing", words=["nothing"])
    refused("check", crystal_path, "--cg", crystal_path, words=["atoms instead of beads"])
    refused("check", crystal_path, "--html", "nowhere/report.html", words=["nowhere"])
    refused("check", "none.pdb", words=["none.pdb"])
    write_structure(tmp_path / "two.pdb", [crystal] * 2)
    write_structure(tmp_path / "three.pdb", [beads_of("ca")] * 3)
    refused("check", "two.pdb", "--cg", "three.pdb", words=["three.pdb", "3 models for 2"])
