"""What is in an atomistic file besides molecules."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.contents import residue_kinds, sort_contents
from unbead.chem.particles import join
from unbead.chem.templates import template


def residue(name, atoms, elements=None, at=0.0):
    """One residue, its atoms 1.5 Å apart on a line."""
    x = np.stack([at + 1.5 * np.arange(len(atoms)), np.zeros(len(atoms)), np.zeros(len(atoms))], 1)
    return make_particles(atoms, [name] * len(atoms), [1] * len(atoms), x, elements=elements)


def known(name):
    return template(name) is not None


@pytest.mark.parametrize(
    ("name", "atoms", "elements", "kind"),
    [
        ("HOH", ["O"], ["O"], "water"),
        ("DOD", ["O", "D1", "D2"], ["O", "D", "D"], "water"),
        ("SOL", ["OW", "HW1", "HW2", "MW"], None, "water"),  # GRO files have no elements
        ("TIP3", ["OH2", "H1", "H2"], None, "water"),
        ("OPC", ["O", "H1", "H2", "EPW"], None, "water"),
        ("NA", ["NA"], ["Na"], "ions"),
        ("CA", ["CA"], ["C"], "ions"),  # elements cut off by a program
        ("ZN", ["ZN"], None, "ions"),
        ("SOD", ["SOD"], None, "ions"),
        ("CLA", ["CLA"], None, "ions"),
        ("CL-", ["CL-"], None, "ions"),
        ("MN", ["MN"], ["Mn"], "ions"),
        ("FE2", ["FE"], ["Fe"], "ions"),
        ("ION", ["NA+"], None, "ions"),
        ("GOL", ["C1", "O1", "C2", "O2", "C3", "O3"], None, "buffer"),
        ("SO4", ["S", "O1", "O2", "O3", "O4"], None, "buffer"),
        ("BME", ["C1", "C2", "O1", "S2"], None, "buffer"),
        ("PO4", ["P", "O1", "O2", "O3", "O4"], None, "buffer"),
        ("ALA", ["CA"], ["C"], ""),  # a trace
        ("ALA", ["CA"], None, ""),
        ("HYP", ["CA"], None, ""),  # a trace with a residue that nobody knows
        ("HYP", ["CA"], ["C"], ""),
        ("CU1", ["CU"], None, "ions"),
        ("GLY", ["N", "CA", "C", "O"], None, ""),
        ("POPC", ["P"], ["P"], ""),
        ("HEM", ["FE", "NA", "NB"], ["Fe", "N", "N"], ""),
        ("LIG", ["C1", "C2"], None, ""),
        ("UNX", ["UNK"], ["X"], ""),
        ("NHE", ["N"], None, ""),  # the amide of Amber, while the PDB's NHE is a buffer
        ("NHE", ["C3'", "C2'", "C1'", "C6'", "N", "C1", "C2", "S", "O1"], None, "buffer"),
    ],
)
def test_kinds_by_name_and_atoms(name, atoms, elements, kind):
    assert residue_kinds(residue(name, atoms, elements)).tolist() == [kind]


def test_what_is_bonded_to_a_chain_is_no_buffer():
    """Aminohexanoic acid has a buffer's name and may be a link of a peptide."""
    glycine = residue("GLY", ["N", "CA", "C", "O"])
    near, far = (residue("ACA", ["N", "C1", "C2"], at=at) for at in (3 * 1.5 + 1.33, 9.0))
    assert residue_kinds(join([glycine, near])).tolist() == ["", ""]
    assert residue_kinds(join([glycine, far])).tolist() == ["", "buffer"]


def test_what_nobody_wants_is_left_out_and_counted():
    water = [residue("HOH", ["O"], at=20.0 * k) for k in range(1, 4)]
    parts = join(
        [
            residue("GLY", ["N", "CA", "C", "O"]),
            *water,
            residue("ZN", ["ZN"], at=100.0),
            residue("LIG", ["C1", "C2"], at=200.0),
            residue("GOL", ["C1", "O1"], at=300.0),
        ]
    )
    found = sort_contents(parts, known)
    assert found.kept.tolist() == [True, False, False, False, False, False, False]
    assert found.unknown.tolist() == [False] * 5 + [True, False]
    assert found.counts == {"water": {"HOH": 3}, "ions": {"ZN": 1}, "buffer": {"GOL": 1}}
    words = "left out 3 water, 1 ion (ZN 1), 1 buffer molecule (GOL 1); kept with --keep-water, --keep-ions"
    assert found.described() == words  # nobody knows glycerol, so that no option could keep it


def test_what_is_wanted_stays_and_is_unknown_unless_somebody_knows_it():
    parts = join([residue("HOH", ["O"]), residue("GOL", ["C1"], at=9.0), residue("EDO", ["C1"], at=20.0)])
    found = sort_contents(parts, known, {"water", "GOL"})
    assert found.left_out.tolist() == [False, False, True]
    assert found.unknown.tolist() == [False, True, False]
    assert sort_contents(parts, known, {"water", "buffer"}).described() == ""
