"""The family cgvae: beads of one molecule in, all of its atoms out."""

import pytest
import torch

from unbead.models.cgvae import CGVAENetwork
from unbead.models.settings import CGVAESettings

ATOMS, BEADS, LATENT = 11, 4, 3
TINY = CGVAESettings(scalars=16, vectors=8, sent=8, edge_hidden=8, basis=6, hidden=16, latent=LATENT)


def network(beads=BEADS, seed=0):
    torch.manual_seed(seed)
    owner = torch.arange(ATOMS) % beads
    operator = torch.rand(beads, ATOMS) * (owner == torch.arange(beads)[:, None])  # any weights, not the mean alone
    operator[0, 4] = 0.0  # an atom that no bead averages
    operator[1, 2] = 0.4  # and one that two do
    return CGVAENetwork(TINY, owner, operator / operator.sum(1, keepdim=True)).eval()


def place(model, beads, seed=1):
    with torch.inference_mode():
        noise = torch.randn(beads.shape[0] * beads.shape[1], LATENT, generator=torch.Generator().manual_seed(seed))
        return model(beads, noise)


def some_beads(beads=BEADS, frames=2):
    return 4.0 * torch.randn(frames, beads, 3, generator=torch.Generator().manual_seed(5))


def test_weighted_means_of_atoms_are_the_beads():
    model, beads = network(), some_beads()
    atoms = place(model, beads)
    assert (model.operator @ atoms - beads).abs().max() < 1e-5
    assert (atoms - beads[:, model.owner]).norm(dim=-1).min() > 1e-3


def test_atoms_turn_and_move_with_the_beads(rotation):
    model, beads = network(), some_beads()
    turn, shift = torch.from_numpy(rotation).float(), torch.tensor([3.0, -7.0, 11.0])
    moved = place(model, beads @ turn.T + shift)
    assert (place(model, beads) @ turn.T + shift - moved).abs().max() < 1e-4


def test_a_mirror_image_is_another_molecule():
    model, beads, mirror = network(), some_beads(), torch.tensor([-1.0, 1.0, 1.0])
    assert (place(model, beads) * mirror - place(model, beads * mirror)).abs().max() > 1e-2


@pytest.mark.parametrize("beads", [3, 4])
def test_beads_in_one_plane_have_atoms_outside_of_it(beads, rotation):
    flat = some_beads(beads) * torch.tensor([1.0, 1.0, 0.0])
    model = network(beads)
    atoms = place(model, flat)
    assert atoms[..., 2].abs().max() > 1e-2
    assert (model.operator @ atoms - flat).abs().max() < 1e-5
    turn = torch.from_numpy(rotation).float()
    assert (atoms @ turn.T - place(model, flat @ turn.T)).abs().max() < 1e-4


def test_beads_in_line_have_atoms_on_that_line_since_scalars_know_no_direction_across(rotation):
    line = some_beads(3) * torch.tensor([1.0, 0.0, 0.0])
    model = network(3)
    atoms = place(model, line)
    assert atoms.isfinite().all() and atoms[..., 1:].abs().max() < 1e-5
    assert (model.operator @ atoms - line).abs().max() < 1e-5
    turn = torch.from_numpy(rotation).float()
    assert (atoms @ turn.T - place(model, line @ turn.T)).abs().max() < 1e-4


def test_beads_at_one_point_give_finite_atoms_and_gradients():
    model, beads = network().train(), torch.zeros(1, BEADS, 3, requires_grad=True)
    model(beads).square().sum().backward()
    assert beads.grad.isfinite().all()


def test_a_frame_is_the_same_whatever_is_computed_beside_it():
    model, beads = network(), some_beads(frames=3)
    noise = torch.randn(3 * BEADS, LATENT, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        together, alone = model(beads, noise), model(beads[1:2], noise[BEADS : 2 * BEADS])
    assert (together[1:2] - alone).abs().max() < 1e-5


def test_training_starts_from_the_best_linear_decoder():
    model, beads = network(), some_beads(frames=20)
    mixed = torch.randn(ATOMS, BEADS, generator=torch.Generator().manual_seed(3)) @ (
        beads - beads.mean(1, keepdim=True)
    )
    with torch.no_grad():
        model.gates.zero_()
        atoms = beads[:, model.owner] + mixed  # which beads tell all about, once they are the means of these
        atoms = atoms + model.lift @ (beads - model.operator @ atoms)
        model.start_from(atoms)
        assert (model(beads) - atoms).abs().max() < 1e-3


def test_latents_change_atoms_and_temperature_zero_is_the_mean():
    model, beads = network(), some_beads()
    with torch.inference_mode():
        assert torch.allclose(model(beads, torch.ones(len(beads) * BEADS, LATENT), 0.0), model(beads))
    assert (place(model, beads, 1) - place(model, beads, 2)).abs().max() > 1e-3


def test_the_posterior_depends_on_the_atoms_and_not_on_how_they_are_turned(rotation):
    model, beads = network(), some_beads()
    atoms, others = place(model, beads, 1), place(model, beads, 2)
    turn = torch.from_numpy(rotation).float()
    with torch.inference_mode():
        plain, other = (model.recognise(model.read(beads), x).mean for x in (atoms, others))
        turned = model.recognise(model.read(beads @ turn.T), atoms @ turn.T).mean
    assert (plain - turned).abs().max() < 1e-4 and (plain - other).abs().max() > 1e-4
