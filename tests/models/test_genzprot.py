"""The family genzprot: Cα in, atoms out by internal coordinates."""

import numpy as np
import pytest
import torch

from tests.latents import small_model
from tests.models.test_network import batch_of
from unbead.errors import UnbeadError
from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.encode import encode_internal
from unbead.nn.internal_coordinates import to_internal


@pytest.fixture(scope="module")
def small():
    return small_model()


def system(assembly, model, positions=None):
    known = np.ones(len(assembly.atoms), bool)
    return batch_of(assembly, model, positions) | encode_internal(assembly, known)


def decode(network, batch, z=None):
    with torch.inference_mode():
        s, v = network.encode(batch)
        return network.decode(batch, s, v, network.prior(s, v).mean if z is None else z)


def test_atoms_turn_and_move_with_the_beads_and_internal_coordinates_do_not(assembly_of, small, rotation, rng):
    assembly = assembly_of("ca")
    x = assembly.beads.positions - assembly.beads.positions.mean(0)
    z = torch.from_numpy(rng.normal(size=(len(x), 3))).float()
    shift = np.array([3.0, -7.0, 11.0], np.float32)
    found = decode(small[0], collate([system(assembly, small, x)]), z)
    moved = decode(small[0], collate([system(assembly, small, x @ rotation.T + shift)]), z)
    assert np.abs(found.positions.numpy() @ rotation.T + shift - moved.positions.numpy()).max() < 1e-4
    mirrored = decode(small[0], collate([system(assembly, small, x * np.array([-1, 1, 1], np.float32))]), z)
    assert float((mirrored.internal.torsion - found.internal.torsion).abs().max()) > 1e-3


def test_ca_is_exact_and_bonds_are_those_of_the_tables(assembly_of, small):
    assembly = assembly_of("ca")
    batch = collate([system(assembly, small)])
    found = decode(small[0], batch)
    ca = batch[keys.DEPTH] == 0
    assert torch.equal(found.positions[ca], batch[keys.BEAD_POSITIONS])
    again = to_internal(torch.cat([found.positions, found.points]), found.references)
    assert torch.allclose(again.bond[~ca], found.internal.bond[~ca], atol=1e-3)
    assert torch.allclose(again.angle[~ca], found.internal.angle[~ca], atol=1e-3)


def test_a_batch_of_two_is_each_of_them(assembly_of, small):
    one = system(assembly_of("ca"), small)
    alone, both = (decode(small[0], collate(systems)).positions for systems in ([one], [one, one]))
    assert torch.allclose(both, torch.cat([alone, alone]), atol=1e-4)


def test_latents_matter_and_the_posterior_reads_the_atoms(assembly_of, small, rng):
    assembly = assembly_of("ca")
    batch = collate([system(assembly, small)])
    network = small[0]
    z = torch.from_numpy(rng.normal(size=(len(assembly.beads), 3))).float()
    assert float((decode(network, batch, z).positions - decode(network, batch, -z).positions).abs().max()) > 1e-3
    x = torch.from_numpy(assembly.atoms.positions)
    with torch.inference_mode():
        s, v = network.encode(batch)
        a, b = (network.recognise(batch, s, v, y).mean for y in (decode(network, batch).positions, x))
    assert float((a - b).abs().max()) > 1e-4


@pytest.mark.parametrize("block", [1, 7, 1024])
def test_blocks_are_the_whole(assembly_of, small, rng, block):
    assembly = assembly_of("ca")
    batch = collate([system(assembly, small)])
    network = small[0]
    z = torch.from_numpy(rng.normal(size=(len(assembly.beads), 3))).float()
    with torch.inference_mode():
        s, v = network.encode(batch)
        for whole, part in (
            (network.place(batch, s, v), network.place(batch, s, v, block)),
            ((network.decode(batch, s, v, z).positions,), (network.decode(batch, s, v, z, block).positions,)),
        ):
            for a, b in zip(whole, part, strict=True):
                assert torch.allclose(a, b, atol=1e-5, rtol=0)


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_shortest_chains_have_atoms_of_right_bond_lengths(assembly_of, small, keep):
    from unbead.mapping.assemble import restrict

    assembly = restrict(assembly_of("ca"), np.arange(len(assembly_of("ca").template_names)) < keep)
    batch = collate([system(assembly, small)])
    found = decode(small[0], batch)
    i, j = torch.from_numpy(assembly.bonds[(assembly.bonds < len(found.positions)).all(1)]).unbind(1)
    inside = torch.from_numpy(assembly.atoms.residue_index)[i] == torch.from_numpy(assembly.atoms.residue_index)[j]
    length = (found.positions[i] - found.positions[j]).norm(dim=1)[inside]
    assert found.positions.isfinite().all() and float(length.min()) > 1.1 and float(length.max()) < 2.9


def test_other_beads_are_refused(assembly_of, small):
    assembly = assembly_of("martini3")
    with pytest.raises(UnbeadError, match="one bead at each CA"):
        encode_internal(assembly, np.ones(len(assembly.atoms), bool))
