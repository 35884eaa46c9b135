"""Distances between the beads of a mapping are those of crystals."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.mapping.detection.reference import reference_beads, reference_chains
from unbead.mapping.detection.spacing import bond_limit, middle_beads, reference_name, revise_bonds, spacing
from unbead.mapping.mapping import available_mappings, load_mapping

AT_CA = ("ca", "ca-cm", "ca-sc", "martini3-ca", "elnedyn", "backbone", "mainchain")


def test_reference_residues_are_whole():
    chains = reference_chains()
    assert len(chains.residues) == 28
    assert sum(len(known.rows) for known in chains.residues.values()) == len(chains.bonded_to_previous)
    for name, known in chains.residues.items():
        assert len(known.rows) >= 20
        absent = ~np.isfinite(known.positions[..., 0])
        phosphate = np.array([atom in ("P", "OP1", "OP2") for atom in known.atoms])
        assert not absent[:, ~phosphate].any(), name


@pytest.mark.parametrize("name", AT_CA)
def test_beads_at_ca_keep_the_distance_of_trans_peptides(name):
    known = spacing(load_mapping(name))
    assert known is not None
    assert known.typical == pytest.approx(3.80, abs=0.01)
    assert known.largest < 4.0


def test_centres_of_mass_are_farther_apart_than_ca():
    martini, residues = spacing(load_mapping("martini3")), spacing(load_mapping("residue-com"))
    assert martini.typical == pytest.approx(3.31, abs=0.05)
    assert residues.typical == pytest.approx(4.85, abs=0.1)
    assert residues.largest > 7.0
    assert spacing(load_mapping("sidechain-com")).largest > residues.largest


def test_nucleotides_have_a_spacing_of_their_own():
    assert spacing(load_mapping("ca"), "nucleotide").typical == pytest.approx(6.2, abs=0.3)
    assert spacing(load_mapping("martini3"), "nucleotide") is None


def test_variants_are_like_their_canonical_residue():
    assert [reference_name(name) for name in ("HID", "CYX", "DA", "POPC", "XYZ")] == ["HIS", "CYS", "DA", "", ""]


def test_the_limit_grows_with_the_motion_of_the_beads(rng):
    known = spacing(load_mapping("ca"))
    still, moving = np.full(50, 3.8), 3.8 + rng.normal(0, 0.4, 500)
    assert bond_limit(known, still) == pytest.approx(known.largest + 0.7)
    assert bond_limit(known, still[:2]) == bond_limit(known, still)
    assert bond_limit(known, moving) == pytest.approx(known.largest + 1.7, abs=0.3)
    assert bond_limit(known, rng.uniform(2, 9, 500)) <= known.largest + 2.8


def test_chains_in_contact_are_two(beads_of):
    """Ends at 4.7 Å, numbers going on: before, a bond of 1.27 Å between C and N, without a word."""
    mapping, beads = load_mapping("martini3"), beads_of("martini3")
    backbone = beads.positions[beads.names == "BB"]
    step = backbone[20] - backbone[19]
    shift = step * (4.7 / np.linalg.norm(step) - 1)
    apart = beads.with_positions(beads.positions + np.where((beads.residue_index >= 20)[:, None], shift, 0))
    broken = np.flatnonzero(~revise_bonds(apart, mapping).residues.bonded_to_previous)
    assert broken.tolist() == [0, 20]


@pytest.mark.parametrize("name", available_mappings())
def test_whole_chains_stay_whole_and_torn_ones_break(beads_of, name):
    mapping, beads = load_mapping(name), beads_of(name)
    assert (middle_beads(beads, mapping) >= 0).all()
    bonded = beads.residues.bonded_to_previous
    assert (revise_bonds(beads, mapping).residues.bonded_to_previous == bonded).all()
    torn = beads.with_positions(beads.positions + np.where((beads.residue_index >= 20)[:, None], [40.0, 0, 0], 0))
    broken = np.flatnonzero(bonded & ~revise_bonds(torn, mapping).residues.bonded_to_previous)
    assert broken.tolist() == [20]


def test_breaks_are_seen_where_the_reading_was_generous(beads_of):
    mapping, beads = load_mapping("ca"), beads_of("ca")
    assert beads.residues.bonded_to_previous[20]
    axis = beads.positions[20] - beads.positions[19]
    moved = beads.positions + np.where((beads.residue_index >= 20)[:, None], 0.6 * axis, 0)  # 6.1 Å apart
    assert not revise_bonds(beads.with_positions(moved), mapping).residues.bonded_to_previous[20]
    com = replace(beads, names=np.full(len(beads), "CM"))
    assert revise_bonds(com.with_positions(moved), load_mapping("residue-com")).residues.bonded_to_previous[20]


def test_beads_of_a_reference_residue_are_centres_of_its_atoms():
    alanine = reference_chains().residues["ALA"]
    beads = reference_beads("ALA", load_mapping("ca").find("ALA"))
    assert np.allclose(beads[:, 0], alanine.positions[:, alanine.atoms.index("CA")])
