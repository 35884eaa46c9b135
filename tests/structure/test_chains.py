"""Chain breaks."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from tests.nucleic import strand
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.structure.chains import bonded_to_previous, single_molecules


def line(step, n=4, name="BB", **residue_fields):
    p = make_particles([name] * n, ["ALA"] * n, list(range(1, n + 1)), np.arange(n)[:, None] * [step, 0, 0])
    return replace(p, residues=replace(p.residues, **residue_fields))


def bonds(p, ends=None):
    return bonded_to_previous(p, np.zeros(len(p.residues), bool) if ends is None else ends).tolist()


def test_near_neighbours_are_bonded_and_far_ones_not():
    assert bonds(line(3.8)) == [False, True, True, True]
    assert not any(bonds(line(7.0)))
    assert bonds(line(7.0, name="CM")) == [False, True, True, True]  # centres of residues may be far apart


def test_gaps_ends_chains_and_segments_break():
    assert bonds(line(3.8, numbers=np.array([1, 2, 5, 6]))) == [False, True, False, True]
    assert bonds(line(3.8, numbers=np.array([1, 1, 1, 2]))) == [False, True, True, True]  # insertion codes
    assert bonds(line(3.8), np.array([False, True, False, False])) == [False, True, False, True]
    assert bonds(line(3.8, chains=np.array(["A", "A", "B", "B"]))) == [False, True, False, True]
    assert bonds(line(3.8, segments=np.array(["A", "B", "B", "B"]))) == [False, False, True, True]


def test_bonds_reach_through_the_box():
    p = line(3.8)
    jumped = p.positions.copy()
    jumped[2:] -= [50, 0, 0]
    assert bonds(replace(p, positions=jumped)) == [False, True, False, True]
    box = np.array([50, 50, 50, 90, 90, 90], np.float32)
    assert bonds(replace(p, positions=jumped, box=box)) == [False, True, True, True]


def test_nucleotides_are_bonded_by_their_phosphates_or_the_same_bead():
    atoms = strand(["DC5", "DG", "DA", "DT"])
    assert bonds(atoms) == [False, True, True, True]
    x = atoms.positions.copy()
    x[atoms.residue_index >= 2] += [0, 0, 1.5]
    assert bonds(replace(atoms, positions=x)) == [False, True, False, True]
    beads = coarsen(atoms, load_mapping("martini2"))
    assert bonds(beads) == [False, True, True, True]
    other = np.where((beads.residue_index >= 2)[:, None], [10, 0, 0], 0)  # the other strand, numbered on
    assert bonds(replace(beads, positions=(beads.positions + other).astype(np.float32))) == [False, True, False, True]


def test_single_molecules_are_bonded_to_nothing():
    names = ["BB", "BB", "W", "W", "NA", "CL", "O", "BB"]
    residues = ["ALA", "ALA", "W", "W", "ION", "CL", "HOH", "ALA"]
    p = make_particles(names, residues, range(1, 9), np.arange(8)[:, None] * [3.8, 0, 0])
    assert bonds(p) == [False, True] + [False] * 6
    assert single_molecules(p).tolist() == [False, False, True, True, True, True, True, False]


@pytest.mark.parametrize(("distance", "expected"), [(1.33, True), (2.5, False)])
def test_atoms_are_bonded_by_their_peptide_bond(distance, expected):
    p = make_particles(["C", "N"], ["ALA", "ALA"], [1, 2], [[0, 0, 0], [distance, 0, 0]])
    assert bonds(p) == [False, expected]


@pytest.mark.parametrize(("numbers", "distance", "expected"), [
    ((208, 1002), 1.33, True), ((208, 1002), 1.7, False), ((1161, 222), 1.33, True), ((5, 6), 1.9, True),
])  # fmt: skip
def test_numbers_may_jump_where_atoms_are_bonded(numbers, distance, expected):
    """As those of fusion proteins: LEU 208 and ASN 1002 of 3EML."""
    x = [[0, 0, 0], [1.5, 0, 0], [1.5 + distance, 0, 0], [3.0 + distance, 0, 0]]
    atoms = make_particles(["CA", "C", "N", "CA"], ["LEU"] * 2 + ["ASN"] * 2, [numbers[0]] * 2 + [numbers[1]] * 2, x)
    assert bonded_to_previous(atoms, np.zeros(2, bool)).tolist() == [False, expected]
