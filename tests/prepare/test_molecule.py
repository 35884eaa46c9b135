from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.prepare.molecule import atom_index, chain_ends, chain_starts, heavy_atoms, with_bonds


def test_breaks_are_ends(crystal):
    bonded = crystal.residues.bonded_to_previous.copy()
    bonded[20] = False
    broken = replace(crystal, residues=replace(crystal.residues, bonded_to_previous=bonded))
    assert np.flatnonzero(chain_starts(broken)).tolist() == [0, 20]
    assert np.flatnonzero(chain_ends(broken)).tolist() == [19, 45]


def test_names_of_other_programs_become_the_templates(peptide):
    atoms = peptide("GLY", "HID", "ILE")
    foreign = atoms.select(np.arange(len(atoms))[::-1])  # any order within a residue
    order = np.argsort(foreign.residue_index, kind="stable")
    foreign = foreign.select(order)
    foreign.names[foreign.names == "CD1"] = "CD"
    foreign.residues.names[1] = "HSD"
    again = heavy_atoms(foreign)
    assert again.names.tolist() == atoms.names.tolist()
    assert again.residues.names.tolist() == ["GLY", "HID", "ILE"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda p: p.select(p.names != "CB"), ["ALA 1 (chain A)", "CB", "missing"]),
        (lambda p: p.select(np.r_[0, np.arange(len(p))]), ["ALA 1 (chain A)", "N", "twice"]),
    ],
)
def test_incomplete_residues_are_named(peptide, spoil, words):
    with pytest.raises(UnbeadError) as error:
        heavy_atoms(spoil(peptide("ALA", "ALA")))
    assert all(word in str(error.value) for word in words)


def test_unknown_residues_and_atoms_are_named(peptide):
    with pytest.raises(UnbeadError, match=r"HEM 7 .*no template"):
        heavy_atoms(make_particles(["FE"], ["HEM"], [7]))
    odd = peptide("ALA", "GLY")
    odd.names[-1] = "OX"
    with pytest.raises(UnbeadError, match=r"GLY 2 .*OX is not an atom of GLY"):
        heavy_atoms(odd)


def test_hydrogens_are_left_out(crystal, peptide):
    atoms = peptide("ALA", "SER")
    assert len(heavy_atoms(atoms)) == len(atoms)
    assert "H" not in heavy_atoms(crystal).elements


def test_bonds_join_a_chain(heavy):
    n = len(heavy.atoms)
    rings = 3 * 1 + 2 + 5  # disulfides, TYR and PHE rings, prolines
    assert len(heavy.bonds) == n - 1 + rings
    length = np.linalg.norm(np.diff(heavy.atoms.positions[heavy.bonds], axis=1)[:, 0], axis=1)
    assert length.max() < 2.2


def test_every_residue_has_its_alpha_carbon(heavy):
    assert (heavy.atoms.names[atom_index(heavy.atoms, "CA")] == "CA").all()
    assert with_bonds(heavy.atoms, heavy.disulfides).bonds.shape == heavy.bonds.shape
