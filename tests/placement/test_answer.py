"""The mode of the shipped model: likelier and better built side chains on the backbone of the mean."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model
from unbead.pipeline.batch import FrameMapper
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions
from unbead.placement.backmapper import Backmapper
from unbead.validate.checks.dihedrals import side_chain_torsions
from unbead.validate.checks.geometry import geometry

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def answers(assembly_of, model):
    """Raw answers of the crystal's beads, by mapping."""

    def make(mapping, answer, assembly=None, **choices):
        assembly = assembly or assembly_of(mapping)
        mapper = Backmapper(assembly, [model], CPU, relax=False, answer=answer, **choices)
        return assembly, mapper

    return make


def eclipsed(assembly, positions):
    slots = protein_slots(assembly.atoms.with_positions(positions))
    chi = side_chain_torsions(slots)[:, 0] % 120
    return np.nanmean(np.where(np.isfinite(chi), np.minimum(chi, 120 - chi) < 30, np.nan))


@pytest.mark.parametrize("mapping", ["ca", "martini3"])
def test_the_mode_has_usual_torsions_and_bonds_on_the_same_backbone(answers, mapping):
    assembly, mapper = answers(mapping, "mode")
    x = assembly.beads.positions
    mode = mapper(x, consistency="off").positions
    mean = answers(mapping, "mean")[1](x, consistency="off").positions
    backbone = np.isin(assembly.atoms.names, ["N", "CA", "C", "O"])
    np.testing.assert_array_equal(mode[backbone], mean[backbone])
    assert np.abs(mode - mean).max() > 0.3
    assert eclipsed(assembly, mode) <= eclipsed(assembly, mean) and eclipsed(assembly, mode) < 0.06
    numbers = [geometry(protein_slots(assembly.atoms.with_positions(found))) for found in (mean, mode)]
    assert numbers[1]["broken_bonds_percent"] <= min(numbers[0]["broken_bonds_percent"], 1.0)


def test_the_mode_turns_and_moves_with_the_beads(answers):
    assembly, mapper = answers("martini3-ca", "mode")
    x = assembly.beads.positions
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    here = mapper(x).positions
    there = mapper((x @ turn.T + [5, -3, 8]).astype(np.float32)).positions
    assert (np.linalg.norm(here @ turn.T + [5, -3, 8] - there, axis=1) < 0.02).mean() > 0.98


def test_d_amino_acids_and_samples_stay_as_they_are_without_it(beads_of, answers):
    beads = beads_of("martini3")
    names = np.array(["D" + name if name in ("SER", "LEU", "ARG") else name for name in beads.residues.names])
    d = {"DSER": "DSN", "DLEU": "DLE", "DARG": "DAR"}
    names = np.array([d.get(name, name) for name in names])
    mapping = load_mapping("martini3")
    mixed = assemble(replace(beads, residues=replace(beads.residues, names=names)), mapping)
    x = mixed.beads.positions
    mean, mode = (answers("", answer, mixed)[1](x, consistency="off").positions for answer in ("mean", "mode"))
    turned = np.isin(mixed.atoms.residues.names, list(d.values()))[mixed.atoms.residue_index]
    np.testing.assert_array_equal(mean[turned], mode[turned])


def test_frames_together_are_frames_alone(peptide_frames):
    system, frames = peptide_frames
    together = [built.positions for built in FrameMapper(system)(frames)]
    for frame, found in zip(frames, together, strict=True):
        alone = FrameMapper(system)([frame])[0].positions
        assert (np.linalg.norm(alone - found, axis=1) < 0.1).mean() > 0.95


@pytest.fixture
def peptide_frames(request, beads_of):
    from tests.trajectories import shaken
    from unbead.io.trajectory import BeadFrame

    beads = beads_of(getattr(request, "param", "martini3"))
    peptide = beads.select_residues(np.arange(len(beads.residues)) < 8)
    system = open_system(peptide, None, None, "cpu", BackmapOptions(answer="mode", relax=False))
    frames = [BeadFrame(f.positions, f.box, f.time, f.step, k) for k, f in enumerate(shaken(peptide, 3))]
    return system, frames


def test_a_model_without_the_head_refuses_by_name(assembly_of, model):
    network, vocabulary = load_model()
    network.rotamer_head = None
    with pytest.raises(UnbeadError, match="--answer mean"):
        Backmapper(assembly_of("ca"), [(network, vocabulary)], CPU, answer="mode")
    with pytest.raises(UnbeadError, match="genzprot"):
        Backmapper(assembly_of("ca"), [load_model("unbead-genzprot")], CPU, answer="mode")


def test_bonded_cysteines_stay_bonded(answers):
    assembly, mapper = answers("martini3", "mode")
    x = assembly.beads.positions
    mode, mean = mapper(x, consistency="off").positions, answers("martini3", "mean")[1](x, consistency="off").positions
    slots = protein_slots(assembly.atoms.with_positions(mean))
    sulfur = np.flatnonzero(assembly.atoms.names == "SG")
    away = np.linalg.norm(mean[sulfur][:, None] - mean[sulfur], axis=-1) + 9 * np.eye(len(sulfur))
    assert AMINO_ACIDS.index("CYS") in slots.kind
    for row in sulfur[away.min(1) < 3.0]:
        np.testing.assert_array_equal(mode[row], mean[row])


@pytest.mark.parametrize("peptide_frames", ["ca"], indirect=True)
def test_cysteines_of_copies_at_one_place_are_not_taken_for_bonded(peptide_frames):
    """Frames that are computed together lie on each other; each cysteine met itself and kept the mean."""
    system, frames = peptide_frames
    together = FrameMapper(system)([frames[0]] * 3)
    alone = FrameMapper(system)([frames[0]])[0].positions
    sulfurs = system.assembly.atoms.names == "SG"
    assert sulfurs.sum() == 2
    for built in together:
        assert np.linalg.norm(built.positions - alone, axis=1)[sulfurs].max() < 0.05
