"""Solvents and molecular ions of Martini 3 go by name."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.solvent import name_repeated, solvent_kinds
from unbead.chem.templates import template
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping

# Names, beads and heavy atoms by element.
SOLVENTS = {
    "DMSO": ("S1 O2", "C2 O1 S1"), "ACN": ("ACN", "C2 N1"), "HEX": ("C1 C2", "C6"), "OCT": ("C1 C2", "C8"),
    "DOD": ("C1 C2 C3", "C12"), "HD": ("C1 C2 C3 C4", "C16"), "HXE": ("D1 C2", "C6"), "OCE": ("D1 C2", "C8"),
    "DOE": ("D1 C2 C3", "C12"), "HXY": ("T1 C2", "C6"), "OCY": ("T1 C2", "C8"), "HXD14": ("D1 D2", "C6"),
    "OCD912": ("C1 C2 C3 C4", "C18"), "DCE": ("CX", "C2 Cl2"), "CLF": ("CX", "C1 Cl3"), "TCM": ("CX", "C1 Cl4"),
    "TCE": ("CX", "C2 Cl3"), "TFEOL": ("CO CX", "C2 F3 O1"), "MEO": ("MEO", "C2 O2"), "ETO": ("ETO", "C2 O1"),
    "IPO": ("IPO", "C3 O1"), "PRO": ("PRO", "C3 O1"), "BTO": ("C1 O2", "C4 O1"), "HXO": ("C1 R2", "C6 O1"),
    "HPO": ("C1 R2", "C7 O1"), "OCO": ("C1 C2 PC", "C8 O1"), "ETH": ("CO", "C4 O1"), "DISH": ("C1 O2 C3", "C6 O1"),
    "DXE": ("R1 R2", "C4 O2"), "DISS": ("C1 S2 C3", "C6 S1"), "PPN": ("CO", "C3 O1"), "BTN": ("CO", "C4 O1"),
    "ANN": ("R1 R2", "C5 O2"), "HXN": ("C1 R2", "C6 O1"), "HPN": ("C1 R2", "C7 O1"), "BTA": ("C1 N2", "C4 O1"),
    "HXA": ("C1 R2", "C6 O1"), "HPA": ("C1 R2", "C7 O1"), "MEA": ("CO", "C3 O2"), "ETA": ("R1 R2", "C4 O2"),
    "IBA": ("R1 R2", "C6 O2"), "TBA": ("R1 R2", "C6 O2"), "NBA": ("R1 R2", "C6 O2"), "DEI": ("N1", "C4 N1"),
    "TMI": ("N1", "C3 N1"), "PPI": ("N1", "C3 N1"), "NDI": ("N1", "C4 N1"), "BTI": ("C1 N2", "C4 N1"),
    "PTI": ("C1 N2", "C5 N1"), "HXI": ("C1 N2", "C6 N1"), "HPI": ("C1 N2", "C7 N1"), "OCI": ("C1 C2 NC", "C8 N1"),
    "ACAC": ("CO", "C2 O2"), "PRAC": ("CO", "C3 O2"), "DMFD": ("CNO", "C3 N1 O1"), "DMAD": ("CNO", "C4 N1 O1"),
    "TMA": ("TMA", "C4 N1"), "ACE": ("CL", "C2 O2"), "BF4": ("BF4", "B1 F4"), "PF6": ("PF6", "F6 P1"),
    "SCN": ("SCN", "C1 N1 S1"), "CLO4": ("CLO", "Cl1 O4"), "NO3": ("NO3", "N1 O3"), "MIM": ("SI1 SI2 SI3", "C5 N2"),
    "EIM": ("SI1 SI2 SI3", "C6 N2"), "BIM": ("SI1 SI2 SI3 SI4", "C8 N2"), "OIM": ("SI1 SI2 SI3 SI4 SI5", "C12 N2"),
    "DIM": ("SI1 SI2 SI3 SI4 SI5 SI6", "C16 N2"), "PHO": ("P1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11", "C32 P1"),
}  # fmt: skip


def formula(known):
    heavy = known.elements[: known.n_heavy]
    return " ".join(f"{element}{heavy.count(element)}" for element in sorted(set(heavy)))


@pytest.mark.parametrize("name", SOLVENTS)
def test_names(name):
    beads, atoms = SOLVENTS[name]
    found = load_mapping("martini3").find(name, beads.split())
    assert set(found.beads) == set(beads.split())
    known = template(found.molecule)
    assert known.kind == "molecule" and formula(known) == atoms
    assert set(found.atoms) == set(known.atoms[: known.n_heavy])
    assert len(set(known.atoms)) == len(known.atoms)


@pytest.mark.parametrize(
    ("name", "bead"), [("NA", "NA"), ("CL", "CL"), ("BR", "BR"), ("IOD", "ID"), ("CA", "CA"), ("W", "W")]
)
def test_atoms_and_water(name, bead):
    assert solvent_kinds(make_particles([bead], [name], [1])).known.all()


def test_residue_names_of_others_stay_free():
    """A crystal's ACT or DMSO has atom names of its own."""
    assert template("ACT") is None and template("HEX") is None and template("PRO").kind == "amino"


def test_written_names():
    beads = make_particles(["PRO", "CL", "C1", "C2"], ["PRO", "ACE", "HEX", "HEX"], [1, 2, 3, 3], 10 * np.eye(4, 3))
    atoms = assemble(beads, load_mapping("martini3")).atoms
    assert atoms.residues.names.tolist() == ["POL", "ACT", "HEX"]
    assert not atoms.residues.bonded_to_previous.any()


def test_beads_of_one_name():
    beads = make_particles(["R1", "R2", "R2"] * 2, ["TXE"] * 6, [1, 1, 1, 2, 2, 2], 4 * np.arange(18).reshape(6, 3))
    named = name_repeated(beads)
    assert named.names.tolist() == ["R1", "R2", "R3"] * 2
    assert formula(template(load_mapping("martini3").find("TXE", ["R1", "R2", "R3"]).molecule)) == "C6 O3"
    assert len(assemble(named, load_mapping("martini3")).atoms) == 18


def test_proline_is_still_proline():
    found = load_mapping("martini3").find("PRO", ["BB", "SC1"])
    assert found.molecule == "PRO" and "CD" in found.atoms
