"""Beads that stand for no atom."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.virtual import is_site, is_site_residue, on_another


@pytest.mark.parametrize("bead", ["CA", "VS", "VS1", "VSA", "DUM", "GO_2", "virt"])
def test_sites_have_their_names(bead):
    assert is_site("LEU", bead)


@pytest.mark.parametrize(
    ("residue", "bead"), [("LEU", "SC5"), ("LEU", "C1"), ("LEU", "C4"), ("ALA", "HB"), ("X", "D1A")]
)
def test_other_beads_are_none(residue, bead):
    assert not is_site(residue, bead)


def test_sites_of_some_residues():
    assert is_site("GLY", "HB") and is_site("SAPI", "C4")
    assert is_site("LEU", "H") and not is_site("DA", "H")  # of AWSEM's N


def test_residues_of_sites_alone():
    assert is_site_residue("VS", ["X"]) and is_site_residue("XYZ", ["VS1", "DUM"])
    assert not is_site_residue("XYZ", ["CA"])  # may be the Cα model of a residue that nobody knows
    assert not is_site_residue("XYZ", ["VS1", "BB"])


def test_a_site_lies_on_a_bead_of_its_residue():
    x = [[0, 0, 0], [3, 0, 0], [0.01, 0, 0], [0, 0, 0]]
    p = make_particles(["BB", "SC1", "X", "X"], ["ALA"] * 3 + ["GLY"], [1, 1, 1, 2], x)
    assert on_another(p, np.array([1, 2, 3])).tolist() == [False, True, False]
