"""Beads of water and ions."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.elements import MASSES
from unbead.chem.solvent import IONS, SolventBead, solvent_bead, solvent_kinds


@pytest.mark.parametrize(
    ("residue", "bead", "waters"),
    [("W", "W", 4), ("WF", "WF", 4), ("SW", "SW", 3), ("TW", "TW", 2), ("PW", "W", 4), ("PW", "WP", 0), ("SOL", "W", 4),
     ("HOH", "O", 1), ("TIP3", "OH2", 1), ("SOL", "OW", 1), ("sol", "hw1", 0)],
)  # fmt: skip
def test_water_beads(residue, bead, waters):
    assert solvent_bead(residue, bead, False) == SolventBead(waters)


def test_ions_of_martini_2_hold_water():
    assert solvent_bead("ION", "NA+", False) == SolventBead(4, "NA")
    assert solvent_bead("CL-", "CL-", False) == SolventBead(3, "CL")
    assert solvent_bead("ION", "CA+", False) == SolventBead(5, "CA")
    assert solvent_bead("ION", "NA", True) == solvent_bead("SOD", "SOD", True) == SolventBead(4, "NA")


def test_ions_of_martini_3_are_bare():
    for residue, bead, ion in [("ION", "NA", "NA"), ("CL", "CL", "CL"), ("CLA", "CLA", "CL"), ("ION", "ID", "IOD")]:
        assert solvent_bead(residue, bead, False) == SolventBead(0, ion)


def test_other_molecules_are_no_solvent():
    for residue, bead in [("TRP", "W"), ("GLY", "CA"), ("W", "BB"), ("ION", "TMA"), ("POPC", "NA")]:
        assert solvent_bead(residue, bead, True) is None


def test_every_ion_is_an_element_with_room_for_its_water():
    for ion in IONS.values():
        assert ion.element in MASSES
        assert 2 <= ion.hydration <= 5 and 2 < ion.distance < 4 and ion.name in ion.beads


def test_kinds_of_a_system():
    p = make_particles(["BB", "W", "W", "WP", "NA+"], ["GLY", "W", "PW", "PW", "ION"], [1, 2, 3, 3, 4])
    kinds = solvent_kinds(p)
    assert kinds.known.tolist() == [False, True, True, True, True]
    assert kinds.waters.tolist() == [0, 4, 4, 0, 4] and kinds.ion.tolist() == ["", "", "", "", "NA"]
    assert len(solvent_kinds(p.select(np.zeros(5, bool))).known) == 0


def test_walls_stand_for_nothing():
    assert solvent_bead("wall", "WL", False).waters == 0 and solvent_bead("wall", "WL", False).ion == ""
