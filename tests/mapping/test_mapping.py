"""Shipped mappings cover every amino acid and say what their names promise."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.elements import guess_element
from unbead.chem.templates import known_residues, template
from unbead.errors import UnbeadError
from unbead.mapping.mapping import available_mappings, load_mapping

NAMES = "backbone ca ca-cm ca-sc mainchain martini2 martini3 martini3-ca residue-com sidechain-com".split()


def test_all_ten_ship():
    assert list(available_mappings()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_heavy_atom_of_every_amino_acid_has_a_bead(name):
    mapping = load_mapping(name)
    for residue in known_residues():
        known = template(residue)
        if known.kind == "amino":
            molecule = mapping.find(residue)
            assert set(known.atoms[: known.n_heavy]) <= set(molecule.atoms), residue
            hydrogens = [i for i, atom in enumerate(molecule.atoms) if guess_element(atom) == "H"]
            assert not molecule.weights[:, hydrogens].any()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("martini3", {"GLY": 1, "ALA": 2, "PHE": 4, "TYR": 5, "TRP": 6, "LYS": 3, "HIS": 4, "LEU": 2}),
        ("martini2", {"GLY": 1, "ALA": 1, "PHE": 4, "TYR": 4, "TRP": 5, "LYS": 3, "HIS": 4, "LEU": 2}),
        ("ca", dict.fromkeys(AMINO_ACIDS, 1)),
        ("residue-com", dict.fromkeys(AMINO_ACIDS, 1)),
        ("ca-sc", {"GLY": 1, "TRP": 2}),
        ("mainchain", dict.fromkeys(AMINO_ACIDS, 4)),
    ],
)
def test_bead_counts(name, counts):
    mapping = load_mapping(name)
    assert {residue: len(mapping.find(residue).beads) for residue in counts} == counts


def test_martini3_ca_differs_from_martini3_in_the_backbone_centre_only():
    plain, centred = load_mapping("martini3"), load_mapping("martini3-ca")
    for residue in AMINO_ACIDS:
        a, b = plain.find(residue), centred.find(residue)
        assert a.beads == b.beads and np.array_equal(a.weights[1:], b.weights[1:])
        assert b.weights[0].sum() == 1 and b.atoms[int(b.weights[0].argmax())] == "CA"


def test_force_field_names_are_found():
    mapping = load_mapping("martini3")
    assert mapping.find("HSD").molecule == "HID" and mapping.find("CYS2").molecule == "CYX"
    assert mapping.find("POPC") is None


def test_own_folders(tmp_path):
    (tmp_path / "a.yaml").write_text("molecule: LIG\naliases: LGX\natoms:\n  C1: A\n")
    (tmp_path / "bead_types.yaml").write_text("LIG_A: 0\n")
    assert load_mapping(tmp_path).find("LGX").beads == ("A",)
    (tmp_path / "b.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n")
    with pytest.raises(UnbeadError, match="also in"):
        load_mapping(tmp_path)
    (tmp_path / "b.yaml").write_text("molecule: LGX\natoms:\n  C1: A\n")
    with pytest.raises(UnbeadError, match=r"a.yaml:1: alias LGX is also in .*b.yaml"):
        load_mapping(tmp_path)


def test_unknown_names_list_what_there_is(tmp_path):
    with pytest.raises(UnbeadError, match="martini3-ca"):
        load_mapping("martini4")
    with pytest.raises(UnbeadError, match="no mapping file"):
        load_mapping(tmp_path)


def test_molecules_of_the_user_go_before_those_of_the_mapping():
    martini, ca = load_mapping("martini3"), load_mapping("ca")
    both = martini.with_molecules([ca.molecules["PHE"]])
    assert both.find("PHE") is ca.molecules["PHE"] and both.find("TRP") is martini.find("TRP")
    assert martini.find("PHE") is not ca.molecules["PHE"]
