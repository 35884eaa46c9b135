"""The flagship: equivariance, handedness, locality, blocks and batches, with the shipped weights."""

import numpy as np
import pytest
import torch

from unbead.models import keys
from unbead.models.batch import bead_fields, collate
from unbead.models.encode import encode


def batch_of(assembly, model, positions=None, cell=None):
    network, vocabulary = model
    encoded = encode(assembly, vocabulary)
    x = assembly.beads.positions if positions is None else positions
    fields = bead_fields(x, encoded.bead_residue, 0.0, network.settings.neighbours, network.settings.radius, cell)
    return fields | {
        **encoded.components,
        keys.BEAD_TYPE: encoded.bead_type,
        keys.ATOM_ID: encoded.atom_id,
        keys.ATOM_BEAD: assembly.owner,
    }


def place(network, *systems, block=None):
    with torch.inference_mode():
        return network(collate(systems), block)[0].numpy()


@pytest.mark.parametrize("mapping", ["martini3", "ca", "residue-com"])
def test_turns_and_moves_with_the_beads(assembly_of, model, rotation, mapping):
    assembly = assembly_of(mapping)
    x = assembly.beads.positions - assembly.beads.positions.mean(0)
    atoms = place(model[0], batch_of(assembly, model, x))
    shift = np.array([3.0, -7.0, 11.0], np.float32)
    moved = place(model[0], batch_of(assembly, model, x @ rotation.T + shift))
    assert np.abs(atoms @ rotation.T + shift - moved).max() < 1e-4


def test_mirrored_beads_do_not_give_mirrored_atoms(assembly_of, model):
    """An O(3) network would turn L residues into D residues here."""
    assembly = assembly_of("ca")
    x = assembly.beads.positions - assembly.beads.positions.mean(0)
    mirror = np.array([-1.0, 1, 1], np.float32)
    atoms = place(model[0], batch_of(assembly, model, x * mirror))
    volumes = []
    names, index = assembly.atoms.names, assembly.atoms.residue_index
    for i in np.unique(index):
        at = {n: atoms[k] for k, n in zip(np.flatnonzero(index == i), names[index == i], strict=True)}
        if "CB" in at:
            volumes.append((at["N"] - at["CA"]) @ np.cross(at["C"] - at["CA"], at["CB"] - at["CA"]))
    assert np.mean(np.array(volumes) > 0) > 0.9


def test_blocks_and_batches_give_the_answer_of_the_whole(assembly_of, model):
    first, second = assembly_of("martini3"), assembly_of("ca")
    a, b = batch_of(first, model), batch_of(second, model)
    whole = place(model[0], a)
    assert np.abs(place(model[0], a, block=37) - whole).max() < 1e-4
    together = place(model[0], a, b)
    assert np.abs(together[: len(whole)] - whole).max() < 1e-4
    assert np.abs(together[len(whole) :] - place(model[0], b)).max() < 1e-4


def test_far_beads_do_not_matter(assembly_of, model):
    """Locality: what lies beyond layers × radius cannot be felt."""
    assembly = assembly_of("martini3")
    alone = place(model[0], batch_of(assembly, model))
    x = assembly.beads.positions
    reach = model[0].settings.layers * model[0].settings.radius
    fields = batch_of(assembly, model)
    far = batch_of(assembly, model, x + np.array([reach + 200, 0, 0], np.float32))
    both = collate([fields, far])
    pair = bead_fields(
        np.concatenate([x, far[keys.BEAD_POSITIONS]]),
        both[keys.BEAD_RESIDUE].numpy(),
        0.0,
        model[0].settings.neighbours,
        model[0].settings.radius,
    )
    with torch.inference_mode():
        found = model[0](both | {k: torch.from_numpy(v) for k, v in pair.items()})[0].numpy()
    assert np.abs(found[: len(alone)] - alone).max() < 1e-4


def test_periodic_images_are_seen_through_the_faces(assembly_of, model):
    assembly = assembly_of("martini3")
    x = assembly.beads.positions
    cell = np.diag(np.ptp(x, axis=0) + 3.0)
    atoms = place(model[0], batch_of(assembly, model, x, cell))
    jump = (np.arange(len(x)) % 3 == 0)[:, None] * cell[0].astype(np.float32)
    moved = place(model[0], batch_of(assembly, model, x + jump, cell))
    assert np.abs(moved - jump[assembly.owner] - atoms).max() < 1e-3


def test_the_answer_is_continuous_where_neighbours_change(assembly_of, model):
    """The view of a bead ends where its next neighbour stands, so a swap there goes unnoticed."""
    assembly = assembly_of("ca")
    x = assembly.beads.positions
    steps = []
    for t in np.linspace(0, 0.5, 26):
        moved = x.copy()
        moved[len(x) // 2] += np.array([t, 0, 0], np.float32)
        steps.append(place(model[0], batch_of(assembly, model, moved)))
    jumps = np.abs(np.diff(steps, axis=0)).max((1, 2))
    assert jumps.max() < 12 * np.median(jumps)
