"""Geometry of one molecule by the lengths of its frames."""

import numpy as np
import pytest
import torch

from tests.mapping.made import bonds_of, propanol
from unbead.relax.molecule import distances, make_shape, mean_lengths, near_in_bonds, overlap, settle
from unbead.structure.bond_graph import part_of, wrong_edges


@pytest.fixture(scope="module")
def molecule():
    atoms = propanol()
    pairs = near_in_bonds(len(atoms), bonds_of(atoms))
    shape = make_shape(atoms.elements.tolist(), pairs, mean_lengths(atoms.positions[None], pairs))
    owner = torch.tensor([0, 1, 2, 2, 0, 0, 0, 1, 1, 2, 2, 2])
    lift = torch.nn.functional.one_hot(owner).float()
    return atoms, shape, lift.T / lift.sum(0)[:, None], lift


def test_pairs_are_those_one_and_two_bonds_apart(molecule):
    atoms, bonds = molecule[0], bonds_of(molecule[0])
    pairs = {tuple(pair) for pair in near_in_bonds(len(atoms), bonds).tolist()}
    assert {tuple(sorted(bond)) for bond in bonds.tolist()} < pairs
    assert (0, 2) in pairs and (0, 3) not in pairs


def test_a_right_molecule_stays_and_a_shaken_one_gets_its_lengths_back(molecule, rng):
    atoms, shape, operator, lift = molecule
    x = torch.from_numpy(atoms.positions)[None]
    assert (settle(x, shape, operator, lift) - x).abs().max() < 0.02
    shaken = x + torch.from_numpy(rng.normal(0, 0.3, x.shape)).float()
    settled = settle(shaken, shape, operator, lift)
    off = [(distances(each, shape.pairs) - shape.lengths).abs().mean() for each in (shaken, settled)]
    assert off[1] < 0.2 * off[0]
    assert (operator @ settled - operator @ shaken).abs().max() < 1e-4


def test_frames_are_settled_alone(molecule, rng):
    atoms, shape, operator, lift = molecule
    several = torch.from_numpy(atoms.positions + rng.normal(0, 0.2, (3, *atoms.positions.shape))).float()
    together, alone = settle(several, shape, operator, lift), settle(several[1:2], shape, operator, lift)
    assert (together[1:2] - alone).abs().max() < 1e-3


def test_overlap_is_that_of_the_one_pair_that_is_too_near(molecule):
    atoms, shape, *_ = molecule
    x = torch.from_numpy(atoms.positions)[None]
    assert overlap(x, shape.limits) == 0
    x = x.clone()
    x[0, 3] = x[0, 0] + torch.tensor([0.0, 0.0, 1.0])
    limit = shape.limits[0, 3]
    alone = torch.zeros_like(shape.limits)
    alone[0, 3] = limit
    assert torch.isclose(overlap(x, alone), (limit - 1.0) ** 2, atol=1e-4)


def test_edges_that_are_missing_and_that_are_too_many(molecule):
    atoms, elements, bonds = molecule[0], molecule[0].elements.tolist(), bonds_of(molecule[0])
    torn, joined = atoms.positions.copy(), atoms.positions.copy()
    torn[11] += 20.0  # hydrogen of the hydroxyl
    joined[3] = joined[0] + (joined[3] - joined[0]) * 0.5
    frames = np.stack([atoms.positions, torn, joined])
    missing, extra = wrong_edges(frames, elements, bonds)
    assert missing[:2].tolist() == [0, 1] and extra[:2].tolist() == [0, 0]
    assert extra[2] > 0
    heavy = np.flatnonzero(atoms.elements != "H")
    inner = part_of(bonds, heavy)
    assert len(inner) == 3
    assert [x[:2].tolist() for x in wrong_edges(frames[:, heavy], atoms.elements[heavy].tolist(), inner)] == [
        [0, 0]
    ] * 2
