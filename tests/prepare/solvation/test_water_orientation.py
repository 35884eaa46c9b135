from dataclasses import replace

import numpy as np

from tests.prepare.conftest import NONE, molecules
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens
from unbead.prepare.solvation.water_orientation import turn_waters
from unbead.structure.box import box_vectors
from unbead.structure.pairs import find_pairs

LINE = [[0.0, 0, 0], [2.8, 0, 0]]


def turned(atoms):
    """Atoms with hydrogens, waters turned."""
    return add_hydrogens(with_bonds(heavy_atoms(atoms), NONE), "amber14")


def pair(*names, positions=LINE, box=None):
    """Positions of two molecules of one heavy atom each, with hydrogens."""
    return turned(replace(molecules(*names).with_positions(np.array(positions)), box=box)).atoms.positions


def near(molecule, cutoff):
    """Pairs of atoms of two molecules nearer than a distance, by element."""
    atoms = molecule.atoms
    pairs = find_pairs(atoms.positions, cutoff, box_vectors(atoms.box))
    apart = atoms.residue_index[pairs.i] != atoms.residue_index[pairs.j]
    return ["".join(sorted(atoms.elements[[i, j]])) for i, j in zip(pairs.i[apart], pairs.j[apart], strict=True)]


def test_two_waters_make_a_hydrogen_bond():
    x = pair("HOH", "HOH")
    gaps = [np.linalg.norm(x[h] - x[o]) for o, hydrogens in ((0, (4, 5)), (3, (1, 2))) for h in hydrogens]
    assert min(gaps) < 2.1
    np.testing.assert_allclose(x[[0, 3]], LINE, atol=1e-6)
    arms = np.linalg.norm(x[[1, 2, 4, 5]] - x[[0, 0, 3, 3]], axis=1)
    np.testing.assert_allclose(arms, 0.9572, atol=1e-4)
    np.testing.assert_array_equal(pair("HOH", "HOH"), x)


def test_ions_turn_waters():
    for ion, sign in (("NA", 1), ("CL", -1)):
        x = pair(ion, "HOH")
        assert sign * (x[2:] - x[1]).sum(0)[0] > 0.8  # hydrogens away from a cation, or towards an anion


def test_neighbours_count_through_the_faces_of_the_box():
    box = np.array([30, 30, 30, 90, 90, 90], np.float32)
    x = pair("NA", "HOH", positions=[[0.5, 5, 5], [27.7, 5, 5]], box=box)
    assert (x[2:] - x[1]).sum(0)[0] < -0.8


def test_waters_of_a_patch_clash_less(patch):
    done = turned(patch)
    assert near(done, 1.6).count("HH") < 0.03 * len(patch.residues)
    assert near(done, 2.2).count("HO") > 0.25 * len(patch.residues)


def test_nothing_to_turn(lipids):
    molecule = with_bonds(heavy_atoms(lipids), NONE)
    assert turn_waters(molecule) is molecule.atoms.positions
