"""One assembly, many frames."""

import copy

import numpy as np
import pytest
import torch

from unbead.chem.amino import protein_slots
from unbead.errors import UnbeadError
from unbead.mapping.operator import apply
from unbead.placement import backmapper as module
from unbead.placement.backmapper import Backmapper
from unbead.validate.checks.dihedrals import backbone_torsions, difference

CPU = torch.device("cpu")


@pytest.fixture
def martini(assembly_of, model):
    return Backmapper(assembly_of("martini3"), [model], CPU)


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


def test_the_backbone_follows_predicted_torsions(assembly_of, model, crystal):
    network, vocabulary = copy.deepcopy(model[0]), model[1]
    phi, psi, _ = backbone_torsions(protein_slots(crystal))
    angles = torch.from_numpy(np.radians(np.nan_to_num(np.stack([phi, psi], 1)))).float()
    network.require_torsions = lambda: lambda s, v: torch.stack([angles.cos(), angles.sin()], 2).view(-1, 4)
    assembly = assembly_of("ca")
    errors = []
    for backbone in ("network", "herobm"):
        frame = Backmapper(assembly, [(network, vocabulary)], CPU, relax=False, backbone=backbone)(
            assembly.beads.positions, consistency="off"
        )
        found = backbone_torsions(protein_slots(assembly.atoms.with_positions(frame.positions)))
        errors.append(np.nanmean([difference(found[0], phi), difference(found[1], psi)]))
    assert errors[1] < 3.0 < errors[0]


def test_models_without_the_head_are_refused(assembly_of, model):
    network = copy.deepcopy(model[0])
    network.torsion_head = None
    with pytest.raises(UnbeadError, match="--backbone network"):
        Backmapper(assembly_of("ca"), [(network, model[1])], CPU, backbone="herobm")


def test_molecules_cut_by_the_box_come_out_whole(martini):
    a = martini.assembly
    box = np.array([60, 60, 60, 90, 90, 90], np.float32)
    shifted = a.beads.positions - a.beads.positions.mean(0) + np.float32([0.1, 30, 59.9])
    whole = martini(shifted, box)
    cut = martini(np.mod(shifted, box[:3]).astype(np.float32), box)
    turns = (cut.positions - whole.positions) / box[:3]
    assert np.abs(turns - np.round(turns[0])).max() * 60 < 0.05


def test_beads_that_pull_atoms_apart_are_left_more_room(martini, monkeypatch):
    x = martini.assembly.beads.positions
    monkeypatch.setattr(module, "STRAINED", -1.0)  # whatever is broken, it is too much
    frame = martini(x)
    assert frame.level == pytest.approx((module.ATTEMPTS - 1) * module.MORE)
    away = np.linalg.norm(apply(martini.assembly.operator, frame.positions) - x, axis=1)
    assert 0.2 < away.max() < module.TOLERANCE + module.SPREAD * frame.level + 0.02
    assert martini(x, consistency="exact").level == 0.0
    assert martini(x, level=0.0).level == 0.0


def test_traces_that_no_peptides_allow_are_left_more_room(assembly_of, model, monkeypatch):
    assembly = assembly_of("ca")
    backmapper = Backmapper(assembly, [model], CPU)
    x = assembly.beads.positions
    assert backmapper(x).level == 0.0
    monkeypatch.setattr(module, "UNUSUAL", (-1, 0.0))  # whatever is unusual, it is too much
    assert backmapper(x).level == pytest.approx(module.HARD + module.MORE)


def test_no_level_explains_mirrored_beads(martini):
    frame = martini(martini.assembly.beads.positions * np.float32([1, 1, -1]))
    assert len(frame.mirrored)
    assert frame.level < module.HARD
