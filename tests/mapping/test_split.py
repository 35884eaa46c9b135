"""Whole systems apart."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.mapping.mapping import load_mapping
from unbead.mapping.split import split_system

NAMES = ["BB", "W", "W", "WP", "WM", "NA", "CL", "GL0", "PO4", "BB"]
RESIDUES = ["GLY", "W", "PW", "PW", "PW", "ION", "ION", "POPQ", "POPQ", "GLY"]
NUMBERS = [1, 2, 3, 3, 3, 4, 5, 6, 6, 7]
SYSTEM = make_particles(NAMES, RESIDUES, NUMBERS, np.arange(30).reshape(10, 3))


def test_each_bead_goes_to_one_part():
    parts = split_system(SYSTEM, load_mapping("martini3"), skip_unknown=True)
    assert parts.build.residues.names.tolist() == ["GLY", "GLY"] and parts.kept.tolist() == [0, 9]
    assert np.array_equal(parts.build.positions, SYSTEM.positions[parts.kept])
    assert not parts.build.residues.bonded_to_previous[1]  # what stood between is gone
    assert parts.solvent.index.tolist() == [1, 2, 5, 6]
    assert parts.solvent.waters.tolist() == [4, 4, 0, 0] and parts.solvent.ion.tolist() == ["", "", "NA", "CL"]
    assert parts.satellites == 2 and parts.unknown == {"POPQ": 1}


def test_unknown_residues_are_an_error_that_counts_them():
    with pytest.raises(UnbeadError, match=r"POPQ \(1\).*--skip-unknown"):
        split_system(SYSTEM, load_mapping("martini3"))


def test_ions_hold_water_in_martini_2_and_lose_it_with_the_rest():
    known = SYSTEM.select_residues(SYSTEM.residues.names != "POPQ")
    solvent = split_system(known, load_mapping("martini2")).solvent
    assert solvent.waters.tolist() == [4, 4, 4, 3]
    ions = solvent.without_water()
    assert ions.index.tolist() == [5, 6] and ions.waters.tolist() == [0, 0] and ions.ion.tolist() == ["NA", "CL"]


def test_beads_that_share_a_residue_number_are_told_apart():
    merged = make_particles(["NA", "NA", "CL", "W"], ["ION"] * 3 + ["W"], [1, 1, 1, 2])
    assert len(split_system(merged, load_mapping("martini3")).solvent) == 4
    strange = make_particles(["NA", "TMA"], ["ION"] * 2, [1, 1])
    with pytest.raises(UnbeadError, match=r"ION \(1\).*NA TMA"):
        split_system(strange, load_mapping("martini3"))
