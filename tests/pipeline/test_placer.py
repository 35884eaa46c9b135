"""Each network places the residues that it knows, as if the others were not there."""

import numpy as np
import pytest
import torch

from tests.train.molecules import loose_residues
from unbead.chem.templates import template
from unbead.mapping.assemble import restrict
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model
from unbead.models.vocabulary import Vocabulary
from unbead.pipeline import placer as module
from unbead.pipeline.placer import Placer, share_out
from unbead.train.molecule_examples import map_system
from unbead.train.rename import same_isomer

CPU = torch.device("cpu")


@pytest.fixture
def martini(assembly_of, model):
    assembly = assembly_of("martini3")
    return assembly, Placer(assembly, np.ones(len(assembly.template_names), bool), model, CPU)


def test_blocks_do_not_change_the_answer(martini, monkeypatch):
    assembly, placer = martini
    x = assembly.beads.positions
    whole = placer(x, None).positions
    monkeypatch.setattr(module, "BLOCK", 23)
    assert np.abs(placer(x, None).positions - whole).max() < 1e-4


def test_probing_a_part_estimates_the_level_of_the_whole(martini, rng, monkeypatch):
    assembly, placer = martini
    x = assembly.beads.positions
    shaken = (x + rng.normal(0, 0.3, x.shape)).astype(np.float32)
    whole = placer(shaken, None).level
    monkeypatch.setattr(module, "PROBE", 60)
    assert placer(shaken, None).level == pytest.approx(whole, abs=0.12)


def test_a_part_is_placed_as_if_alone(martini, model):
    assembly, _ = martini
    keep = np.arange(len(assembly.template_names)) < 25
    inside = Placer(assembly, keep, model, CPU)
    alone = restrict(assembly, keep)
    by_itself = Placer(alone, keep, model, CPU)
    x = assembly.beads.positions
    found, expected = inside(x, None), by_itself(x[inside.beads], None)
    np.testing.assert_allclose(found.positions, expected.positions, atol=1e-5)
    np.testing.assert_array_equal(assembly.atoms.names[inside.atoms], alone.atoms.names)


def test_the_first_network_that_knows_a_residue_takes_it(assembly_of, model):
    assembly = assembly_of("martini3")
    no_glycine = Vocabulary(tuple(name for name in model[1].names if not name.startswith("GLY:")))
    share = share_out(assembly, [(model[0], no_glycine), model])
    np.testing.assert_array_equal(share == 1, assembly.template_names == "GLY")
    share = share_out(assembly, [(model[0], no_glycine)])
    np.testing.assert_array_equal(share == -1, assembly.template_names == "GLY")


def test_lipids_never_trained_come_near_and_with_their_handedness(rng):
    system = loose_residues(["DOPE", "CHL1", "DPPG"], 1, rng)
    model = load_model("unbead-lipid")
    mapped = map_system(system, load_mapping("martini3"), model[1])
    placer = Placer(mapped.assembly, np.ones(3, bool), model, CPU)
    found = placer((mapped.operator @ system.frames[0]).astype(np.float32), None).positions
    for k, name in enumerate(["DOPE", "CHL1", "DPPG"]):
        mine = mapped.assembly.atoms.residue_index == k
        assert same_isomer(found[mine][None], template(name)).all()
        away = found[mine] - system.frames[0][mapped.place][mine]
        assert np.sqrt((away**2).sum(1).mean()) < 1.2
