import numpy as np
import pytest

from tests.helpers import make_particles
from tests.trajectories import shaken, write_frames
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.write import write_structure


@pytest.mark.parametrize("name", ["beads.pdb", "beads.gro", "beads.cif"])
def test_atoms_to_beads(unbead, crystal_path, beads_of, tmp_path, name):
    result = unbead("coarsen", crystal_path, "-m", "martini3", "-o", name)
    assert result.exit_code == 0, result.output
    beads = read_structure(tmp_path / name)
    np.testing.assert_allclose(beads.positions, beads_of("martini3").positions, atol=0.006)  # GRO: 0.01 Å digits
    assert str(len(beads)) in result.stdout


@pytest.mark.parametrize(
    ("source", "mapping", "output", "words"),
    [
        ("none.pdb", "ca", "beads.pdb", ["none.pdb"]),
        ("crystal", "martini9", "beads.pdb", ["martini9"]),
        ("crystal", "ca", "nowhere/beads.pdb", ["nowhere"]),
        ("beads", "ca", "beads.pdb", ["atomistic"]),
    ],
)
def test_bad_input(refused, crystal_path, beads_path, source, mapping, output, words):
    path = {"crystal": crystal_path, "beads": beads_path}.get(source, source)
    refused("coarsen", path, "-m", mapping, "-o", output, words=words)


def test_a_download_becomes_beads(unbead, crystal_path, beads_of, tmp_path):
    """Water, ions and buffer stopped it, with a remedy of another command."""
    text = crystal_path.read_text().removesuffix("END\n")
    rest = [("O", "HOH", " O"), ("NA", "NA", "NA"), ("C1", "GOL", " C"), ("C1", "LIG", " C")]
    for k, (atom, name, element) in enumerate(rest):
        text += f"HETATM{900 + k:5d}  {atom:<3s} {name:>3s} B{k:4d}    {100 + 9 * k:8.3f}{0:8.3f}{0:8.3f}"
        text += f"  1.00  9.00          {element}\n"
    (tmp_path / "download.pdb").write_text(text + "END\n")
    stopped = unbead("coarsen", "download.pdb", "-m", "martini3", "-o", "beads.pdb")
    assert stopped.exit_code == 2 and "LIG (1)" in stopped.stderr and "--skip-unknown" in stopped.stderr
    result = unbead("coarsen", "download.pdb", "-m", "martini3", "-o", "beads.pdb", "--skip-unknown")
    assert result.exit_code == 3
    assert "left out 1 water, 1 ion (NA 1), 1 buffer molecule (GOL 1)" in result.stdout
    assert "warning: left out residues that the mapping lacks: LIG (1)" in result.stdout
    beads = read_structure(tmp_path / "beads.pdb")
    np.testing.assert_allclose(beads.positions, beads_of("martini3").positions, atol=0.002)


def without_ring(crystal, path):
    """The crystal without most of a ring."""
    gone = (crystal.residues.numbers[crystal.residue_index] == 29) & np.isin(crystal.names, ["CE1", "CE2", "CZ", "OH"])
    write_structure(path, crystal.select(~gone))


def test_completed_atoms_are_told_and_no_fault(unbead, crystal, tmp_path):
    without_ring(crystal, tmp_path / "lacking.pdb")
    result = unbead("coarsen", "lacking.pdb", "-m", "martini3", "-o", "beads.pdb")
    assert result.exit_code == 0, result.output
    assert "completed the atoms that 1 residue lacks: TYR 29 (chain A): CE1 CE2 CZ OH" in result.stdout


def test_dropped_beads_are_told(unbead, crystal, tmp_path):
    without_ring(crystal, tmp_path / "lacking.pdb")
    result = unbead("coarsen", "lacking.pdb", "-m", "martini3", "-o", "beads.pdb", "--incomplete", "drop")
    assert result.exit_code == 3
    assert "warning: left out beads that lack atoms: TYR 29 (chain A): SC2 SC3 SC4" in result.stdout


def test_of_several_models_the_first_is_taken_and_told(unbead, crystal, tmp_path):
    write_structure(tmp_path / "models.pdb", [crystal, crystal.with_positions(crystal.positions + 5)])
    result = unbead("coarsen", "models.pdb", "-m", "ca", "-o", "first.pdb")
    assert result.exit_code == 0 and "the first of 2 models is taken" in result.stdout
    second = unbead("coarsen", "models.pdb", "-m", "ca", "-o", "second.pdb", "--frame", "1")
    assert second.exit_code == 0 and "taken" not in second.stdout
    moved = [read_structure(tmp_path / name).positions for name in ("first.pdb", "second.pdb")]
    np.testing.assert_allclose(moved[1] - moved[0], 5, atol=0.002)
    everything = unbead("coarsen", "models.pdb", "-m", "ca", "-o", "all.xtc")
    assert everything.exit_code == 0 and "2 frames" in everything.stdout


def test_a_trajectory(unbead, crystal, tmp_path):
    write_structure(tmp_path / "top.pdb", crystal)
    write_frames(tmp_path / "in.xtc", crystal, shaken(crystal, 4))
    result = unbead("coarsen", "top.pdb", "in.xtc", "-m", "martini3", "-o", "beads.dcd", "--start", 1)
    assert result.exit_code == 0 and "3 frames" in result.stdout
    beads = read_structure(tmp_path / "beads.pdb")
    assert len(Trajectory(beads, [tmp_path / "beads.dcd"], "beads")) == 3
    one = unbead("coarsen", "top.pdb", "in.xtc", "-m", "martini3", "-o", "one.pdb", "--frame", 1)
    assert one.exit_code == 0
    np.testing.assert_allclose(read_structure(tmp_path / "one.pdb").positions, beads.positions, atol=0.002)


def test_a_molecule_of_ones_own(unbead, tmp_path):
    (tmp_path / "lig.yaml").write_text("molecule: LIG\ncenter: geometry\natoms:\n  C1: A\n  C2: A\n")
    atoms = make_particles(["C1", "C2"], ["LIG"] * 2, [1, 1], [[0, 0, 0], [2, 0, 0]])
    write_structure(tmp_path / "lig.pdb", atoms)
    result = unbead("coarsen", "lig.pdb", "-m", "martini3", "--mapping-file", "lig.yaml", "-o", "beads.pdb")
    assert result.exit_code == 0, result.output
    assert read_structure(tmp_path / "beads.pdb").positions.tolist() == [[1, 0, 0]]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--frame", 3], ["no frame 3", "it has 1"]),
        (["--frame", 0, "--step", 2], ["--frame chooses one structure"]),
        (["--step", 0], ["--step 0", "from 1"]),
        (["--incomplete", "maybe"], ["complete or drop"]),
        (["--mapping-file", "none.yaml"], ["none.yaml"]),
    ],
)
def test_bad_options(refused, crystal_path, options, words):
    refused("coarsen", crystal_path, "-m", "ca", "-o", "beads.pdb", *options, words=words)
