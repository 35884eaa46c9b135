import numpy as np
import pytest

from unbead.io.read import read_structure


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
