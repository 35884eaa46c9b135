import numpy as np
import pytest

from tests.helpers import make_particles
from tests.molecules import ADENOSINE, NAMES, embedded, write_mapping
from unbead.chem.particles import join
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping


def spoilt(lines, row, x):
    """Beads with the x column of one line replaced."""
    return [*lines[:row], f"{lines[row][:30]}{x:>8s}{lines[row][38:]}", *lines[row + 1 :]]


def test_a_summary_in_a_few_lines(unbead, beads_path):
    result = unbead("run", beads_path, "-o", "atoms.cif")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) <= 6
    assert "atoms.cif" in result.stdout


def test_a_molecule_of_ones_own(unbead, beads_of, tmp_path):
    file = write_mapping(tmp_path, "CLI")
    x = embedded(ADENOSINE, 1)[0] + beads_of("martini3").positions.max(0) + 10
    atoms = make_particles(NAMES, ["CLI"] * 19, [1] * 19, x, elements=[name[0] for name in NAMES])
    ligand = coarsen(atoms, load_mapping(tmp_path))
    write_structure(tmp_path / "both.pdb", join([beads_of("martini3"), ligand]))
    result = unbead("run", "both.pdb", "-o", "atoms.pdb", "--molecule", f"CLI={ADENOSINE}", "--mapping-file", file)
    assert result.exit_code == 0, result.output
    assert "laid by template, since no model knows them: CLI × 1" in result.stdout
    assert (read_structure(tmp_path / "atoms.pdb").residues.names == "CLI").sum() == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--molecule", "LIG"], ["--molecule LIG", "LIG=lig.sdf"]),
        (["--molecule", "LIG=CCO"], ["LIG", "--mapping-file"]),
        (["--mapping-file", "nowhere.yaml"], ["nowhere.yaml"]),
    ],
)
def test_molecules_that_cannot_be_given(refused, beads_path, options, words):
    refused("run", beads_path, "-o", "atoms.pdb", *options, words=words)


@pytest.mark.parametrize(
    ("size", "words"), [("much", ["--memory much", "4GB"]), ("1MB", ["--memory 1MB", "atoms need"])]
)
def test_budgets_that_cannot_be_kept(refused, beads_path, size, words):
    refused("run", beads_path, "-o", "atoms.pdb", "--memory", size, words=words)


def test_a_torn_chain_is_written_and_named(unbead, beads_of, tmp_path):
    beads = beads_of("martini3")
    x = beads.positions.copy()
    ends = [np.flatnonzero(beads.residue_index == k)[0] for k in (19, 20)]
    arrow = x[ends[1]] - x[ends[0]]
    x[beads.residue_index >= 20] += arrow / np.linalg.norm(arrow) * 8 - arrow
    write_structure(tmp_path / "torn.pdb", beads.with_positions(x))
    result = unbead("run", "torn.pdb", "-o", "atoms.pdb")
    assert result.exit_code == 3
    assert "warning: chain broken" in result.stdout and beads.residues.label(19) in result.stdout
    assert len(read_structure(tmp_path / "atoms.pdb")) > 300


def test_exact_consistency_keeps_the_beads(unbead, beads_path, beads_of, tmp_path):
    assert unbead("run", beads_path, "-o", "atoms.pdb", "--consistency", "exact").exit_code == 0
    assert unbead("coarsen", "atoms.pdb", "-m", "martini3", "-o", "again.pdb").exit_code == 0
    again = read_structure(tmp_path / "again.pdb")
    np.testing.assert_allclose(again.positions, beads_of("martini3").positions, atol=0.003)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdb", "", ["empty.pdb", "empty"]),
        ("text.pdb", "a letter to my aunt\n", ["text.pdb"]),
        ("text.gro", "a letter\nto my aunt\n", ["text.gro"]),
        ("text.cif", "a letter to my aunt\n", ["text.cif"]),
        ("beads.docx", "x", ["beads.docx", ".pdb"]),
    ],
)
def test_not_a_structure(refused, tmp_path, name, content, words):
    (tmp_path / name).write_text(content)
    refused("run", name, "-o", "atoms.pdb", words=words)


@pytest.mark.parametrize("x", ["inf", "-inf"])
def test_coordinates_that_cannot_be(refused, bead_lines, tmp_path, x):
    (tmp_path / "bad.pdb").write_text("".join(spoilt(bead_lines, 4, x)))
    refused("run", "bad.pdb", "-o", "atoms.pdb", words=["bad.pdb", "coordinates"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--mapping", "ca"], ["CA", "missing"]),
        (["--model", "none.safetensors"], ["none.safetensors", "model list"]),
        (["--frame", "-1"], ["frame -1"]),
        (["--backbone", "spine"], ["spine", "network, herobm"]),
    ],
)
def test_options_that_do_not_fit(refused, beads_path, options, words):
    refused("run", beads_path, "-o", "atoms.pdb", *options, words=words)


def test_a_failure_keeps_the_older_file(unbead, beads_path, tmp_path, monkeypatch):
    older = tmp_path / "atoms.pdb"
    older.write_text("older\n")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = unbead("run", beads_path, "-o", older)
    assert result.exit_code == 2
    assert "No space left" in result.stderr
    assert older.read_text() == "older\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["atoms.pdb", "good.pdb"]
