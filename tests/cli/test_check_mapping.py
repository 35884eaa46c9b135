import json

from unbead.mapping.mapping import available_mappings


def test_list(unbead):
    result = unbead("mapping", "list", "--json")
    assert tuple(json.loads(result.stdout)) == available_mappings()
    assert unbead("mapping", "list").stdout.count("\n") == len(available_mappings())


def test_show_an_unknown_mapping(refused):
    refused("mapping", "show", "martini9", words=["martini9"])


def test_check_counts(unbead, tmp_path):
    (tmp_path / "gly.yaml").write_text("molecule: GLY\natoms:\n  N: BB\n  CA: BB\n  C: BB\n  O: BB\n")
    result = unbead("mapping", "check", tmp_path)
    assert result.exit_code == 0, result.output
    assert "1 molecules, no mistakes" in result.stdout


def test_check_names_file_and_line(refused, tmp_path):
    (tmp_path / "gly.yaml").write_text("molecule: GLY\natoms:\n  N: BB\n  CA: BB P1\n")
    refused("mapping", "check", tmp_path, words=["gly.yaml", "4"])


def test_check_of_an_empty_folder(refused, tmp_path):
    refused("mapping", "check", tmp_path, words=["no mapping file"])


def test_show_lists_all_bead_sets_of_a_residue(unbead, refused):
    shown = json.loads(unbead("mapping", "show", "martini3", "CHOL", "--json").stdout)
    assert {name: len(beads) for name, beads in shown.items()} == {"CHOL": 9, "CHL1_8": 8}
    assert shown["CHOL"]["ROH"] == ["C3", "O3", "C4", "C2"]
    refused("mapping", "show", "martini3", "XYZ", words=["no residue XYZ"])
