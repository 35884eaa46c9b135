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


@pytest.fixture
def downloaded(crystal_path, tmp_path):
    """The crystal with water and a ligand."""
    more = [
        "HETATM 9001  O   HOH A 301      40.000  10.000  10.000  1.00  0.00           O\n",
        "HETATM 9002  C1  LIG A 401      50.000  10.000  10.000  1.00  0.00           C\n",
        "HETATM 9003  C2  LIG A 401      51.500  10.000  10.000  1.00  0.00           C\n",
    ]
    path = tmp_path / "downloaded.pdb"
    path.write_text(crystal_path.read_text().replace("END\n", "").rstrip("\n") + "\nTER\n" + "".join(more) + "END\n")
    return path


def test_a_download_names_the_remedy_and_it_works(unbead, refused, downloaded, tmp_path):
    refused("finish", downloaded, "-o", "full.pdb", words=["LIG 401", "--skip-unknown"])
    result = unbead("finish", downloaded, "-o", "full.pdb", "--skip-unknown", "--hydrogens")
    assert result.exit_code == 3, result.output
    assert "left out 1 water" in result.stdout and "LIG 401" in result.stdout and "net charge 0" in result.stdout
    assert len(read_structure(tmp_path / "full.pdb")) == 639
    told = json.loads(unbead("finish", downloaded, "-o", "full.pdb", "--skip-unknown", "--json").stdout)
    assert "LIG 401" in told["skipped"][0] and told["charge"] == 0 and set(told["seconds"]) == {"ends", "names"}


def test_a_box_with_salt_in_one_command(unbead, crystal_path, tmp_path):
    result = unbead(
        "finish", crystal_path, "-o", "full.gro", "--padding", "5", "--salt", "0.2", "--ph", "3",
        "--topology", "sys.top", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["charge"] == 0
    volume = told["box"][0] ** 3
    pairs = round(0.2 * 6.02214e-4 * volume)
    assert min(told["added"]["NA"], told["added"]["CL"]) == pairs < max(told["added"]["NA"], told["added"]["CL"])
    text = (tmp_path / "sys.top").read_text()
    counts = [line.split() for line in text.split("[ molecules ]\n")[1].splitlines() if line]
    molecules = text.split("[ moleculetype ]\n")[1:]
    charge = {}
    for part in molecules:
        rows = part.split("[ atoms ]\n")[1].split("\n\n")[0].splitlines()
        charge[part.split()[0]] = sum(float(row.split()[6]) for row in rows)
    assert sum(int(n) * charge[name] for name, n in counts) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--neutralize"], None),
        (["--salt", "0.15"], ["--salt", "--padding"]),
        (["--salt", "-1"], ["salt", "-1"]),
        (["--padding", "0"], ["padding", "0"]),
        (["--water", "resolvate"], ["no box", "--padding"]),
        (["--water", "wet"], ["--water wet", "resolvate"]),
        (["--keep-water", "--padding", "10"], ["--keep-water"]),
    ],
)
def test_ions_need_water(unbead, refused, crystal_path, options, words):
    if words is None:  # a neutral protein needs none
        assert unbead("finish", crystal_path, "-o", "full.pdb", *options).exit_code == 0
    else:
        refused("finish", crystal_path, "-o", "full.pdb", *options, words=words)


def test_run_tells_the_charge_and_the_time_of_finishing(unbead, beads_path):
    result = unbead("run", beads_path, "-o", "full.pdb", "--padding", "5", "--salt", "0.1", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["finish"]["charge"] == 0 and told["finish"]["added"]["HOH"] > 1000
    stages = told["finish"]["seconds"]
    assert set(stages) == {"ends", "protonation", "hydrogens", "solvent", "names"}
    assert told["seconds"] >= sum(stages.values())


def test_of_several_models_the_first_is_taken_and_a_line_says_so(unbead, crystal_path, tmp_path):
    atoms = [line for line in crystal_path.read_text().splitlines() if line.startswith("ATOM")]
    models = [text for k in (1, 2) for text in (f"MODEL     {k:4d}", *atoms, "ENDMDL")]
    (tmp_path / "two.pdb").write_text("\n".join([*models, "END", ""]))
    taken = unbead("finish", tmp_path / "two.pdb", "-o", "a.pdb", "--hydrogens")
    assert taken.exit_code == 0 and "2 models; took the first" in taken.stdout
    chosen = unbead("finish", tmp_path / "two.pdb", "-o", "b.pdb", "--hydrogens", "--frame", "1")
    assert chosen.exit_code == 0 and "models" not in chosen.stdout
