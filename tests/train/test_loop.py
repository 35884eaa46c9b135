"""Training: it learns, resumes to the same weights, and refuses what it cannot use."""

import json

import pytest
import torch
import yaml
from safetensors.torch import load_file, save_file

from tests.conftest import CRYSTAL
from unbead.errors import UnbeadError
from unbead.models.store import HEAD, ROTAMERS, load_card, load_model
from unbead.train import loop
from unbead.train.config import OptimiserSettings
from unbead.train.loop import train
from unbead.train.optimiser import learning_rate

SMALL = {
    "scalars": 16,
    "vectors": 4,
    "layers": 1,
    "rows": 2,
    "sent": 8,
    "readout": 4,
    "atom_hidden": 8,
    "neighbours": 8,
}


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "pdb"
    folder.mkdir()
    (folder / "crystal.pdb").write_bytes(CRYSTAL.read_bytes())

    def write(steps, output="run", **extra):
        settings = {
            "output": str(tmp_path / output),
            "data": {"train": [str(folder)], "valid": [str(folder)]},
            "mappings": {"martini3": 0.5, "random": 0.5},
            "check": ["martini3"],
            "network": SMALL,
            "optimiser": {"steps": steps, "decay_steps": 2, "batch": 50, "warmup": 2, "learning_rate": 0.01},
        } | extra
        path = tmp_path / f"{output}.yaml"
        path.write_text(yaml.safe_dump(settings))
        return path

    return write


def test_it_learns_and_leaves_a_model_with_its_card(config):
    output = train(config(60))
    records = [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]
    assert records[0]["step"] == 50 and "martini3" in records[-1]["valid"]
    assert records[-1]["valid"]["martini3"]["all"] < 2.0
    _, vocabulary = load_model(output / "model.safetensors")
    card = load_card(output / "model.safetensors")
    assert len(vocabulary) == 167 and len(card["data_hash"]) == 64 and card["steps"] == 60
    assert (output / "training.png").stat().st_size > 5000


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(config, monkeypatch):
    whole, _ = load_model(train(config(6, "whole")) / "model.safetensors")
    path = config(6, "parts")
    one_step = loop._Run._one_step

    def stop_at_three(run):
        if run.step == 3:
            raise KeyboardInterrupt
        return one_step(run)

    monkeypatch.setattr(loop._Run, "_one_step", stop_at_three)
    with pytest.raises(KeyboardInterrupt):
        train(path)
    monkeypatch.setattr(loop._Run, "_one_step", one_step)
    with pytest.raises(UnbeadError, match="--resume"):
        train(path)
    parts, _ = load_model(train(path, resume=True) / "model.safetensors")
    for (name, a), b in zip(whole.state_dict().items(), parts.state_dict().values(), strict=True):
        assert torch.allclose(a, b, atol=1e-5), name


def test_the_head_alone_is_trained_on_frozen_weights_that_lack_it(config, tmp_path):
    base = train(config(4, "base")) / "model.safetensors"
    trunk = {name: x for name, x in load_file(base).items() if not name.startswith(HEAD)}
    save_file(trunk, tmp_path / "old.safetensors")
    (tmp_path / "old.json").write_text(base.with_suffix(".json").read_text())
    assert load_model(tmp_path / "old.safetensors")[0].torsion_head is None
    output = train(config(60, "head", start=str(tmp_path / "old.safetensors"), only="torsions"))
    made = load_file(output / "model.safetensors")
    assert all(torch.equal(made[name], x) for name, x in trunk.items()) and set(made) > set(trunk)
    card = load_card(output / "model.safetensors")
    assert card["steps"] == 4 and card["torsions"]["steps"] == 60
    records = [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]
    assert records[0]["torsions"] < 0.9 and records[-1]["valid"]["martini3"]["phi_degrees"] < 60


def test_the_rate_rises_holds_and_falls():
    options = OptimiserSettings(steps=100, decay_steps=40, warmup=10, learning_rate=1.0)
    rates = [learning_rate(step, options) for step in range(100)]
    assert rates[0] == pytest.approx(0.1) and rates[10] == rates[60] == 1 and rates[80] == pytest.approx(0.5)
    assert min(rates) == rates[-1] >= 0.02


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learning": 1}, "learning: Extra inputs"),
        ({"network": {"layers": 0}}, "network.layers"),
        ({"data": {"train": ["none.npz"], "valid": ["none.npz"]}}, "none.npz"),
        ({"mappings": {"martini9": 1.0}}, "no mapping named martini9"),
        ({"device": "tpu"}, "device"),
        ({"only": "torsions"}, "needs start"),
    ],
)
def test_bad_settings(config, change, message):
    with pytest.raises(UnbeadError, match=message):
        train(config(2, **change))


def test_bad_files(tmp_path):
    with pytest.raises(UnbeadError, match="training configuration"):
        train(tmp_path / "none.yaml")
    (tmp_path / "x.yaml").write_text("a: [")
    with pytest.raises(UnbeadError, match="not YAML"):
        train(tmp_path / "x.yaml")


def test_a_checkpoint_of_another_network_is_refused(config):
    train(config(2))
    other = config(2, network=SMALL | {"scalars": 24})
    with pytest.raises(UnbeadError, match="other network settings"):
        train(other, resume=True)


def test_the_side_chains_head_learns_on_frozen_weights(config, tmp_path):
    base = train(config(4, "base")) / "model.safetensors"
    trunk = load_file(base)
    assert not any(name.startswith(ROTAMERS) for name in trunk)
    optimiser = {"steps": 100, "decay_steps": 50, "batch": 50, "warmup": 2, "learning_rate": 0.003, "muon": False}
    output = train(config(100, "head", start=str(base), only="rotamers", optimiser=optimiser))
    made = load_file(output / "model.safetensors")
    assert all(torch.equal(made[name], x) for name, x in trunk.items())
    records = [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]
    first, last = (record["rotamers"] for record in records if "rotamers" in record)
    assert last < first - 0.3 and records[-1]["valid"]["martini3"]["nll"] < 8
    assert load_card(output / "model.safetensors")["rotamers"]["steps"] == 100
