"""What the cgvae family minimises, and its training runs."""

import json
import re

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.one_molecule import TINY, read_all, write_config, write_molecule
from unbead.errors import UnbeadError
from unbead.models.molecule import load_molecule_model
from unbead.relax.molecule import make_shape
from unbead.train.cgvae.fit import FrameOptimiser, fit
from unbead.train.cgvae.losses import CGVAEWeights, cgvae_loss
from unbead.train.cgvae.molecule import make_cgvae, match_atoms
from unbead.train.cgvae.run import train_cgvae


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("molecule")
    write_molecule(path)
    return path


@pytest.fixture(scope="module")
def parts(folder):
    molecule, mapped, frames = read_all(folder)
    shape = make_shape(molecule.atoms.elements.tolist(), molecule.pairs, molecule.lengths)
    return molecule, mapped, torch.from_numpy(frames), shape


def gradient(model, parts, weights) -> dict[str, Tensor]:
    _, _, frames, shape = parts
    loss, _ = cgvae_loss(model, frames, shape, weights, 1000, torch.Generator().manual_seed(0))
    model.zero_grad()
    loss.backward()
    return {name: p.grad for name, p in model.named_parameters() if p.grad is not None}


def test_the_prior_learns_from_the_divergence_and_not_from_its_sample(parts):
    torch.manual_seed(0)
    model = make_cgvae(TINY, parts[1])
    without = gradient(model, parts, CGVAEWeights(kl=0.0))
    assert all(not g.any() for name, g in without.items() if name.startswith("prior."))
    assert any(g.any() for name, g in gradient(model, parts, CGVAEWeights()).items() if name.startswith("prior."))


def test_the_loss_does_not_turn_with_the_molecule(parts, rotation):
    torch.manual_seed(0)
    model = make_cgvae(TINY, parts[1]).eval()
    losses = [
        cgvae_loss(model, x, parts[3], CGVAEWeights(), 1000, torch.Generator().manual_seed(0))[0].item()
        for x in (parts[2], parts[2] @ torch.from_numpy(rotation).T)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_training_brings_atoms_to_their_places(parts):
    torch.manual_seed(0)
    model, x = make_cgvae(TINY, parts[1]), parts[2]
    options = FrameOptimiser(steps=150, decay_steps=50, learning_rate=5e-3, batch=6)
    seen = []
    fit(model, x, parts[3], CGVAEWeights(), options, 0, log=lambda step, parts: bool(seen.append(parts["cartesian"])))
    assert np.mean(seen[-10:]) < 0.1 * np.mean(seen[:10])


def test_a_resumed_run_is_the_same_as_one_without_a_break(parts, tmp_path):
    def run(name: str, interrupt: bool) -> dict[str, Tensor]:
        torch.manual_seed(0)
        model, options = make_cgvae(TINY, parts[1]), FrameOptimiser(steps=6, decay_steps=2, batch=4)

        def log(step, terms):
            if interrupt and step == 3:
                raise KeyboardInterrupt
            return False

        return fit(model, parts[2], parts[3], CGVAEWeights(), options, 0, tmp_path / f"{name}.safetensors", log)

    whole = run("whole", False)
    with pytest.raises(KeyboardInterrupt):
        run("cut", True)
    again = run("cut", False)
    assert all(torch.allclose(whole[name], again[name], atol=1e-6) for name in whole)


def test_a_run_leaves_a_model_with_its_molecule_and_what_it_is_worth(folder):
    output = train_cgvae(write_config(folder))
    network, molecule = load_molecule_model(output / "model.safetensors")
    assert molecule.beads == ("B1", "B2", "B3", "B4") and len(molecule.atoms) == len(network.owner)
    card = json.loads((output / "model.json").read_text())
    assert {"reconstruction", "mean", "sample", "valid_percent"} == set(card["validation"])
    with pytest.raises(UnbeadError, match="--resume"):
        train_cgvae(write_config(folder))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: re.sub(r"\n  C2: .*", "", text), ["MOL.yaml", "C2", "unbead mapping new"]),
        (lambda text: text.replace("B3", "B2").replace("B4", "B2"), ["MOL.yaml", "2 beads", "needs 3"]),
        (lambda text: text + "  X9: B1\n", ["MOL.pdb", "X9"]),
    ],
)  # fmt: skip
def test_mappings_that_cannot_be_learnt(tmp_path, change, words):
    write_molecule(tmp_path)
    file = tmp_path / "MOL" / "MOL.yaml"
    text = change(file.read_text())
    bonds = text.index("bonds:"), text.index("atoms:")
    file.write_text(text[: bonds[0]] + text[bonds[1] :])  # which may name the atom that is gone
    with pytest.raises(UnbeadError) as caught:
        read_all(tmp_path)
    assert all(word in str(caught.value) for word in words), caught.value


def test_more_beads_than_atoms():
    known = type("Known", (), {"beads": tuple("ABCDE"), "source": "MOL.yaml"})
    with pytest.raises(UnbeadError, match=r"MOL.yaml: 5 beads for the 4 atoms of in.pdb"):
        match_atoms(["C1", "C2", "C3", "C4"], known, "in.pdb")  # type: ignore[arg-type]
