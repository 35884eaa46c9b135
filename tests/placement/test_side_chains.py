"""Side chains are fitted to beads, kept where they are right, and chosen so that they do not overlap."""

import numpy as np
import pytest
import torch

from unbead.chem.amino import AMINO_ACIDS, CB, SLOTS, filled_slots
from unbead.chem.torsions.rotamers import N_CHI, doubled_torsions
from unbead.mapping.operator import apply
from unbead.placement.residue_slots import residue_slots
from unbead.placement.side_chains import Rotamers, SideChains

CPU = torch.device("cpu")


@pytest.fixture
def case(assembly_of, crystal):
    """The crystal with its side chains turned into the air, and the decoder for it."""

    def make(mapping):
        assembly = assembly_of(mapping)
        slots = residue_slots(assembly.atoms, assembly.template_names)
        keys = {(r, n): x for r, n, x in zip(crystal.residue_index, crystal.names, crystal.positions, strict=True)}
        index = zip(assembly.atoms.residue_index, assembly.atoms.names, strict=True)
        truth = np.array([keys[key] for key in index], np.float32)
        rows = np.flatnonzero(N_CHI[slots.kind] > 0)
        return assembly, slots, rows, truth, SideChains(assembly, slots, rows, CPU)

    return make


def useless(truth, slots, rows):
    """The crystal with all atoms beyond CB displaced."""
    x = truth.copy()
    beyond = filled_slots()[slots.kind[rows]] & (np.arange(SLOTS) > CB)
    x[slots.atoms[rows][beyond]] += 1.0
    return x


def with_decoys(slots, rows, truth):
    """The true torsions and two decoys of equal cost."""
    true = np.nan_to_num(doubled_torsions(slots.kind[rows], truth[slots.atoms[rows]]))
    turned = np.stack([true + 2.1, true, true - 2.1], 1) * (np.arange(4) < N_CHI[slots.kind[rows]][:, None])[:, None]
    return Rotamers(torch.from_numpy(turned.astype(np.float32)), torch.zeros(len(rows), 3))


def test_beads_tell_the_rotamer(case):
    assembly, slots, rows, truth, decoder = case("martini3")
    errors = np.full(len(truth), 3.0, np.float32)
    beads = assembly.beads.positions
    mean = useless(truth, slots, rows)
    found = decoder.place(mean, errors, beads, with_decoys(slots, rows, truth), 0.0, None)
    off = np.linalg.norm(apply(assembly.operator, found) - beads, axis=1)
    assert np.median(off) < 0.1 and np.percentile(off, 90) < 0.4
    true, got = (doubled_torsions(slots.kind[rows], x[slots.atoms[rows]])[:, 0] for x in (truth, found))
    assert (np.abs((true - got + np.pi) % (2 * np.pi) - np.pi) < 0.5).mean() > 0.85
    backbone = np.unique(slots.atoms[:, :4])
    np.testing.assert_array_equal(found[backbone], truth[backbone])


def test_without_beads_the_likeliest_that_does_not_overlap_is_taken(case):
    _, slots, rows, truth, decoder = case("ca")
    beads = np.zeros((len(slots.kind), 3), np.float32)
    mean = useless(truth, slots, rows)
    rotamers = with_decoys(slots, rows, truth)
    found = decoder.place(mean, np.ones(len(truth), np.float32), beads, rotamers, 0.0, None)
    true, got = (doubled_torsions(slots.kind[rows], x[slots.atoms[rows]])[:, 0] for x in (truth, found))
    right = np.abs((true - got + np.pi) % (2 * np.pi) - np.pi) < 0.1
    assert right.mean() > 0.6  # a crystal has no overlaps; a third by chance
    again = decoder.place(mean, np.ones(len(truth), np.float32), beads, rotamers, 0.0, None)
    np.testing.assert_array_equal(found, again)


def test_a_mean_that_is_the_rotamer_stays(case):
    assembly, slots, rows, truth, decoder = case("ca")
    rotamers = with_decoys(slots, rows, truth)
    only = Rotamers(rotamers.torsions[:, 1:2], rotamers.cost[:, 1:2])
    found = decoder.place(truth, np.ones(len(truth), np.float32), assembly.beads.positions, only, 0.0, None)
    same = (found == truth)[slots.atoms[rows]].all((1, 2))
    assert same.mean() > 0.6


def test_bonded_cysteines_stay(case):
    assembly, slots, rows, truth, decoder = case("ca")
    cys = np.flatnonzero(slots.kind[rows] == AMINO_ACIDS.index("CYS"))
    if len(cys) < 2:
        pytest.skip("the crystal has no two cysteines")
    x = truth.copy()
    a, b = slots.atoms[rows[cys[:2]], CB + 1]
    x[b] = x[a] + np.array([2.05, 0, 0], np.float32)
    found = decoder.place(
        x, np.ones(len(x), np.float32), assembly.beads.positions, with_decoys(slots, rows, truth), 0.0, None
    )
    np.testing.assert_array_equal(found[[a, b]], x[[a, b]])


def test_a_turned_system_gives_turned_side_chains(case):
    assembly, slots, rows, truth, decoder = case("martini3")
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    errors, rotamers = np.full(len(truth), 0.5, np.float32), with_decoys(slots, rows, truth)
    beads = assembly.beads.positions
    here = decoder.place(truth, errors, beads, rotamers, 0.0, None)
    there = decoder.place(
        (truth @ turn.T).astype(np.float32), errors, (beads @ turn.T).astype(np.float32), rotamers, 0.0, None
    )
    assert (np.linalg.norm(here @ turn.T - there, axis=1) < 1e-2).mean() > 0.99
