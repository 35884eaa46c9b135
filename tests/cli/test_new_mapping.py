"""From a molecule and its trajectory to beads, atoms and a trained network."""

from functools import partial

import pytest

from tests.mapping.made import molecule_of
from tests.trajectories import shaken, write_frames
from unbead.design.autoencoder import AutoencoderSettings
from unbead.io.read import read_structure
from unbead.io.write import write_structure

CONFIG = """
output: run
data:
  kind: molecules
  molecules: { LIG3: new/LIG3.pdb }
  train: [{ structure: new/LIG3.pdb, trajectory: in.xtc }]
  valid: [{ structure: new/LIG3.pdb, trajectory: in.xtc, stop: 2 }]
  longest: 1
mappings: { new: 1.0 }
check: [new]
network: { scalars: 8, vectors: 4, layers: 1, sent: 4, readout: 8, atom_hidden: 8, neighbours: 4 }
noise: { share: 0.0 }
optimiser: { steps: 2, decay_steps: 1, warmup: 1, batch: 50 }
"""


@pytest.fixture
def made(tmp_path):
    """A molecule of two residues and its trajectory."""
    molecule = molecule_of("CC(=O)N[C@@H](C)C(=O)NC", first=4)
    write_structure(tmp_path / "in.pdb", molecule)
    write_frames(tmp_path / "in.xtc", molecule, shaken(molecule, 8, box=None, size=0.02))


@pytest.mark.parametrize(("method", "name"), [("random", "LIG1"), ("autoencoder", "LIG2")])
def test_the_whole_path(unbead, made, tmp_path, monkeypatch, method, name):
    # names differ since templates are known for the rest of the process
    monkeypatch.setattr("unbead.design.new_mapping.AutoencoderSettings", partial(AutoencoderSettings, steps=20))
    options = ["--beads", 4, "--method", method, "--frames", "in.xtc", "--name", name, "-o", "new"]
    result = unbead("mapping", "new", "in.pdb", *options)
    assert result.exit_code == 0, result.output
    assert "22 atoms → 4 beads" in result.stdout and "Å" in result.stdout
    assert "1 molecules, no mistakes" in unbead("mapping", "check", "new").stdout
    assert unbead("coarsen", f"new/{name}.pdb", "-m", "new", "-o", "beads.pdb").exit_code == 0
    assert len(read_structure(tmp_path / "beads.pdb")) == 4

    mapping = ["--mapping", "new"] if method == "random" else ["--mapping-file", f"new/{name}.yaml"]
    result = unbead("run", "beads.pdb", "--molecule", f"{name}=new/{name}.pdb", "-o", "atoms.pdb", *mapping)
    assert result.exit_code in (0, 3), result.output
    assert len(read_structure(tmp_path / "atoms.pdb")) == 10


def test_a_network_trains_on_it(unbead, made, tmp_path):
    assert unbead("mapping", "new", "in.pdb", "--method", "heavy", "--name", "LIG3", "-o", "new").exit_code == 0
    (tmp_path / "config.yaml").write_text(CONFIG)
    result = unbead("train", "config.yaml")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "run" / "model.safetensors").is_file()


def test_one_line_of_what_is_wrong(refused, made):
    refused("mapping", "new", "in.pdb", "--method", "random", "--beads", 99, "-o", "new", words=["in.pdb", "22 atoms"])
    refused("mapping", "new", "none.pdb", "--method", "heavy", "-o", "new", words=["no such file"])
    refused("mapping", "new", "in.pdb", "--method", "heavy", "-o", "in.pdb", words=["in.pdb", "another place"])
