"""Distributions of torsions: normalised, without a seam, and the same whichever way the system is turned."""

import math

import numpy as np
import pytest
import torch

from tests.conftest import CRYSTAL
from unbead.io.read import read_structure
from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.network import UnbeadNetwork
from unbead.models.settings import NetworkSettings
from unbead.models.vocabulary import protein_vocabulary
from unbead.nn.rotamers import BINS, WIDTH, harmonics, log_density
from unbead.train.data.dataset import chains_from_atoms
from unbead.train.data.examples import POINTS_INTO, make_example, random_rotation
from unbead.train.data.tables import mapping_tables

SETTINGS = NetworkSettings(scalars=16, vectors=4, layers=1, rows=2, sent=8, readout=4, atom_hidden=8, neighbours=8)


def test_a_density_adds_up_to_one_and_has_no_seam():
    logits = torch.randn(BINS, generator=torch.Generator().manual_seed(3)).double()
    angles = torch.linspace(-math.pi, math.pi, 36_001).double()[:-1]
    density = log_density(logits.expand(len(angles), -1), angles).exp() / WIDTH
    assert float(density.mean() * 2 * math.pi) == pytest.approx(1.0, abs=1e-6)
    ends = log_density(logits.expand(2, -1), torch.tensor([-math.pi, math.pi]).double())
    assert torch.allclose(*ends, atol=1e-9)
    assert float((density - density.roll(1)).abs().max()) < 1e-3


def test_harmonics_are_those_of_multiples():
    angle = torch.linspace(-3, 3, 7)
    found = harmonics(torch.stack([angle.cos(), angle.sin()], -1))
    expected = torch.stack([f(k * angle) for k in (1, 2, 3) for f in (torch.cos, torch.sin)], -1)
    assert torch.allclose(found, expected, atol=1e-6)


def test_what_is_known_of_a_residue_does_not_turn_with_the_system_and_does_mirror():
    torch.manual_seed(0)
    network = UnbeadNetwork(SETTINGS, len(protein_vocabulary())).eval()
    chain = chains_from_atoms(read_structure(CRYSTAL), "crystal")[0]
    tables = mapping_tables(load_mapping("martini3-ca").molecules)
    turn = random_rotation(np.random.default_rng(1))
    found = []
    for change in (np.eye(3, dtype=np.float32), turn, -np.eye(3, dtype=np.float32)):
        moved = chain.__class__(chain.name, chain.kind, chain.positions @ change.T + 5, chain.bonded_to_previous)
        batch = collate([make_example(moved, tables, SETTINGS, np.random.default_rng(0))], POINTS_INTO)
        with torch.no_grad():
            s, v = network.encode(batch)
            placed, log_sigma = batch[keys.ATOM_POSITIONS], torch.zeros(len(batch[keys.ATOM_ID]))
            found.append(network.side_chains(batch, s, v, placed, log_sigma))
    assert torch.allclose(found[0], found[1], atol=2e-4)
    assert not torch.allclose(found[0], found[2], atol=1e-2)
