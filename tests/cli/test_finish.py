import json

import pytest

from unbead.io.read import read_structure

pytest.importorskip("openmm")


def test_from_heavy_atoms_to_a_topology(unbead, crystal_path, tmp_path):
    result = unbead("finish", crystal_path, "-o", "full.pdb", "--minimize", "--topology", "crambin.top")
    assert result.exit_code == 0, result.output
    assert "3 disulfides" in result.stdout
    assert "kJ/mol" in result.stdout
    assert len(read_structure(tmp_path / "full.pdb")) == 639
    assert (tmp_path / "crambin.gro").is_file()


def test_summary_as_json(unbead, crystal_path):
    result = unbead("finish", crystal_path, "-o", "full.gro", "--hydrogens", "--json")
    assert json.loads(result.stdout)["states"] == {"CYX": 6}


def test_beads_to_all_atoms_in_one_command(unbead, beads_path, tmp_path):
    result = unbead("run", beads_path, "-o", "full.cif", "--minimize", "--restrain", "beads", "--naming", "charmm")
    assert result.exit_code == 0, result.output
    atoms = read_structure(tmp_path / "full.cif")
    assert "HT1" in atoms.names
    assert "CYS2" in atoms.residues.names


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--forcefield", "gromos"], ["forcefield", "gromos", "amber14"]),
        (["--ph", "20"], ["ph", "20"]),
        (["--naming", "latin"], ["naming", "latin"]),
        (["--restrain", "heavy"], ["--minimize"]),
        (["--minimize", "--restrain", "beads"], ["unbead run"]),
        (["--topology", "nowhere/system.top"], ["nowhere"]),
    ],
)
def test_options_that_do_not_fit(refused, crystal_path, options, words):
    refused("finish", crystal_path, "-o", "full.pdb", *options, words=words)


def test_beads_are_no_atoms(refused, beads_path):
    refused("finish", beads_path, "-o", "full.pdb", words=["BB", "not an atom"])


def test_water_anew(unbead, refused, beads_path, tmp_path):
    refused("run", beads_path, "-o", "full.pdb", "--water", "resolvate", words=["no box"])
    boxed = tmp_path / "boxed.pdb"
    box = "CRYST1   50.000   50.000   50.000  90.00  90.00  90.00 P 1           1\n"
    water = "ATOM   9999  W   W   X9000      10.000  10.000  10.000  1.00  0.00\n"
    boxed.write_text(box + beads_path.read_text().replace("END\n", water + "END\n"))
    result = unbead("run", boxed, "-o", "full.pdb", "--water", "resolvate")
    assert result.exit_code == 0, result.output
    assert "filled the box: HOH" in result.stdout
    atoms = read_structure(tmp_path / "full.pdb")
    assert 2500 < (atoms.residues.names == "HOH").sum() < 4200 and atoms.box is not None
