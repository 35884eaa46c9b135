"""Bonds that turn."""

import numpy as np
import pytest

from tests.molecules import ADENOSINE, NAMES
from unbead.chem.angles import dihedral
from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import make_template, number_names
from unbead.chem.torsions.rotatable_bonds import conformers, rotors, staggered


def template_of(smiles, names=None):
    molecule, _ = read_molecule(smiles)
    own = number_names([atom.GetSymbol() for atom in molecule.GetAtoms()])
    return make_template(molecule, "LIG", (*(names or ()), *own[len(names or ()) :]))


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [("CCCC", {"C2 C3"}), ("CC(=O)NC", set()), ("C1CCCCC1C", set()), ("c1ccccc1CO", {"C6 C7"}),
     (r"CC/C=C\CC", {"C2 C3", "C4 C5"})],
)  # fmt: skip
def test_single_bonds_outside_of_rings_and_planes(smiles, expected):
    known = template_of(smiles)
    found = {" ".join(sorted(known.atoms[i] for i in pair)) for pair in rotors(known)}
    assert found == expected


def test_the_smaller_part_hangs_on_the_second_atom():
    known = template_of(ADENOSINE, NAMES)
    assert {tuple(known.atoms[i] for i in pair) for pair in rotors(known)} == {("C4'", "C5'"), ("N9", "C1'")} or {
        tuple(known.atoms[i] for i in pair) for pair in rotors(known)
    } == {("C4'", "C5'"), ("C1'", "N9")}


def test_conformers_keep_bonds_angles_and_handedness():
    known = template_of(ADENOSINE, NAMES)
    x = conformers(known, 6)
    assert np.array_equal(x[0], known.coordinates[:19]) and np.array_equal(x, conformers(known, 6))
    bonds = known.bonds[known.bonds[:, 1] < 19]
    length = np.linalg.norm(x[:, bonds[:, 0]] - x[:, bonds[:, 1]], axis=-1)
    assert np.allclose(length, length[0])
    p = x[:, known.chiral]
    volume = np.linalg.det(p[:, :, 1:] - p[:, :, :1])
    assert np.allclose(volume, volume[0]) and np.abs(x[1:] - x[0]).max() > 1


def test_turns_are_thirds_of_a_circle():
    known = template_of("CCCCCC")
    phi = dihedral(*(conformers(known, 20)[:, i] for i in range(4)))
    apart = (phi - phi[0]) % 120
    assert np.minimum(apart, 120 - apart).max() < 1e-6 and len(np.unique(np.round(phi))) == 3


def test_staggered_bonds_are_those_between_tetrahedral_atoms():
    known = template_of("CCC(=O)CC(C)C")
    names = {"".join(known.atoms[i] for i in (row[1], row[2])) for row in staggered(known)}
    assert names in ({"C4C5"}, {"C5C4"})
    assert len(staggered(known)) == 2  # both methyl groups
    assert staggered(template_of("c1ccccc1")).shape == (0, 4)
