"""Residues that are bonded besides their chain."""

import numpy as np
import pytest

from tests.links import docked
from unbead.errors import UnbeadError
from unbead.prepare.cross_links import refuse_cross_links
from unbead.prepare.molecule import heavy_atoms


@pytest.fixture(scope="module")
def bare(crystal):
    return crystal.select(crystal.names != "OXT")


@pytest.mark.parametrize(
    ("a", "b", "length", "kind"),
    [
        ((16, "SG", "CB"), (46, "C", "CA"), 1.76, "thioester"),
        ((6, "OG", "CB"), (46, "C", "CA"), 1.34, "ester"),
        ((1, "N", "CA"), (23, "CD", "CG"), 1.33, "amide"),
    ],
)
def test_bonds_without_a_template_are_refused_by_name(bare, a, b, length, kind):
    """They were finished as if both residues were free, with exit code 0."""
    with pytest.raises(UnbeadError, match=f"{kind} bond of "):
        refuse_cross_links(heavy_atoms(docked(bare, a, bare, b, length)))


def test_chains_disulfides_and_neighbours_are_not(bare, crystal):
    refuse_cross_links(heavy_atoms(crystal))
    refuse_cross_links(heavy_atoms(docked(bare, (16, "SG", "CB"), bare, (46, "C", "CA"), 3.3)))
    assert np.isin(("CYS",), crystal.residues.names).all()
