"""Side chains turn out of unusual rotamers, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.mapping.operator import apply
from unbead.relax.rotamers import Guide, find_side_chains, turn_side_chains
from unbead.validate.checks.rotamers import rotamer_outliers

NONE = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def chains(assembly):
    return find_side_chains(assembly)


@pytest.fixture(scope="module")
def guide(assembly, truth):
    return Guide(assembly.operator, apply(assembly.operator, truth).astype(np.float32), None)


def outliers(assembly, x):
    return rotamer_outliers(protein_slots(assembly.atoms.with_positions(x))).where[:, 0] // 14


def spoilt(truth, chains, name, degrees):
    """Turn the first torsion of the first side chain of a type; its residue and atoms."""
    chain = next(chain for chain in chains if AMINO_ACIDS[chain.kind] == name)
    atoms = chain.atoms[0]
    _, i, j, _ = atoms[chain.torsions[0]]
    moving = atoms[chain.moving[0]]
    x = truth.copy()
    axis = x[j] - x[i]
    turn = Rotation.from_rotvec(np.radians(degrees) * axis / np.linalg.norm(axis))
    x[moving] = turn.apply(x[moving] - x[j]) + x[j]
    return x, int(chain.residue[0]), atoms


def test_disulfides_of_the_assembly_and_other_molecules_are_no_side_chains(chains, assembly):
    names = assembly.atoms.residues.names
    found = np.concatenate([chain.residue for chain in chains])
    assert len(np.unique(found)) == len(found)
    assert not np.isin(names[found], ("GLY", "ALA", "PRO")).any()
    tied = assembly.atoms.names == "SG"
    ends = np.flatnonzero(tied)[:2]
    bonded = replace(assembly, bonds=np.concatenate([assembly.bonds, ends[None]]))
    left = np.concatenate([chain.residue for chain in find_side_chains(bonded)])
    assert set(found) - set(left) == set(assembly.atoms.residue_index[ends])


def test_a_crystal_is_left_alone(chains, guide, truth, sure):
    x, turned = turn_side_chains(truth, sure + 2, chains, guide, None, NONE)
    assert len(turned) == 0 and np.array_equal(x, truth)


@pytest.mark.parametrize("name", ["VAL", "ILE", "ARG", "THR"])
def test_an_eclipsed_side_chain_is_turned_where_the_network_doubts_it(assembly, chains, guide, truth, sure, name):
    for degrees in (60, -60, 80, -80, 120):
        wrong, residue, atoms = spoilt(truth, chains, name, degrees)
        if residue in outliers(assembly, wrong):
            break
    assert residue in outliers(assembly, wrong)
    x, turned = turn_side_chains(wrong, sure + 2, chains, guide, None, NONE)
    assert turned.tolist() == [residue]
    assert residue not in outliers(assembly, x)
    other = np.setdiff1d(np.arange(len(x)), atoms)
    assert np.array_equal(x[other], wrong[other])
    for a, b in assembly.bonds[np.isin(assembly.bonds, atoms).all(1)]:
        assert np.linalg.norm(x[a] - x[b]) == pytest.approx(np.linalg.norm(truth[a] - truth[b]), abs=1e-3)
    kept, turned = turn_side_chains(wrong, sure / 10, chains, guide, None, NONE)
    assert len(turned) == 0 and np.array_equal(kept, wrong)
    kept, turned = turn_side_chains(wrong, sure + 2, chains, guide, None, np.array([residue]))
    assert len(turned) == 0 and np.array_equal(kept, wrong)


def test_beads_hold_side_chains(assembly, chains, truth, sure):
    wrong, residue, _ = spoilt(truth, chains, "ILE", 60)
    there = apply(assembly.operator, wrong).astype(np.float32)
    for tolerance, expected in ((None, [residue]), (3.0, [residue]), (0.0, [])):
        guide = Guide(assembly.operator, there, tolerance)
        _, turned = turn_side_chains(wrong, sure + 5, chains, guide, None, NONE)
        assert turned.tolist() == expected


def test_turning_turns_along_and_boxes_do_not_matter(chains, guide, truth, sure):
    wrong, _, _ = spoilt(truth, chains, "ILE", 60)
    x, _ = turn_side_chains(wrong, sure + 2, chains, guide, None, NONE)
    q = Rotation.from_euler("xyz", (0.3, 1.1, -0.4)).as_matrix()
    along = replace(guide, beads=guide.beads @ q.T)
    y, _ = turn_side_chains((wrong @ q.T).astype(np.float32), sure + 2, chains, along, None, NONE)
    assert np.abs(x @ q.T - y).max() < 1e-3
    cell = np.diag([70.0, 70, 70])
    cut = wrong.copy()
    cut[::7] += np.float32([70, 0, -70])
    z, _ = turn_side_chains(cut, sure + 2, chains, guide, cell, NONE)
    assert np.abs((z - cut) - (x - wrong)).max() < 1e-3
