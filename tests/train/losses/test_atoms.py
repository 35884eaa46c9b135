"""Losses."""

import numpy as np
import pytest
import torch

from tests.train.chains import crystal_chain
from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.settings import NetworkSettings
from unbead.train.data.examples import ATOM_SWAP, CHIRAL, POINTS_INTO, make_example
from unbead.train.data.tables import mapping_tables
from unbead.train.losses.atoms import LossWeights, resolve_swaps, signed_volume, total_loss


@pytest.fixture
def batch():
    tables = mapping_tables(load_mapping("martini3").molecules)
    example = make_example(crystal_chain(), tables, NetworkSettings(), np.random.default_rng(0))
    return collate([example, example], POINTS_INTO)


def loss(x, batch):
    zeros = torch.zeros(len(batch[keys.BEAD_POSITIONS]))
    return total_loss(x, torch.zeros(len(x)), zeros, batch, LossWeights())


def test_the_truth_costs_least_and_swapped_names_cost_nothing(batch, rng):
    x = batch[keys.ATOM_POSITIONS]
    best, parts = loss(x, batch)
    assert parts["geometry"] < 1e-4 and parts["chirality"] < 1e-6 and parts["position"] == pytest.approx(0.1)
    swapped, _ = loss(x[batch[ATOM_SWAP][:, 1]], batch)
    assert swapped == pytest.approx(float(best), abs=1e-4)
    worse, _ = loss(x + torch.from_numpy(rng.normal(0, 0.2, x.shape)).float(), batch)
    assert worse > best


def test_swaps_are_resolved_per_residue(batch):
    x = batch[keys.ATOM_POSITIONS]
    half = x.clone()
    half[: len(x) // 2] = x[batch[ATOM_SWAP][:, 1]][: len(x) // 2]
    assert torch.allclose(resolve_swaps(half, batch), half)


def test_mirror_images_have_negative_volume_and_are_punished(batch):
    x = batch[keys.ATOM_POSITIONS]
    mirrored = x * torch.tensor([-1.0, 1, 1])
    assert torch.allclose(signed_volume(x, batch[CHIRAL]), -signed_volume(mirrored, batch[CHIRAL]), atol=1e-3)
    assert loss(mirrored, batch)[1]["chirality"] > 10
