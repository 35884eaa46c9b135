"""Training on molecules other than proteins."""

import json

import numpy as np
import pytest
import yaml

from tests.train.molecules import loose_residues
from tests.train.test_loop import SMALL
from unbead.errors import UnbeadError
from unbead.models.store import load_model
from unbead.train.data.systems import save_systems
from unbead.train.loop import train


@pytest.fixture
def config(tmp_path, rng):
    save_systems(tmp_path / "train.npz", [loose_residues(["PHE", "ALA", "LYS"], 20, rng, [30, 30, 30, 90, 90, 90])])
    save_systems(tmp_path / "valid.npz", [loose_residues(["ALA", "PHE"], 2, rng)])

    def write(**data):
        settings = {
            "output": str(tmp_path / "run"),
            "data": {
                "kind": "molecules",
                "train": [str(tmp_path / "train.npz")],
                "valid": [str(tmp_path / "valid.npz")],
            }
            | data,
            "mappings": {"martini3": 1.0},
            "check": ["martini3"],
            "network": SMALL,
            "optimiser": {"steps": 100, "decay_steps": 20, "batch": 50, "warmup": 2, "learning_rate": 0.01},
        }
        (tmp_path / "run.yaml").write_text(yaml.safe_dump(settings))
        return tmp_path / "run.yaml"

    return write


def test_it_learns_what_it_has_seen_and_knows_nothing_else(config):
    output = train(config(longest=2, fragments=0.3))
    checks = json.loads((output / "log.jsonl").read_text().splitlines()[-1])["valid"]["martini3"]
    assert checks["all"] < 1.5 and set(checks) >= {"ALA", "PHE", "broken_percent", "mirrored_percent"}
    network, vocabulary = load_model(output / "model.safetensors")
    assert network.torsion_head is None
    assert {name.partition(":")[0] for name in vocabulary.names} == {"ALA", "LYS", "PHE"}


def test_validation_on_what_was_never_trained_is_refused(config, tmp_path, rng):
    save_systems(tmp_path / "other.npz", [loose_residues(["TRP"], 1, rng)])
    with pytest.raises(UnbeadError, match="no training system has TRP's atom"):
        train(config(valid=[str(tmp_path / "other.npz")]))


def test_a_residue_without_template_is_refused(config, tmp_path, rng):
    system = loose_residues(["ALA"], 1, rng)
    system.atoms.residues.names[:] = "XYZ"
    save_systems(tmp_path / "odd.npz", [system])
    with pytest.raises(UnbeadError, match="no template of XYZ"):
        train(config(train=[str(tmp_path / "odd.npz")]))


def test_frames_count_by_their_root(config, tmp_path):
    from unbead.train.config import load_config
    from unbead.train.data.molecules import Molecules

    sampler = Molecules(load_config(config(train=[str(tmp_path / "train.npz"), str(tmp_path / "valid.npz")])))
    assert np.allclose(sampler.often, np.sqrt([20, 2]) / np.sqrt([20, 2]).sum())
