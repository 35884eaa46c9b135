"""Names of CHARMM, Amber and GROMACS come out as the templates' names."""

import pytest

from unbead.chem.naming import SOLVENT, canonical_atom_name, short_residue_name
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
        ("POPC", "0C21", "C210"),
        ("DPPC", "6C31", "C316"),
        ("CLR", "O1", "O3"),
    ],
)
def test_known_names(residue, atom, expected):
    assert canonical_atom_name(residue, atom) == expected


def test_template_names_stay():
    for residue in known_residues():
        for atom in template(residue).atoms:
            assert canonical_atom_name(residue, atom) == atom


def test_unknown_names_stay():
    assert canonical_atom_name("XYZ", "C12") == "C12"
    assert canonical_atom_name("POPC", "9C99") == "9C99"


def test_short_residue_names_fit_a_pdb_file_and_lead_back():
    for name in known_residues():
        short = short_residue_name(name)
        assert len(short) <= 4
        if not name.startswith(SOLVENT):  # whose names are free for residues of other files
            assert template(short) is template(name)
