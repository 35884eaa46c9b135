"""Atoms are told from beads."""

import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.mapping.atomistic import refuse_atoms
from unbead.mapping.detection.detect import detect

SER = ["N", "CA", "C", "O", "CB", "OG"]


def test_a_crystal_and_a_capped_peptide_are_atoms(crystal):
    capped = make_particles(["CH3", "C", "O", *SER], ["ACE"] * 3 + ["SER"] * 6, [0] * 3 + [1] * 6)
    for atoms in (crystal, capped):
        with pytest.raises(UnbeadError, match="looks atomistic"):
            detect(atoms)


def test_names_that_are_beads_and_single_helpers_are_not():
    refuse_atoms(make_particles(SER, ["SER"] * 6, [1] * 6), {"SER": SER})
    helper = make_particles(["BB", "SC1", "CB"], ["PHE"] * 3, [1] * 3)
    refuse_atoms(helper, {})
