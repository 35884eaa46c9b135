"""Good structures stay, bad ones are mended, and only where they are bad."""

import numpy as np
import pytest

from unbead.mapping.operator import apply


def bond_errors(assembly, positions):
    i, j = assembly.bonds.T
    return np.abs(np.linalg.norm(positions[i] - positions[j], axis=1) / assembly.bond_lengths - 1)


def rmsd(a, b):
    return float(np.sqrt(((a - b) ** 2).sum(1).mean()))


def test_a_crystal_hardly_moves(relaxer, assembly, truth, sure):
    done = relaxer(truth, sure, assembly.beads.positions)
    assert rmsd(done.positions, truth) < 0.06
    assert done.repairs.inverted == done.repairs.cis == done.repairs.pierced == 0
    assert done.left.described(assembly.atoms.residues) == {}


@pytest.mark.parametrize("size", [0.2, 0.4])
def test_shaken_atoms_are_mended(relaxer, assembly, truth, sure, rng, size):
    shaken = (truth + rng.normal(0, size, truth.shape)).astype(np.float32)
    assert (bond_errors(assembly, shaken) > 0.1).mean() > 0.2
    done = relaxer(shaken, sure, assembly.beads.positions, tolerance=0.3)
    assert bond_errors(assembly, done.positions).max() < 0.1
    assert done.left.described(assembly.atoms.residues) == {}
    assert rmsd(done.positions, truth) < rmsd(shaken, truth)


def test_turning_the_system_turns_the_answer(relaxer, assembly, truth, sure, rng, rotation):
    shaken = (truth + rng.normal(0, 0.15, truth.shape)).astype(np.float32)
    beads = assembly.beads.positions
    plain = relaxer(shaken, sure, beads).positions
    moved = relaxer((shaken @ rotation + 5).astype(np.float32), sure, (beads @ rotation + 5).astype(np.float32))
    assert np.abs(moved.positions - (plain @ rotation + 5)).max() < 0.02  # steps of iterations near a bound's edge


def test_a_bad_residue_changes_nothing_far_away(relaxer, assembly, truth, sure, rng):
    spoilt = truth.copy()
    residue = assembly.atoms.residue_index
    spoilt[residue == 5] += rng.normal(0, 1.0, (int((residue == 5).sum()), 3)).astype(np.float32)
    plain, other = (relaxer(x, sure, assembly.beads.positions).positions for x in (truth, spoilt))
    centre = truth[residue == 5].mean(0)
    far = np.linalg.norm(truth - centre, axis=1) > 14.0
    assert far.sum() > 50
    assert np.abs(plain - other)[far].max() < 1e-3


def test_beads_are_kept(relaxer, assembly, truth, sure, rng):
    shaken = (truth + rng.normal(0, 0.2, truth.shape)).astype(np.float32)
    beads = assembly.beads.positions
    exact = relaxer(shaken, sure, beads, tolerance=0.0).positions
    assert np.abs(apply(assembly.operator, exact) - beads).max() < 1e-3
    soft = relaxer(shaken, sure, beads, tolerance=0.2).positions
    assert np.linalg.norm(apply(assembly.operator, soft) - beads, axis=1).max() < 0.25
    free = relaxer(shaken, sure, beads + 50, tolerance=None).positions
    assert rmsd(free, truth) < 0.5


def test_molecules_cut_by_the_box_relax_as_whole_ones(relaxer, assembly, truth, sure, rng):
    shaken = (truth + rng.normal(0, 0.15, truth.shape)).astype(np.float32)
    box = np.diag(np.ptp(truth, axis=0) + 20.0)
    whole = relaxer(shaken, sure, assembly.beads.positions, box, tolerance=None).positions
    residue = assembly.atoms.residue_index
    turn = np.where(residue > residue.max() // 2, 1, 0)[:, None] * box[0]
    cut = relaxer((shaken + turn).astype(np.float32), sure, assembly.beads.positions, box, tolerance=None).positions
    assert np.abs(cut - turn - whole).max() < 0.02


def test_impossible_beads_are_named_and_disturb_no_one_else(relaxer, assembly, truth, sure):
    residue = assembly.atoms.residue_index
    tail = residue > 42  # the end of the chain, torn off and taken away from the rest
    away = truth[tail].mean(0) - truth[~tail].mean(0)
    away *= 12 / np.linalg.norm(away)
    torn = truth + tail[:, None] * away
    beads = assembly.beads.positions + (assembly.beads.residue_index > 42)[:, None] * away
    done = relaxer(torn, sure, beads)
    said = done.left.described(assembly.atoms.residues)
    named = {label for labels in said.values() for label in labels}
    assert named and named <= {assembly.atoms.residues.label(k) for k in range(40, 46)}
    far = residue < 38
    assert rmsd(done.positions[far], relaxer(truth, sure, assembly.beads.positions).positions[far]) < 0.01
