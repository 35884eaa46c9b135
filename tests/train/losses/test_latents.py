"""What trains the latents of the flagship."""

import json

import pytest
import torch
import yaml
from safetensors.torch import load_file

from tests.conftest import CRYSTAL
from tests.latents import FLAGSHIP, small_flagship
from unbead.errors import UnbeadError
from unbead.models import keys
from unbead.models.store import load_card, load_model, save_model
from unbead.train.data.examples import ATOM_SWAP, SWAP_GROUP
from unbead.train.loop import train
from unbead.train.losses.latents import energy_score


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "pdb"
    folder.mkdir()
    (folder / "crystal.pdb").write_bytes(CRYSTAL.read_bytes())
    save_model(tmp_path / "base.safetensors", *small_flagship(latent=0), {"steps": 7})

    def write(steps, **extra):
        settings = {
            "output": str(tmp_path / "run"),
            "start": str(tmp_path / "base.safetensors"),
            "only": "latents",
            "data": {"train": [str(folder)], "valid": [str(folder)]},
            "mappings": {"ca": 0.5, "martini3": 0.5},
            "check": ["ca"],
            "network": FLAGSHIP.model_dump(),
            "optimiser": {"steps": steps, "decay_steps": 2, "batch": 50, "warmup": 2, "learning_rate": 0.01},
        } | extra
        path = tmp_path / "run.yaml"
        path.write_text(yaml.safe_dump(settings))
        return path

    return write


@pytest.mark.parametrize("posterior", [0.0, 1.0])
def test_latents_alone_are_trained_and_the_rest_is_left_to_the_bit(config, tmp_path, posterior):
    output = train(config(50, loss={"posterior": posterior}))
    made, base = load_file(output / "model.safetensors"), load_file(tmp_path / "base.safetensors")
    assert all(torch.equal(made[name], x) for name, x in base.items())
    model, _ = load_model(output / "model.safetensors")
    assert model.settings.latent == 3 and (model.posterior is not None) == bool(posterior)
    fresh = small_flagship()[0].deviation.state_dict()
    moved = {name: x for name, x in model.deviation.state_dict().items() if not torch.equal(x, fresh[name])}
    assert {"latent.weight", "atom.weight", "coefficients.5.weight"} <= set(moved)
    card = load_card(output / "model.safetensors")
    assert card["steps"] == 7 and card["latents"]["steps"] == 50
    records = [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]
    assert {"energy", "geometry", "steric"} <= set(records[0]) and ("kl" in records[0]) == bool(posterior)
    assert {"sample_side_chain", "spread", "coverage_90"} <= set(records[-1]["valid"]["ca"])


def test_unknown_terms_are_refused(config):
    with pytest.raises(UnbeadError, match="no term torsions"):
        train(config(2, loss={"torsions": 1.0}))


def lone_atoms(truth):
    n = torch.arange(len(truth))
    return {keys.ATOM_POSITIONS: truth, ATOM_SWAP: torch.stack([n, n], 1), SWAP_GROUP: n}


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_the_energy_score_is_least_where_samples_are_drawn_as_the_truth_is(scale):
    torch.manual_seed(0)
    batch = lone_atoms(torch.randn(20000, 3))
    a, b = torch.randn(2, 20000, 3)
    right = energy_score(a, b, batch)
    assert energy_score(scale * a, scale * b, batch) > right + 0.02
    assert energy_score(a + 0.5, b + 0.5, batch) > right + 0.02
    assert energy_score(0 * a, 0 * b, batch) > right + 0.2


def test_the_energy_score_takes_symmetric_names_as_they_suit_best():
    truth = torch.tensor([[0.0, 0, 0], [3.0, 0, 0]])
    batch = {
        keys.ATOM_POSITIONS: truth,
        ATOM_SWAP: torch.tensor([[0, 1], [1, 0]]),
        SWAP_GROUP: torch.zeros(2, dtype=torch.int64),
    }
    assert float(energy_score(truth, truth.flip(0), batch)) == pytest.approx(0.005 * 2, abs=0.01)
    assert float(energy_score(truth + 5, truth.flip(0) + 5, batch)) > 5
