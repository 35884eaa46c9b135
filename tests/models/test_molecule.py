"""Models of one molecule on disk."""

import json

import numpy as np
import pytest
import torch

from tests.one_molecule import TINY, read_all, write_model, write_molecule
from unbead.errors import UnbeadError
from unbead.models.molecule import is_cgvae, load_molecule_model, save_molecule_model
from unbead.train.cgvae.molecule import make_cgvae


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("molecule")
    write_molecule(path)
    return path


def test_what_is_loaded_is_what_was_saved(folder, tmp_path):
    molecule, mapped, frames = read_all(folder)
    network = make_cgvae(TINY, mapped).eval()
    path = tmp_path / "m.safetensors"
    save_molecule_model(path, network, molecule, {"steps": 3})
    again, known = load_molecule_model(path)
    assert is_cgvae(path) and json.loads(path.with_suffix(".json").read_text())["steps"] == 3
    for name in ("bonds", "pairs"):
        assert np.array_equal(getattr(known, name), getattr(molecule, name))
    assert known.atoms.names.tolist() == molecule.atoms.names.tolist()
    assert known.atoms.elements.tolist() == molecule.atoms.elements.tolist()
    assert known.beads == molecule.beads and np.allclose(known.lengths, molecule.lengths, atol=1e-4)
    beads = network.operator @ torch.from_numpy(frames)
    with torch.inference_mode():
        assert torch.equal(network(beads), again(beads))


def test_weights_of_another_molecule_are_refused(folder, tmp_path):
    path = write_model(folder)
    card = json.loads(path.with_suffix(".json").read_text())
    card["network"]["latent"] = 5
    (tmp_path / "m.safetensors").write_bytes(path.read_bytes())
    (tmp_path / "m.json").write_text(json.dumps(card))
    with pytest.raises(UnbeadError, match="do not fit"):
        load_molecule_model(tmp_path / "m.safetensors")


def test_a_card_without_a_molecule_is_refused(folder, tmp_path):
    path = write_model(folder)
    card = json.loads(path.with_suffix(".json").read_text())
    del card["molecule"]
    (tmp_path / "m.safetensors").write_bytes(path.read_bytes())
    (tmp_path / "m.json").write_text(json.dumps(card))
    with pytest.raises(UnbeadError, match="bad card"):
        load_molecule_model(tmp_path / "m.safetensors")
