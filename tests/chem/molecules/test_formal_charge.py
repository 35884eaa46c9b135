"""Formal charges of templates."""

import pytest

from unbead.chem.molecules.formal_charge import formal_charge

CHARGES = {
    "ALA": 0, "ASP": -1, "GLU": -1, "LYS": 1, "ARG": 1, "HIS": 0, "HIP": 1, "HID": 0, "HIE": 0, "ASH": 0, "GLH": 0,
    "LYN": 0, "CYS": 0, "CYX": 0, "CYM": -1, "TYR": 0, "TRP": 0, "SEP": -2, "TPO": -2, "PTR": -2, "ACE": 0,
    "DA": -1, "DA5": 0, "G": -1, "C5": 0, "POPC": 0, "POPE": 0, "POPS": -1, "POPG": -1, "CHL1": 0, "TOCL2": -2,
    "HOH": 0, "NA": 1, "CL": -1, "MG": 2, "ZZZ": 0,
}  # fmt: skip


@pytest.mark.parametrize(("residue", "charge"), CHARGES.items())
def test_charge_of_a_residue_within_a_chain(residue, charge):
    assert formal_charge(residue) == charge
