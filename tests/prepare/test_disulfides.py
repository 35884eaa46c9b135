from dataclasses import replace

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.prepare.disulfides import find_disulfides, name_disulfides
from unbead.prepare.molecule import atom_index, heavy_atoms


@pytest.fixture
def cysteines(peptide):
    """Four cysteines with sulfurs wherever a test wants them."""
    atoms = heavy_atoms(peptide("CYS", "CYS", "CYS", "CYS"))

    def place(*x):
        atoms.positions[atom_index(atoms, "SG")] = [[100 + value, 0, 0] for value in x]
        return atoms

    return place


def test_crambin_has_its_three(crystal):
    pairs = find_disulfides(heavy_atoms(crystal))
    assert (pairs + 1).tolist() == [[3, 40], [4, 32], [16, 26]]


@pytest.mark.parametrize(
    ("places", "pairs"),
    [
        ([0, 2.04, 50, 52.04], [[0, 1], [2, 3]]),
        ([0, 2.6, 50, 60], []),  # near, but not bonded
        ([0, 2.4, 4.4, 50], [[1, 2]]),  # nearest wins, one bond for each
        ([0, 0, 20, 30], [[0, 1]]),
        ([0, 2.0, 4.4, 6.5], [[0, 1], [2, 3]]),
        ([0, 2.2, 4.2, 6.4], [[1, 2]]),
    ],
)
def test_the_nearest_first_and_one_bond_for_each(cysteines, places, pairs):
    assert find_disulfides(cysteines(*places)).tolist() == pairs


def test_between_chains(cysteines):
    atoms = cysteines(0, 20, 40, 2.0)
    residues = replace(
        atoms.residues,
        chains=np.array(list("AABB")),
        bonded_to_previous=np.array([False, True, False, True]),
    )
    assert find_disulfides(replace(atoms, residues=residues)).tolist() == [[0, 3]]


def test_bonded_residues_are_renamed_and_thiolates_are_not(cysteines):
    atoms = cysteines(0, 2, 30, 32)
    atoms.residues.names[2:] = "CYM"
    pairs = find_disulfides(atoms)
    assert name_disulfides(atoms, pairs).residues.names.tolist() == ["CYX", "CYX", "CYM", "CYM"]


def test_a_lone_half_is_an_error(cysteines):
    atoms = cysteines(0, 10, 20, 30)
    atoms.residues.names[1] = "CYX"
    with pytest.raises(UnbeadError, match=r"CYX 2 \(chain A\).*CYS"):
        name_disulfides(atoms, find_disulfides(atoms))


def test_no_cysteines(peptide):
    assert find_disulfides(heavy_atoms(peptide("ALA", "GLY"))).shape == (0, 2)
