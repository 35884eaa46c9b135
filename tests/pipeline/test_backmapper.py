"""One assembly, many frames."""

import numpy as np
import pytest
import torch

from unbead.mapping.operator import apply
from unbead.pipeline import backmapper as module
from unbead.pipeline.backmapper import Backmapper

CPU = torch.device("cpu")


@pytest.fixture
def martini(assembly_of, model):
    return Backmapper(assembly_of("martini3"), *model, CPU)


def test_exact_consistency_holds_exactly(martini):
    a = martini.assembly
    exact = martini(a.beads.positions, consistency="exact")
    assert np.abs(apply(a.operator, exact.positions) - a.beads.positions).max() < 1e-3
    soft = martini(a.beads.positions, consistency="soft")
    away = np.linalg.norm(apply(a.operator, soft.positions) - a.beads.positions, axis=1)
    assert away.max() < module.TOLERANCE + module.SPREAD * soft.level + 0.02


def test_mapped_beads_are_told_from_simulated_ones(martini, rng):
    x = martini.assembly.beads.positions
    assert martini(x).level == 0.0
    shaken = (x + rng.normal(0, 0.3, x.shape)).astype(np.float32)
    assert 0.1 < martini(shaken).level < 0.45


def test_blocks_do_not_change_the_answer(martini, monkeypatch):
    x = martini.assembly.beads.positions
    whole = martini(x, consistency="off").positions
    monkeypatch.setattr(module, "BLOCK", 23)
    assert np.abs(martini(x, consistency="off").positions - whole).max() < 1e-4


def test_probing_a_part_estimates_the_level_of_the_whole(martini, rng, monkeypatch):
    x = martini.assembly.beads.positions
    shaken = (x + rng.normal(0, 0.3, x.shape)).astype(np.float32)
    whole = martini(shaken).level
    monkeypatch.setattr(module, "PROBE", 60)
    assert martini(shaken).level == pytest.approx(whole, abs=0.12)
