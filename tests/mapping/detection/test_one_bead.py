"""Models of one bead per residue are read by where the bead stands, whatever it is called."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from tests.nucleic import strand
from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import join
from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.detection.detect import recognise
from unbead.mapping.detection.one_bead import name_one_beads, single_beads, spell_out, take_only_beads
from unbead.mapping.mapping import load_mapping
from unbead.structure.chains import bonded_to_previous

LETTER = dict(zip(AMINO_ACIDS, "ARNDCQEGHILKMFPSTWYV", strict=True))


def called(beads, name):
    return replace(beads, names=np.full(len(beads), name))


def mixed(beads_of, domains):
    """Centres of mass called CA in domains, Cα atoms elsewhere."""
    inside = np.zeros(len(beads_of("ca")), bool)
    for a, b in domains:
        inside[a:b] = True
    x = np.where(inside[:, None], beads_of("residue-com").positions, beads_of("ca").positions)
    return beads_of("ca").with_positions(x), inside


def lettered(beads):
    names = np.array([LETTER[name] for name in beads.residues.names])
    renamed = replace(beads, residues=replace(beads.residues, names=names))
    return replace(renamed, names=names[beads.residue_index])  # as MDTraj writes CALVADOS' topology


@pytest.mark.parametrize("name", ["CA", "CM", "B", "CG", "X1"])
@pytest.mark.parametrize("mapping", ["ca", "residue-com"])
def test_distances_tell_where_the_bead_is(beads_of, mapping, name):
    found = recognise(called(beads_of(mapping), name))
    assert found.mapping.name == mapping
    assert not found.warnings
    assert (found.beads.residues.bonded_to_previous == beads_of(mapping).residues.bonded_to_previous).all()
    known = {"ca": "CA", "residue-com": "CM"}[mapping]
    assert len(found.notes) == (name != known)
    assert (found.beads.names == known).all()


def test_domains_at_centres_of_mass_with_linkers_at_ca(beads_of):
    beads, inside = mixed(beads_of, [(0, 16), (30, len(beads_of("ca")))])
    found = recognise(beads)
    assert found.mapping.name == "ca+residue-com"
    assert np.mean((found.beads.names == "CM") == inside) > 0.95
    assert "more stretches" in found.notes[0]
    assert found.beads.residues.bonded_to_previous[1:].sum() == beads.residues.bonded_to_previous[1:].sum()


def test_noise_of_a_simulation_does_not_turn_ca_into_centres_of_mass(beads_of, rng):
    beads = called(beads_of("ca"), "CA")
    for noise in (0.1, 0.3, 0.5):
        shaken = beads.with_positions(beads.positions + rng.normal(0, noise, beads.positions.shape))
        assert (name_one_beads(shaken).beads.names == "CA").all()


def test_bonds_of_calvados_are_those_of_ca(rng):
    """Bonds of 3.8 ± 0.18 Å, residues without order."""
    n = 300
    steps = rng.normal(size=(n, 3))
    steps *= (rng.normal(3.8, 0.18, n) / np.linalg.norm(steps, axis=1))[:, None]
    names = rng.choice(AMINO_ACIDS, n)
    beads = make_particles(["BEAD"] * n, names.tolist(), list(range(1, n + 1)), np.cumsum(steps, 0))
    assert recognise(beads).mapping.name == "ca"


def test_distances_that_nothing_has_say_nothing():
    n = 30
    beads = make_particles(["X"] * n, ["ALA"] * n, list(range(1, n + 1)), np.arange(n)[:, None] * [10.5, 0, 0])
    assert (name_one_beads(beads).beads.names == "X").all()
    named = name_one_beads(called(beads, "CA"))
    assert (named.beads.names == "CA").all()
    assert not named.notes


def test_beads_of_other_models_keep_their_names(beads_of):
    for name in ("martini3", "martini2", "sidechain-com", "ca-sc", "backbone"):
        beads = beads_of(name)
        assert (name_one_beads(beads).beads.names == beads.names).all()
    backbone = beads_of("martini3").select(beads_of("martini3").names == "BB")
    assert (name_one_beads(backbone).beads.names == "BB").all()


def test_a_mapping_of_one_bead_takes_the_only_bead(beads_of):
    beads = called(beads_of("residue-com"), "CA")
    assert (take_only_beads(beads, load_mapping("residue-com")).names == "CM").all()
    assert (take_only_beads(beads, load_mapping("martini3")).names == "CA").all()
    given = recognise(beads, load_mapping("residue-com"))
    assert (given.beads.names == "CM").all()
    assert not given.warnings
    wrong = recognise(beads, load_mapping("ca"))
    assert wrong.mapping.name == "ca"
    assert "--mapping residue-com" in wrong.warnings[0]


def test_letters_are_amino_acids_where_all_residues_of_a_chain_have_one(beads_of):
    given = beads_of("ca").residues.names.copy()
    given[[5, 6, 20]] = "TRP", "LYS", "LYS"  # W and K (and I, iodide) are also Martini's water and potassium
    beads = replace(beads_of("ca"), residues=replace(beads_of("ca").residues, names=given))
    found = recognise(bonded_as_read(lettered(beads)))
    assert found.mapping.name == "ca"
    assert found.beads.residues.names.tolist() == given.tolist()
    assert found.notes[0].startswith("residue names of one letter")
    assert found.beads.residues.bonded_to_previous[1:].all()


def bonded_as_read(beads):
    bonded = bonded_to_previous(beads, np.zeros(len(beads.residues), bool))
    return replace(beads, residues=replace(beads.residues, bonded_to_previous=bonded))


def test_letters_of_rna_are_nucleotides():
    beads = coarsen(strand(["G5", "C", "A", "U", "G", "C"]), load_mapping("residue-com"))
    assert spell_out(beads)[1] == ()
    dna = make_particles(["DN"] * 4, [*"ACGT"], [1, 2, 3, 4], np.arange(4)[:, None] * [5.0, 0, 0])
    assert spell_out(dna)[1] == ()
    water = make_particles(["W"] * 5, ["W"] * 5, [1, 2, 3, 4, 5], np.arange(5)[:, None] * [4.7, 0, 0])
    assert spell_out(water)[1] == ()
    protein = make_particles(["CA"] * 4, [*"GAGA"], [1, 2, 3, 4], np.arange(4)[:, None] * [3.8, 0, 0])
    assert spell_out(protein)[0].residues.names.tolist() == ["GLY", "ALA", "GLY", "ALA"]


def test_nucleotides_at_centres_of_mass_are_told_by_their_distances():
    beads = coarsen(strand("DC DG DA DT DC DG DA DT DC DG".split()), load_mapping("residue-com"))
    found = recognise(called(beads, "DN"))
    assert found.mapping.name == "residue-com"
    assert "centre of mass" in found.notes[0]


@pytest.mark.parametrize("bead", ["P", "C4'"])
def test_nucleotides_at_atoms_are_known_by_these_names_alone(bead):
    atoms = strand(["DC", "DG", "DA", "DT", "DC", "DG"])
    beads = atoms.select(atoms.names == bead)
    assert recognise(beads).mapping.name == "ca"
    assert (name_one_beads(called(beads, "DN")).beads.names == "DN").all()


def test_protein_at_ca_with_dna_at_centres_of_mass(beads_of):
    dna = coarsen(strand("DC DG DA DT DC DG DA DT".split(), chain="B"), load_mapping("residue-com"))
    found = recognise(join([called(beads_of("ca"), "CA"), called(dna, "DN")]))
    assert found.mapping.name == "ca+residue-com"
    assert set(found.beads.names.tolist()) == {"CA", "CM"}


def test_single_beads_are_those_of_residues_with_one(beads_of):
    beads = beads_of("martini3")
    rows = single_beads(beads)
    assert (beads.residues.names[rows >= 0] == "GLY").all()
    assert (rows[beads.residues.names == "GLY"] >= 0).all()


def test_strands_that_distances_do_not_tell_are_refused_with_names_that_help(beads_of):
    beads = called(coarsen(strand(["DC", "DG", "DA"], chain="B"), load_mapping("residue-com")), "XX")
    both = join([beads_of("ca"), beads])
    found = recognise(both)
    with pytest.raises(UnbeadError, match=r"one bead \(XX\).*name it P, C4' or CM \(centre of mass\)"):
        assemble(found.beads, found.mapping)
    for name, mapping in (("CM", "ca+residue-com"), ("P", "ca")):  # the remedy
        again = recognise(join([beads_of("ca"), called(beads, name)]))
        assert again.mapping.name == mapping
        assert len(assemble(again.beads, again.mapping).beads) == len(both)


def test_beads_that_no_mapping_knows_are_refused_with_what_is_known():
    names = ["DP", "DS", "DB"] * 4
    beads = make_particles(names, ["DA"] * 12, np.repeat([1, 2, 3, 4], 3).tolist(), np.zeros((12, 3)))
    with pytest.raises(UnbeadError, match=r"DA has DB DP DS.*P \(ca\).*CM \(residue-com\).*C4' or CM"):
        recognise(beads)
    three = make_particles(["P", "C4'", "N9"] * 4, ["A"] * 12, np.repeat([1, 2, 3, 4], 3).tolist(), np.zeros((12, 3)))
    with pytest.raises(UnbeadError, match="--mapping ca, which builds from P alone"):
        recognise(three)
    hidden = make_particles(["CA", "CB", "O"] * 2, ["NGP"] * 6, [1, 1, 1, 2, 2, 2])
    with pytest.raises(UnbeadError, match="do not tell the amino acid"):
        recognise(hidden)


def test_all_atom_nucleic_acids_are_refused_as_atoms():
    with pytest.raises(UnbeadError, match="looks atomistic"):
        recognise(strand(["DC5", "DG", "DA", "DT"]))
