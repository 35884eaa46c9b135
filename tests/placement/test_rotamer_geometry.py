"""Side chains built from torsions have these torsions, usual bonds, and the hand of the backbone."""

import numpy as np
import pytest
import torch

from unbead.chem.amino import CB, amino_template, protein_slots
from unbead.chem.torsions.rotamers import N_CHI, doubled_torsions
from unbead.placement.rotamer_geometry import build_side_chains


@pytest.fixture(scope="module")
def slots(crystal):
    found = protein_slots(crystal)
    return found.kind[found.complete], found.positions[found.complete]


def built_of(kind, x, torsions):
    backbone = torch.from_numpy(x[:, :4]).double()
    return build_side_chains(torch.from_numpy(kind), backbone, torch.from_numpy(torsions).double())


def test_torsions_come_back(slots):
    kind, x = slots
    rng = np.random.default_rng(2)
    wanted = np.where(np.arange(4) < N_CHI[kind][:, None], rng.uniform(-np.pi, np.pi, (len(kind), 4)), 0.0)
    found = built_of(kind, x, np.stack([wanted, -wanted], 1)).numpy()
    for k, sign in enumerate((1, -1)):
        off = doubled_torsions(kind, found[:, k]) - sign * wanted
        assert np.nanmax(np.abs((off + np.pi) % (2 * np.pi) - np.pi)) < 1e-3


def test_a_crystal_is_rebuilt_from_its_torsions(slots):
    kind, x = slots
    rebuilt = built_of(kind, x, np.nan_to_num(doubled_torsions(kind, x))[:, None])[:, 0].numpy()
    there = np.isfinite(x[..., 0]) & (N_CHI[kind] > 0)[:, None]
    error = np.linalg.norm(rebuilt - x, axis=-1)[there]
    assert np.sqrt((error**2).mean()) < 0.35
    for row, each in enumerate(kind.tolist()):
        known = amino_template(each)
        for a, b in known.bonds.tolist():
            if CB <= max(a, b) < known.n_heavy and known.name != "PRO":
                length = np.linalg.norm(rebuilt[row, a] - rebuilt[row, b])
                assert length == pytest.approx(np.linalg.norm(known.coordinates[a] - known.coordinates[b]), abs=0.1)


def test_the_angle_at_cb_can_be_wider(slots):
    kind, x = slots
    zeros = np.zeros((len(kind), 1, 4))
    backbone = torch.from_numpy(x[:, :4]).double()
    usual = build_side_chains(torch.from_numpy(kind), backbone, torch.from_numpy(zeros))
    wider = build_side_chains(
        torch.from_numpy(kind), backbone, torch.from_numpy(zeros), torch.full((len(kind), 1), 0.1).double()
    )
    rows = np.flatnonzero(N_CHI[kind] > 0)
    for found, more in ((usual, 0.0), (wider, 0.1)):
        u, v = (found[rows, 0, k] - found[rows, 0, CB] for k in (1, 5))
        cos = (u * v).sum(-1) / u.norm(dim=1) / v.norm(dim=1)
        angle = torch.arccos(cos)
        assert 1.85 + more < float(angle.median()) < 2.05 + more
