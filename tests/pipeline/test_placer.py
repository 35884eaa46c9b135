"""Each network places the residues that it knows, as if the others were not there."""

import numpy as np
import pytest
import torch

from unbead.mapping.assemble import restrict
from unbead.models.vocabulary import Vocabulary
from unbead.pipeline import placer as module
from unbead.pipeline.placer import Placer, share_out

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
