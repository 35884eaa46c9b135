"""Training of the genzprot family."""

import json

import pytest
import torch
import yaml

from tests.conftest import CRYSTAL
from tests.latents import SMALL
from unbead.errors import UnbeadError
from unbead.models.genzprot import GenZProtNetwork
from unbead.models.store import load_card, load_model
from unbead.train.config import load_config
from unbead.train.loop import train


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "pdb"
    folder.mkdir()
    (folder / "crystal.pdb").write_bytes(CRYSTAL.read_bytes())

    def write(steps, output="run", **extra):
        settings = {
            "family": "genzprot",
            "output": str(tmp_path / output),
            "data": {"train": [str(folder)], "valid": [str(folder)]},
            "mappings": {"ca": 1.0},
            "check": ["ca"],
            "network": SMALL.model_dump(),
            "noise": {"share": 0.3},
            "optimiser": {"steps": steps, "decay_steps": 2, "batch": 50, "warmup": 2, "learning_rate": 0.01},
        } | extra
        path = tmp_path / f"{output}.yaml"
        path.write_text(yaml.safe_dump(settings))
        return path

    return write


def test_it_learns_and_leaves_a_model_with_its_card(config):
    output = train(config(50))
    records = [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]
    assert {"torsion", "kl", "mean_cartesian", "steric"} <= set(records[0])
    model, vocabulary = load_model(output / "model.safetensors")
    assert isinstance(model, GenZProtNetwork) and len(vocabulary) == 167
    assert load_card(output / "model.safetensors")["family"] == "genzprot"
    assert records[-1]["valid"]["ca"]["side_chain"] < 1.5  # 2.8 Å after one step, 1.2 Å after forty


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(config, monkeypatch):
    whole, _ = load_model(train(config(4, "whole")) / "model.safetensors")
    from unbead.train import loop

    path, one_step = config(4, "parts"), loop._Run._one_step

    def stop_at_two(run):
        if run.step == 2:
            raise KeyboardInterrupt
        return one_step(run)

    monkeypatch.setattr(loop._Run, "_one_step", stop_at_two)
    with pytest.raises(KeyboardInterrupt):
        train(path)
    monkeypatch.setattr(loop._Run, "_one_step", one_step)
    parts, _ = load_model(train(path, resume=True) / "model.safetensors")
    for (name, a), b in zip(whole.state_dict().items(), parts.state_dict().values(), strict=True):
        assert torch.allclose(a, b, atol=1e-5), name


def test_it_starts_from_the_bead_network_of_another_family(config):
    flagship = {name: value for name, value in SMALL.model_dump().items() if name not in ("latent", "hidden")}
    start = train(config(2, "flagship", family="unbead", network=flagship | {"readout": 4})) / "model.safetensors"
    again = load_model(train(config(1, "more", start=str(start), optimiser={"steps": 1, "decay_steps": 0, "batch": 50,
            "learning_rate": 1e-12}, )) / "model.safetensors")[0]  # fmt: skip
    before = load_model(start)[0].state_dict()
    assert torch.allclose(again.state_dict()["embed.owned.weight"], before["embed.owned.weight"], atol=1e-6)
    with pytest.raises(UnbeadError, match="no bead network of these settings"):
        train(config(1, "other", start=str(start), network=SMALL.model_dump() | {"scalars": 24}))


def test_settings_are_those_of_the_family(config):
    assert load_config(config(1)).network == SMALL
    with pytest.raises(UnbeadError, match="network.hidden: Extra"):
        load_config(config(1, family="unbead"))
    with pytest.raises(UnbeadError, match="family"):
        load_config(config(1, family="other"))
