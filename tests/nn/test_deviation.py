"""Displacements by latents, in the flagship that they are made for."""

import numpy as np
import pytest
import torch

from tests.latents import small_flagship
from tests.models.test_network import batch_of
from unbead.models import keys
from unbead.models.batch import collate


@pytest.fixture(scope="module")
def small():
    return small_flagship()


@pytest.fixture
def latents(rng):
    return lambda n: torch.from_numpy(rng.normal(size=(n, 3))).float()


def sample(network, batch, noise, block=None):
    with torch.inference_mode():
        return network.sample(batch, *network.encode(batch), noise, block)[0]


@pytest.mark.parametrize("mapping", ["ca", "martini3"])
def test_zero_latents_leave_every_atom_where_it_is_to_the_bit(assembly_of, small, latents, mapping):
    network = small[0]
    batch = collate([batch_of(assembly_of(mapping), small)])
    z = latents(len(batch[keys.BEAD_POSITIONS]))
    with torch.inference_mode():
        mean = network(batch)[0]
    for block in (None, 10):
        assert torch.equal(sample(network, batch, 0 * z, block), sample(network, batch, torch.zeros_like(z), block))
    assert torch.equal(sample(network, batch, 0 * z), mean)
    moved = (sample(network, batch, z) - mean).norm(dim=1)
    assert float(moved.min()) > 1e-4
    nearly = (sample(network, batch, 1e-3 * z) - mean).norm(dim=1)
    assert float(nearly.max()) < 0.01 * float(moved.max()) + 1e-4


def test_displacements_turn_with_the_beads_and_do_not_mirror(assembly_of, small, rotation, latents):
    network, assembly = small[0], assembly_of("ca")
    x = assembly.beads.positions - assembly.beads.positions.mean(0)
    z = latents(len(x))

    def displaced(positions):
        batch = collate([batch_of(assembly, small, positions)])
        return (sample(network, batch, z) - sample(network, batch, 0 * z)).numpy()

    mirror = np.array([-1.0, 1, 1], np.float32)
    plain = displaced(x)
    assert np.abs(plain @ rotation.T - displaced(x @ rotation.T + np.float32(5))).max() < 1e-4
    assert np.abs(plain * mirror - displaced(x * mirror)).max() > 1e-3


def test_blocks_and_batches_give_the_answer_of_the_whole(assembly_of, small, latents):
    network = small[0]
    first, second = (batch_of(assembly_of(mapping), small) for mapping in ("martini3", "ca"))
    n = len(first[keys.BEAD_POSITIONS])
    z = latents(n + len(second[keys.BEAD_POSITIONS]))
    both = collate([first, second])
    whole = sample(network, both, z)
    assert float((sample(network, both, z, 7) - whole).abs().max()) < 1e-4
    alone = torch.cat([sample(network, collate([first]), z[:n]), sample(network, collate([second]), z[n:])])
    assert float((alone - whole).abs().max()) < 1e-4


def test_a_bead_hears_of_its_neighbours_latents(assembly_of, small, latents):
    """Atoms on both sides of a peptide bond belong to two beads, and must move together."""
    network = small[0]
    batch = collate([batch_of(assembly_of("ca"), small)])
    z = latents(len(batch[keys.BEAD_POSITIONS]))
    other = z.clone()
    other[0] += 1.0
    moved = (sample(network, batch, z) - sample(network, batch, other)).norm(dim=1)
    assert float(moved[batch[keys.ATOM_BEAD] == 1].max()) > 1e-5


def test_the_posterior_reads_the_atoms(assembly_of, small):
    network, assembly = small[0], assembly_of("ca")
    batch = collate([batch_of(assembly, small)])
    x = torch.from_numpy(assembly.atoms.positions)
    with torch.inference_mode():
        s, v = network.encode(batch)
        a, b = (network.recognise(batch, s, v, y).mean for y in (x, x + 0.5))
    assert float((a - b).abs().max()) > 1e-4
