"""Molecules laid onto their beads."""

import numpy as np
import pytest
import torch

from tests.helpers import make_particles
from tests.molecules import ADENOSINE, NAMES, embedded, volumes, write_mapping
from tests.nucleic import strand
from unbead.chem.angles import dihedral
from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import make_template
from unbead.chem.templates import add_template
from unbead.chem.torsions.rotatable_bonds import conformers
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.placement.residue_batch import find_copies
from unbead.placement.template import STRAINED, TemplatePlacer
from unbead.relax.topology import make_topology
from unbead.relax.violations import find_violations

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def adenosine(tmp_path_factory):
    """Twelve conformers of adenosine, their assembly and the template."""
    folder = tmp_path_factory.mktemp("mapping")
    molecule, _ = read_molecule(ADENOSINE)
    known = make_template(molecule, "ADN", [*NAMES, *(f"H{i}" for i in range(13))])
    add_template(known)
    write_mapping(folder)
    truth = embedded(ADENOSINE, 12).astype(np.float32) + 20 * np.arange(12)[:, None, None]
    n = len(truth)
    atoms = make_particles(
        NAMES * n,
        ["ADN"] * 19 * n,
        np.repeat(np.arange(n), 19).tolist(),
        truth.reshape(-1, 3),
        elements=[name[0] for name in NAMES] * n,
    )
    mapping = load_mapping(folder)
    return known, assemble(coarsen(atoms, mapping), mapping), truth


def lay(assembly, beads=None):
    layer = TemplatePlacer(assembly, np.ones(len(assembly.template_names), bool), CPU)
    return layer(assembly.beads.positions if beads is None else beads.astype(np.float32), None)


def test_conformers_are_found_again(adenosine):
    known, assembly, truth = adenosine
    laid = lay(assembly)
    x = laid.positions.reshape(truth.shape)
    rmsd = np.sqrt(((x - truth) ** 2).sum(-1).mean(1))
    assert rmsd.mean() < 0.35 and rmsd.max() < 0.9
    assert (volumes(known, x) > 1).all()
    assert laid.level == 0.0 and laid.errors.shape == (12 * 19,) and (laid.errors >= 0.2).all()
    length = np.linalg.norm(np.diff(x.reshape(-1, 3)[assembly.bonds], axis=1)[:, 0], axis=1)
    assert np.abs(length / assembly.bond_lengths - 1).max() < 0.06


def test_turning_the_beads_turns_the_atoms(adenosine, rotation):
    _, assembly, _ = adenosine
    beads = assembly.beads.positions - assembly.beads.positions.mean(0)
    first, second = lay(assembly, beads), lay(assembly, beads @ rotation + 3)
    away = np.abs(first.positions @ rotation + 3 - second.positions).max(1)
    assert np.median(away) < 1e-3 and (away < 0.05).mean() > 0.95
    assert np.array_equal(lay(assembly, beads).positions, first.positions)


def test_copies_do_not_depend_on_each_other(adenosine):
    _, assembly, truth = adenosine
    one = np.arange(len(truth)) == 4
    alone = TemplatePlacer(assembly, one, CPU)
    assert alone.atoms.tolist() == list(range(4 * 19, 5 * 19))
    both = lay(assembly).positions.reshape(truth.shape)[4]
    assert np.abs(alone(assembly.beads.positions, None).positions - both).max() < 1e-3


def test_beads_of_a_simulation_have_a_level(adenosine, rng):
    known, assembly, truth = adenosine
    shaken = assembly.beads.positions + rng.normal(0, 0.3, assembly.beads.positions.shape)
    laid = lay(assembly, shaken)
    assert 0.1 < laid.level < 0.8
    assert (volumes(known, laid.positions.reshape(truth.shape)) > 0).all()


def test_lipids_turned_about_every_bond_are_reached(rotation):
    mapping = load_mapping("martini3")
    slots = mapping.find("POPC").beads
    a = assemble(make_particles([*slots] * 6, ["POPC"] * 72, np.repeat(np.arange(6), 12).tolist()), mapping)
    copies = find_copies(a, np.ones(6, bool))[0]
    truth = conformers(copies.known, 30)[-6:] @ rotation  # none of those that are tried
    beads = np.zeros((72, 3), np.float32)
    beads[copies.beads] = copies.weights @ truth
    laid = lay(a, beads)
    length = np.linalg.norm(np.diff(laid.positions[a.bonds], axis=1)[:, 0], axis=1)
    assert np.abs(length / a.bond_lengths - 1).max() < 0.1
    left = find_violations(make_topology(a), laid.positions, np.zeros((0, 2), int), beads, 0.0, None)
    assert not len(left.inverted) and not len(left.stray)
    x = laid.positions.reshape(truth.shape)
    assert np.sqrt(((x - truth) ** 2).sum(-1).mean(1)).mean() < 1.5
    assert np.linalg.norm(x - truth, axis=-1).mean() < np.linalg.norm(truth - truth[::-1], axis=-1).mean() / 3
    double = [copies.known.index(name) for name in ("C28", "C29", "C210", "C211")]
    assert np.abs(dihedral(*(x[:, slot] for slot in double))).max() < 25


@pytest.mark.parametrize(("mapping", "limit"), [("martini2", 0.4), ("residue-com", 0.8), ("ca", 0.8)])
def test_a_strand_is_laid_as_a_chain(mapping, limit, rotation):
    atoms = strand(["DC5", "DG", "DA", "DT", "DC", "DG"])
    chosen = load_mapping(mapping)
    a = assemble(coarsen(atoms.with_positions(atoms.positions @ rotation), chosen), chosen)
    laid = lay(a)
    length = np.linalg.norm(np.diff(laid.positions[a.bonds], axis=1)[:, 0], axis=1)
    assert np.abs(length / a.bond_lengths - 1).max() < 0.06
    assert np.sqrt(((laid.positions - atoms.positions @ rotation) ** 2).sum(1).mean()) < limit
    left = find_violations(make_topology(a), laid.positions, np.zeros((0, 2), int), a.beads.positions, 0.0, None)
    assert not len(left.inverted) and not len(left.broken)


def test_one_bead_is_enough(rotation):
    mapping = load_mapping("residue-com")
    beads = make_particles(["CM"] * 3, ["TRP", "LEU", "GLY"], [1, 5, 9], [[0, 0, 0], [6, 0, 0], [0, 7, 0]])
    a = assemble(beads, mapping)
    layer = TemplatePlacer(a, np.array([True, False, False]), CPU)
    laid = layer(beads.positions, None)
    assert laid.level < STRAINED and np.ptp(laid.positions, 0).max() > 3
    turned = layer((beads.positions @ rotation).astype(np.float32), None)
    assert np.abs(turned.positions - laid.positions @ rotation).max() < 0.05
