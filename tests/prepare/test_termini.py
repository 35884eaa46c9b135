from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unbead.prepare.molecule import heavy_atoms
from unbead.prepare.termini import add_oxt, place_oxt


@given(st.floats(105, 135), st.floats(1.4, 1.6), st.floats(1.15, 1.35))
def test_planar_and_even(angle, ca_length, o_length):
    turn = np.radians(angle)
    ca, c = np.array([[ca_length, 0, 0]]), np.zeros((1, 3))
    o = o_length * np.array([[np.cos(turn), np.sin(turn), 0]])
    oxt = place_oxt(ca, c, o)[0]
    assert np.isclose(np.linalg.norm(oxt), 1.25)
    assert abs(oxt[2]) < 1e-9
    np.testing.assert_allclose(oxt @ ca[0] / ca_length, oxt @ o[0] / o_length, atol=1e-9)


def test_moves_with_the_molecule(rng, rotation):
    ca, c, o = rng.normal(size=(3, 5, 3))
    np.testing.assert_allclose(
        place_oxt(ca @ rotation, c @ rotation, o @ rotation), place_oxt(ca, c, o) @ rotation, atol=1e-6
    )


def test_every_end_gets_one(crystal):
    heavy = heavy_atoms(crystal)
    bonded = heavy.residues.bonded_to_previous.copy()
    bonded[[10, 30]] = False
    broken = replace(heavy, residues=replace(heavy.residues, bonded_to_previous=bonded))
    finished = add_oxt(broken)
    assert finished.residue_index[finished.names == "OXT"].tolist() == [9, 29, 45]
    assert finished.elements[finished.names == "OXT"].tolist() == ["O"] * 3
    assert (np.diff(finished.residue_index) >= 0).all()
    kept = finished.names != "OXT"
    np.testing.assert_array_equal(finished.positions[kept], broken.positions)
    assert len(add_oxt(finished)) == len(finished)


def test_caps_end_chains_without(peptide):
    for cap in ("NME", "NH2"):
        assert "OXT" not in add_oxt(heavy_atoms(peptide("ACE", "ALA", cap))).names
