"""Names of CHARMM, Amber and GROMACS come out as the templates' names."""

import pytest

from unbead.chem.naming import canonical_atom_name
from unbead.chem.templates import known_residues, template


@pytest.mark.parametrize(
    ("residue", "atom", "expected"),
    [
        ("ALA", "HN", "H"),
        ("LEU", "OT1", "O"),
        ("LEU", "OT2", "OXT"),
        ("ILE", "CD", "CD1"),
        ("HSD", "HN", "H"),
        ("SER", "HG1", "HG"),
        ("ALA", "1HB", "HB1"),
        ("ACE", "CAY", "CH3"),
        ("NMA", "CH3", "C"),
    ],
)
def test_known_names(residue, atom, expected):
    assert canonical_atom_name(residue, atom) == expected


def test_template_names_stay():
    for residue in known_residues():
        for atom in template(residue).atoms:
            assert canonical_atom_name(residue, atom) == atom


def test_unknown_names_stay():
    assert canonical_atom_name("POPC", "C12") == "C12"
