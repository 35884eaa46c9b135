"""Mapping files that Unbead writes say what they were made of."""

import numpy as np
import pytest

from tests.mapping.made import bonds_of, propanol
from unbead.design.compose import Partition, as_one_residue, check_name, mapping_text, weights
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import bead_operator
from unbead.mapping.mapping import load_mapping
from unbead.mapping.operator import to_scipy

OWNER = np.array([0, 0, 1, 2, 2, 1, 0, 0, 0, 1, 1, 2])


@pytest.mark.parametrize("centres", [None, np.array([1, 5, 3])])
def test_a_written_mapping_loads_as_it_was(tmp_path, centres):
    molecule = as_one_residue(propanol(), "PRO1")
    assert len(set(molecule.names)) == len(molecule) == 12
    partition = Partition(OWNER, centres)
    text = mapping_text(molecule, partition, bonds_of(molecule), molecule.names.tolist(), "a note")
    (tmp_path / "PRO1.yaml").write_text(text)
    assert max(map(len, text.splitlines())) <= 120
    mapping = load_mapping(tmp_path)
    assert np.array_equal(mapping.molecules["PRO1"].owner, OWNER)
    beads, operator = bead_operator(molecule, mapping)
    assert beads.names.tolist() == ["B1", "B2", "B3"]
    assert np.allclose(to_scipy(operator).toarray(), weights(partition))


@pytest.mark.parametrize("centres", [None, np.array([1, 5, 3])])
def test_mapping_a_lift_gives_the_beads_back(rng, centres):
    table = weights(Partition(OWNER, centres))
    assert np.allclose(table.sum(1), 1)
    beads = rng.normal(size=(3, 3))
    assert np.allclose(table @ beads[OWNER], beads)


@pytest.mark.parametrize("name", ["", "lig", "LONGER", "A B", "ALA", "SOL", "POPC"])
def test_names_that_cannot_be(name):
    with pytest.raises(UnbeadError, match=f"--name {name}"):
        check_name(name)


def test_atoms_without_an_element():
    molecule = propanol()
    molecule.names[3], molecule.elements[3] = "XX", ""
    with pytest.raises(UnbeadError, match="LIG 1: the element of XX"):
        as_one_residue(molecule, "MOL")
