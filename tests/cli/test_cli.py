"""Commands: what they do, and how they fail."""

import json

import pytest
from typer.testing import CliRunner

from unbead.cli.main import app
from unbead.io.read import read_structure
from unbead.io.write import write_structure

RUNNER = CliRunner()


def call(*words):
    return RUNNER.invoke(app, [str(word) for word in words])


def refused(result, *words):
    """Exit code 2, one line on stderr that says the words, nothing else."""
    lines = result.stderr.strip().splitlines()
    assert result.exit_code == 2, result.output
    assert len(lines) == 1 and lines[0].startswith("unbead: "), lines
    assert all(word in lines[0] for word in words), lines[0]
    return True


@pytest.fixture
def beads_path(tmp_path, beads_of):
    path = tmp_path / "beads.pdb"
    write_structure(path, beads_of("martini3"))
    return path


def test_run_writes_atoms_and_says_what_it_did(beads_path, tmp_path, crystal):
    out = tmp_path / "atoms.cif"
    result = call("run", beads_path, "-o", out)
    assert result.exit_code == 0, result.output
    assert "mapping martini3" in result.stdout and "325 heavy atoms" in result.stdout
    assert read_structure(out).names.tolist() == crystal.names.tolist()


def test_run_as_json(beads_path, tmp_path):
    result = call(
        "run", beads_path, "-o", tmp_path / "a.pdb", "--mapping", "martini3", "--consistency", "exact", "--json"
    )
    summary = json.loads(result.stdout)
    assert summary["atoms"] == 325 and summary["mapping"] == "martini3" and summary["skipped"] == {}


def test_skipped_beads_are_told_in_one_line(tmp_path, beads_path):
    lines = beads_path.read_text().splitlines(keepends=True)
    with_site = [
        part for line in lines for part in ([line, line.replace(" BB ", " VS ")] if " BB " in line else [line])
    ]
    beads_path.write_text("".join(with_site))
    result = call("run", beads_path, "-o", tmp_path / "a.pdb")
    assert result.exit_code == 0 and "skipped 46 beads" in result.stdout


def test_coarsen_run_evaluate_are_a_round_trip(tmp_path, crystal_path):
    beads, atoms, numbers = tmp_path / "b.gro", tmp_path / "a.pdb", tmp_path / "n.json"
    assert call("coarsen", crystal_path, "-m", "martini3-ca", "-o", beads).exit_code == 0
    assert call("run", beads, "-o", atoms).exit_code == 0
    result = call("evaluate", atoms, crystal_path, "--json", numbers)
    assert result.exit_code == 0 and "rmsd_backbone" in result.stdout
    assert json.loads(numbers.read_text())["rmsd_all"] < 0.5


def test_demo(tmp_path):
    out = tmp_path / "demo.pdb"
    result = call("demo", "-o", out)
    assert result.exit_code == 0 and "300 residues" in result.stdout
    assert len(read_structure(out)) == 2338


def test_mappings_and_models_are_listed_and_shown(tmp_path):
    assert "martini3-ca" in call("mapping", "list").stdout
    assert json.loads(call("mapping", "list", "--json").stdout)["ca"] >= 32
    assert "SC3: CD2 CZ CE2" in call("mapping", "show", "martini3", "PHE").stdout
    assert json.loads(call("mapping", "show", "ca", "GLY", "--json").stdout) == {
        "GLY": {"CA": ["N*", "CA", "C*", "O*", "OXT*"]}
    }
    assert "unbead-protein" in call("model", "list").stdout
    assert "vocabulary" in json.loads(call("model", "show", "unbead-protein", "--json").stdout)
    assert "data_hash" in call("model", "show", "unbead-protein").stdout
    (tmp_path / "lig.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n")
    assert "no mistakes" in call("mapping", "check", tmp_path).stdout


def test_bad_input_is_one_line_and_nothing_is_written(tmp_path, beads_path, crystal_path):
    out = tmp_path / "out.pdb"
    empty = tmp_path / "empty.pdb"
    empty.write_text("")
    text = tmp_path / "text.pdb"
    text.write_text("no structure\n")
    lines = beads_path.read_text().splitlines(keepends=True)
    broken = {}
    for name, change in {
        "double": lambda ls: [part for line in ls for part in ([line] * 2 if " BB  THR A   1 " in line else [line])],
        "unknown": lambda ls: [line.replace(" THR A   1 ", " THX A   1 ") for line in ls],
        "nan": lambda ls: [line[:30] + "     nan" + line[38:] if "ATOM      1 " in line else line for line in ls],
        "far": lambda ls: [line[:30] + "9999999." + line[38:] if "ATOM      1 " in line else line for line in ls],
        "cut": lambda ls: [*ls[:5], ls[5][:40]],
    }.items():
        broken[name] = tmp_path / f"{name}.pdb"
        broken[name].write_text("".join(change(lines)))
    assert refused(call("run", tmp_path / "none.pdb", "-o", out), "none.pdb", "no such file")
    assert refused(call("run", empty, "-o", out), "empty.pdb", "empty")
    assert refused(call("run", text, "-o", out), "text.pdb")
    assert refused(call("run", crystal_path, "-o", out), "atomistic", "unbead coarsen")
    assert refused(call("run", crystal_path, "-o", out, "--mapping", "martini3"), "unbead coarsen")
    assert refused(call("run", broken["unknown"], "-o", out), "THX", "THR", "mapping check")
    assert refused(call("run", broken["double"], "-o", out), "THR 1", "BB", "2 times")
    assert refused(call("run", broken["nan"], "-o", out), "THR 1", "BB")
    assert refused(call("run", broken["far"], "-o", out), "THR 1", "BB")
    assert refused(call("run", broken["cut"], "-o", out), "cut.pdb")
    assert refused(call("run", beads_path, "-o", tmp_path / "no" / "x.pdb"), "does not exist")
    assert refused(call("run", beads_path, "-o", tmp_path / "x.xyz"), "unknown format")
    assert refused(call("run", beads_path, "-o", out, "--mapping", "nope"), "no mapping named nope")
    assert refused(call("run", beads_path, "-o", out, "--model", "nope"), "no model named nope")
    assert refused(call("run", beads_path, "-o", out, "--frame", "4"), "no frame 4")
    assert refused(call("run", beads_path, "-o", out, "--consistency", "hard"), "soft, exact, off")
    assert refused(call("run", beads_path, "-o", out, "--device", "tpu"), "not available")
    assert refused(call("mapping", "check", tmp_path / "none"), "no such folder")
    assert refused(call("mapping", "show", "martini3", "LIG"), "no residue LIG")
    assert refused(call("model", "show", "nope"), "unbead-protein")
    assert refused(call("train", tmp_path / "none.yaml"), "training configuration")
    assert refused(call("evaluate", beads_path, tmp_path / "none.pdb"), "none.pdb")
    assert not out.exists() and not list(tmp_path.glob(".*"))


def test_a_residue_that_lacks_a_bead_is_built_and_named(tmp_path, beads_path):
    lines = beads_path.read_text().splitlines(keepends=True)
    short, out = tmp_path / "short.pdb", tmp_path / "out.pdb"
    short.write_text("".join(line for line in lines if not (" SC1 " in line and " THR A   1 " in line)))
    result = call("run", short, "-o", out)
    assert result.exit_code == 3 and out.exists()
    assert "THR 1 (chain A) without SC1" in result.stdout


def test_an_old_result_survives_a_failure(beads_path, tmp_path):
    out = tmp_path / "out.pdb"
    out.write_text("old")
    beads_path.write_text(beads_path.read_text().replace("THR", "THX"))
    assert refused(call("run", beads_path, "-o", out), "THX")
    assert out.read_text() == "old"


def test_an_interrupt_ends_with_130(beads_path, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("unbead.pipeline.structure.read_counted", interrupted)
    result = call("run", beads_path, "-o", tmp_path / "a.pdb")
    assert result.exit_code == 130 and "interrupted" in result.stderr


def test_version():
    assert call("--version").stdout.startswith("unbead 0.")
