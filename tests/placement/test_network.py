"""Each network places the residues that it knows, as if the others were not there."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.train.molecules import loose_residues
from unbead.chem.templates import template
from unbead.mapping.assemble import assemble, restrict
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model
from unbead.models.vocabulary import Vocabulary
from unbead.placement import network as module
from unbead.placement.backmapper import Backmapper
from unbead.placement.network import NetworkPlacer, share_out
from unbead.structure.superpose import superpose
from unbead.train.data.molecule_examples import map_system
from unbead.train.data.name_matching import same_isomer

CPU = torch.device("cpu")


@pytest.fixture
def martini(assembly_of, model):
    assembly = assembly_of("martini3")
    return assembly, NetworkPlacer(assembly, np.ones(len(assembly.template_names), bool), model, CPU)


@pytest.mark.parametrize("block", [1, 23, 64])
def test_blocks_do_not_change_the_answer(martini, model, block):
    assembly, whole = martini
    blocks = NetworkPlacer(assembly, np.ones(len(assembly.template_names), bool), model, CPU, block)
    x = assembly.beads.positions
    assert np.abs(blocks(x, None).positions - whole(x, None).positions).max() < 1e-4


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
    inside = NetworkPlacer(assembly, keep, model, CPU)
    alone = restrict(assembly, keep)
    by_itself = NetworkPlacer(alone, keep, model, CPU)
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


def test_lipids_that_a_network_half_knows_are_laid(rng):
    """SAPC's four double bonds and DUPC's are not in the training set; PLPC's second one is 88 % known."""
    names = ["SAPC", "DUPC", "PLPC", "POPC"]
    model = load_model("unbead-lipid")
    assembly = map_system(loose_residues(names, 1, rng), load_mapping("martini3"), model[1]).assembly
    assert share_out(assembly, [model]).tolist() == [-1, -1, 0, 0]
    assert Backmapper(assembly, [model], CPU).by_template.tolist() == [True, True, False, False]


def test_lipids_never_trained_come_near_and_with_their_handedness(rng):
    system = loose_residues(["DOPE", "CHL1", "DPPG"], 1, rng)
    model = load_model("unbead-lipid")
    mapped = map_system(system, load_mapping("martini3"), model[1])
    placer = NetworkPlacer(mapped.assembly, np.ones(3, bool), model, CPU)
    found = placer((mapped.operator @ system.frames[0]).astype(np.float32), None).positions
    for k, name in enumerate(["DOPE", "CHL1", "DPPG"]):
        mine = mapped.assembly.atoms.residue_index == k
        assert same_isomer(found[mine][None], template(name)).all()
        away = found[mine] - system.frames[0][mapped.place][mine]
        assert np.sqrt((away**2).sum(1).mean()) < 1.2


def test_lipids_on_cysteine_are_laid_beside_the_amino_acid(crystal, model):
    """The network places the cysteine, the template the lipid."""
    known = template("CYSP")
    site = 40
    here = crystal.residue_index == site
    frame = [known.index(name) for name in ("N", "CA", "C")]
    goal = np.array([crystal.positions[here & (crystal.names == name)] for name in ("N", "CA", "C")]).reshape(1, 3, 3)
    turn, shift = superpose(known.coordinates[frame], goal)
    names = crystal.residues.names.astype("U4")
    names[site] = "CYSP"
    before, after = crystal.residue_index < site, crystal.residue_index > site
    n = known.n_heavy
    atoms = replace(
        crystal,
        names=np.concatenate([crystal.names[before], known.atoms[:n], crystal.names[after]]),
        positions=np.concatenate(
            [crystal.positions[before], known.coordinates[:n] @ turn[0] + shift[0], crystal.positions[after]]
        ).astype(np.float32),
        residue_index=np.concatenate([crystal.residue_index[before], [site] * n, crystal.residue_index[after]]),
        residues=replace(crystal.residues, names=names),
        elements=np.concatenate([crystal.elements[before], known.elements[:n], crystal.elements[after]]),
        b_factors=np.zeros(before.sum() + after.sum() + n, np.float32),
    )
    mapping = load_mapping("martini3")
    beads = coarsen(atoms, mapping)
    assert beads.names[beads.residue_index == site].tolist() == ["BB", "SC1", "C1", "C2", "C3", "C4"]
    assembly = assemble(beads, mapping)
    assert (share_out(assembly, [model]) == 0).all()
    backmapper = Backmapper(assembly, [model], CPU)
    assert np.flatnonzero(backmapper.by_template).tolist() == [site]
    frame = backmapper(beads.positions)
    mine = assembly.atoms.residue_index == site
    truth = atoms.positions[atoms.residue_index == site]
    assert frame.relaxed is not None and not frame.relaxed.left.described(atoms.residues)
    same = assembly.atoms.names[mine].tolist() == atoms.names[atoms.residue_index == site].tolist()
    away = np.linalg.norm(frame.positions[mine] - truth, axis=1)
    assert same and np.sqrt((away**2).mean()) < 1.2
