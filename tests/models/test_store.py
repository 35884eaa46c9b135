"""Models on disk."""

import json

import pytest
import torch

from unbead.chem.identity import identities
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.models.network import UnbeadNetwork
from unbead.models.settings import NetworkSettings
from unbead.models.store import HEAD, LATENTS, available_models, load_card, load_model, load_weights, save_model
from unbead.models.vocabulary import UNKNOWN, Vocabulary

SMALL = NetworkSettings(scalars=16, vectors=4, layers=1, rows=2, sent=8, readout=4, atom_hidden=8)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "m.safetensors"
    model = UnbeadNetwork(SMALL, 3)
    save_model(path, model, Vocabulary(("ALA:N", "ALA:CA", "ALA:C")), {"steps": 1})
    return path, model


def test_round_trip(saved):
    path, model = saved
    again, vocabulary = load_model(path)
    assert vocabulary.names == ("ALA:N", "ALA:CA", "ALA:C") and again.settings == SMALL
    for (name, a), b in zip(model.state_dict().items(), again.state_dict().values(), strict=True):
        assert torch.equal(a, b), name


def test_files_without_the_torsion_head_are_complete_models_that_say_so(saved, tmp_path):
    path, model = saved
    model.torsion_head = None
    save_model(path, model, Vocabulary(("ALA:N", "ALA:CA", "ALA:C")), {"steps": 1})
    again, _ = load_model(path)
    with pytest.raises(UnbeadError, match="does not predict phi and psi"):
        again.require_torsions()
    start = UnbeadNetwork(SMALL, 3)
    before = {name: x.clone() for name, x in start.require_torsions().state_dict().items()}
    assert load_weights(path, start, (HEAD, LATENTS)) == (HEAD, LATENTS)
    assert all(torch.equal(before[name], x) for name, x in start.require_torsions().state_dict().items())
    assert torch.equal(start.table.weight, model.table.weight)


def test_settings_without_latents_load_as_ever_and_latents_without_weights_are_refused(saved):
    path, _ = saved
    card = json.loads(path.with_suffix(".json").read_text())
    del card["network"]["latent"]  # as in cards from before there were latents
    path.with_suffix(".json").write_text(json.dumps(card))
    assert load_model(path)[0].settings.latent == 0
    path.with_suffix(".json").write_text(json.dumps(card | {"network": card["network"] | {"latent": 4}}))
    with pytest.raises(UnbeadError, match="do not fit"):
        load_model(path)


def test_latents_ship_without_what_only_training_needs(tmp_path):
    path = tmp_path / "m.safetensors"
    model = UnbeadNetwork(SMALL.model_copy(update={"latent": 3}), 3)
    model.posterior = None
    save_model(path, model, Vocabulary(("ALA:N", "ALA:CA", "ALA:C")), {})
    again, _ = load_model(path)
    assert again.posterior is None and again.deviation is not None
    assert torch.equal(again.deviation.atom.weight, model.deviation.atom.weight)


def test_shipped_models_are_small_and_carry_their_history():
    assert "unbead-protein" in available_models()
    card = load_card("unbead-protein")
    assert {"data_hash", "mappings", "settings", "validation"} <= set(card)
    assert not {"martini2", "residue-com"} & set(card["mappings"])


@pytest.mark.parametrize(
    ("name", "share"), [("DOPE", 1.0), ("DSPC", 1.0), ("DOPS", 1.0), ("CHL1", 1.0), ("PSM", 0.25), ("TOCL2", 0.0)]
)
def test_the_lipid_model_knows_lipids_of_the_parts_that_it_was_trained_on(name, share):
    _, vocabulary = load_model("unbead-lipid")
    known = vocabulary.ids(identities(template(name))) != UNKNOWN
    assert known.mean() == 1.0 if share == 1.0 else known.mean() <= share


def test_a_model_of_other_settings_is_refused(saved):
    path, _ = saved
    card = json.loads(path.with_suffix(".json").read_text())
    card["network"]["scalars"] = 24
    path.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(UnbeadError, match="do not fit"):
        load_model(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "no readable model card"), ('{"format": 0}', "another version"), ('{"format": 1}', "bad card")],
)
def test_bad_cards(saved, content, message):
    path, _ = saved
    path.with_suffix(".json").write_text(content)
    with pytest.raises(UnbeadError, match=message):
        load_model(path)


def test_unknown_names_and_files_list_what_there_is(tmp_path):
    with pytest.raises(UnbeadError, match="unbead-protein"):
        load_model("nonsense")
    with pytest.raises(UnbeadError, match="no such model file"):
        load_model(tmp_path / "none.safetensors")
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"not weights")
    bad.with_suffix(".json").write_text(
        json.dumps({"format": 1, "network": SMALL.model_dump(), "vocabulary": ["ALA:N"]})
    )
    with pytest.raises(UnbeadError, match="weights"):
        load_model(bad)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(saved, value):
    path, model = saved
    name, weight = next(iter(model.named_parameters()))
    with torch.no_grad():
        weight.view(-1)[0] = value
    save_model(path, model, Vocabulary(("ALA:N", "ALA:CA", "ALA:C")), {})
    with pytest.raises(UnbeadError, match=f"m.safetensors: {name} has weights that are no numbers"):
        load_model(path)


@pytest.mark.parametrize("wrong", [{"scalars": 2048, "edge_hidden": 2048, "rows": 256}, {"layers": 64}, {"vectors": 8}])
def test_shapes_are_compared_before_memory_is_taken(saved, wrong, monkeypatch):
    """A card that asked for wide layers filled the memory before its weights were seen not to fit."""
    path, _ = saved
    card = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(card | {"network": card["network"] | wrong}))
    monkeypatch.setattr("unbead.models.store.load_file", None)  # not even looked at
    with pytest.raises(UnbeadError, match="weights do not fit the model's settings"):
        load_model(path)


@pytest.mark.parametrize("wrong", [{"scalars": 10**9}, {"layers": 10**14}, {"radius": 1e300}, {"scalars": 10**400}])
def test_sizes_that_no_network_has_are_refused(saved, wrong):
    path, _ = saved
    card = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(card | {"network": card["network"] | wrong}))
    with pytest.raises(UnbeadError, match="bad card"):
        load_model(path)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"format": NaN}', '{"format": -Infinity}', b"\xff\xfe", "{", "9" * 5000]
)
def test_cards_that_are_no_json_are_refused(saved, text):
    path, _ = saved
    path.with_suffix(".json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UnbeadError, match=r"m\.json: no readable model card"):
        load_card(path)


@pytest.mark.parametrize("vocabulary", [["ALA:N", "ALA:CA", ["ALA:C"]], ["ALA:N", "ALA:N", "ALA:C"], [1, 2, 3]])
def test_a_vocabulary_that_is_no_list_of_words_is_refused(saved, vocabulary):
    path, _ = saved
    card = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(card | {"vocabulary": vocabulary}))
    with pytest.raises(UnbeadError, match="bad card .*different words"):
        load_model(path)
