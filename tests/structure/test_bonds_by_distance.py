"""Bonds by distance, and molecules put together along them."""

import numpy as np
import pytest

from tests.molecules import ADENOSINE
from unbead.chem.molecules.reader import read_molecule
from unbead.structure.bonds_by_distance import bonds_by_distance, whole_along_bonds

BOX = np.array([30, 32, 35, 80, 90, 100], np.float32)


def pairs_of(molecule):
    return {tuple(sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))) for bond in molecule.GetBonds()}


@pytest.mark.parametrize("smiles", [ADENOSINE, "CS(=O)(=O)c1ccc(Cl)cc1Br", "FC(I)C", "COP(=O)(O)O"])
def test_bonds_are_those_of_the_molecule(smiles):
    molecule, _ = read_molecule(smiles.replace("FC(I)C", "F[C@H](I)C"))
    elements = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    found = bonds_by_distance(elements, molecule.GetConformer().GetPositions())
    assert set(map(tuple, found.tolist())) == pairs_of(molecule)
    assert (found[:, 0] < found[:, 1]).all() and len(found) == len(pairs_of(molecule))


def test_a_hydrogen_between_two_atoms_has_one_bond():
    x = np.array([[0, 0, 0], [2.2, 0, 0], [1.0, 0, 0]])
    assert bonds_by_distance(["O", "O", "H"], x).tolist() == [[0, 2]]


def test_a_molecule_that_the_box_cut_is_put_together():
    molecule, _ = read_molecule(ADENOSINE)
    elements = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    x = molecule.GetConformer().GetPositions()
    from MDAnalysis.lib.mdamath import triclinic_vectors

    cut = x + np.arange(len(x))[:, None] % 3 * triclinic_vectors(BOX)[1]
    bonds = bonds_by_distance(elements, cut, BOX)
    assert set(map(tuple, bonds.tolist())) == pairs_of(molecule)
    whole = whole_along_bonds(np.stack([cut, cut + 1]), bonds, BOX)
    assert np.allclose(whole[0], x - x[0] + cut[0], atol=1e-4)
    assert np.allclose(whole[1], whole[0] + 1, atol=1e-4)
    assert np.array_equal(whole_along_bonds(cut[None], bonds, None)[0], cut)
