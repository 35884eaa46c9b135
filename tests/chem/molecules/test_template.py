"""Templates of molecules that RDKit knows."""

import numpy as np
import pytest

from tests.molecules import ADENOSINE
from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import automorphisms, make_template, number_names


def template_of(smiles):
    molecule, _ = read_molecule(smiles)
    return make_template(molecule, "LIG", number_names([atom.GetSymbol() for atom in molecule.GetAtoms()]))


def groups(known):
    return sorted(sorted(known.atoms[i] for i in group) for group in known.planar)


def test_names_count_by_element():
    assert number_names(["C", "O", "C", "Cl"]) == ("C1", "O1", "C2", "CL1")


def test_heavy_atoms_come_first_and_lengths_are_the_conformers():
    known = template_of(ADENOSINE)
    assert known.kind == "molecule" and known.n_heavy == 19 and known.heavy[:19].all() and not known.heavy[19:].any()
    x = known.coordinates
    assert np.allclose(np.linalg.norm(x[known.bonds[:, 0]] - x[known.bonds[:, 1]], axis=1), known.bond_lengths)
    assert (known.bonds[:, 0] < known.bonds[:, 1]).all()
    assert ((known.angle_values > 85) & (known.angle_values < 180)).all()


def test_the_ring_of_adenosine_has_four_centres():
    known = template_of(ADENOSINE)
    x = known.coordinates[known.chiral]
    volume = (np.cross(x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 0])).sum(1)
    assert len(volume) == 4 and (volume > 1).all()
    mirrored = template_of(ADENOSINE.replace("@@", "?").replace("@", "@@").replace("?", "@"))
    assert len(set(map(tuple, known.chiral)) & set(map(tuple, mirrored.chiral))) == 0


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("c1ccccc1CO", [["C1", "C2", "C3", "C4", "C5", "C6", "C7"]]),
        ("CC(=O)NC", [["C1", "C2", "C3", "N1", "O1"]]),  # a secondary amide keeps its form
        ("CC(=O)N(C)C", [["C1", "C2", "N1", "O1"], ["C2", "C3", "C4", "N1"]]),  # a tertiary one may turn
        ("CC(=O)OC", [["C1", "C2", "C3", "O1", "O2"]]),
        (r"CC/C=C\CC", [["C2", "C3", "C4", "C5"]]),
        ("c1ccccc1-c1ccccc1", [[f"C{i}" for i in (1, 2, 3, 4, 5, 6, 7)], [f"C{i}" for i in (10, 11, 12, 6, 7, 8, 9)]]),
        ("CS(=O)(=O)C", []),
        ("CC=C=CC", []),
        ("CCCC", []),
    ],
)
def test_what_is_flat(smiles, expected):
    assert groups(template_of(smiles)) == sorted(map(sorted, expected))


@pytest.mark.parametrize(
    ("smiles", "swaps"),
    [
        ("CC(=O)[O-]", {("O1", "O2")}),
        ("Cc1ccccc1", {("C3", "C7"), ("C4", "C6")}),
        (r"OCC", set()),
        ("C[C@H](O)CC", set()),
    ],
)
def test_atoms_that_can_swap(smiles, swaps):
    known = template_of(smiles)
    assert {tuple(known.atoms[i] for i in pair) for swap in known.symmetric for pair in swap} == swaps


def test_a_ring_flips_as_a_whole():
    assert [len(swap) for swap in template_of("Cc1ccccc1").symmetric] == [2]


def test_mirror_images_are_no_automorphisms():
    assert len(automorphisms(read_molecule("OC[C@H](O)CO")[0])) == 2  # glycerol: prochiral
    assert len(automorphisms(read_molecule("C[C@H](O)[C@@H](O)C")[0])) in (1, 2)
    assert len(automorphisms(read_molecule("C[C@H](O)CC")[0])) == 1
