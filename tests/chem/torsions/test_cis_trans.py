"""What is cis or trans for good."""

import pytest

from unbead.chem.templates import template
from unbead.chem.torsions.cis_trans import forms


@pytest.mark.parametrize(
    ("name", "bond", "trans"),
    [
        ("POPC", "C29 C210", 0),
        ("PSM", "C4S C5S", 1),
        ("GM1", "C4S C5S", 1),
        ("SDPC", "C219 C220", 0),
    ],
)
def test_double_bonds_of_lipids(name, bond, trans):
    known = template(name)
    rows = {tuple(sorted(known.atoms[k] for k in row[1:3])): row[4] for row in forms(known).tolist()}
    assert rows[tuple(sorted(bond.split()))] == trans


def test_rings_and_groups_of_one_centre_have_none():
    assert not any(len(forms(template(name))) for name in ("PHE", "TRP", "HIS", "ASN", "CHL1"))


def test_every_double_bond_is_listed_once():
    assert len(forms(template("SDPC"))) == 6 + 2  # and its esters
