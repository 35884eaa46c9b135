import random

import numpy as np
import pytest

from tests.prepare.conftest import NONE, bonded, molecules
from unbead.chem.particles import join
from unbead.chem.templates import known_residues, template
from unbead.prepare.charge import net_charge
from unbead.prepare.forcefields.charmm import LIPIDATED
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, INNER_STATES
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens
from unbead.prepare.solvation.ions import total_charge
from unbead.prepare.termini import add_oxt

pytest.importorskip("openmm")
WITHOUT = ("HIS", "CYX", "MSE", "SEP", "TPO", "PTR", "GLYM")  # no state, no partner, not everywhere
AMINO = [name for name in known_residues() if template(name).kind == "amino" and name not in WITHOUT]


CHAINS = {
    "first": lambda name: (name, "GLY"),
    "inner": lambda name: ("GLY", name, "GLY"),
    "last": lambda name: ("GLY", name),
    "capped": lambda name: ("ACE", name, "NME"),
}


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
@pytest.mark.parametrize("place", CHAINS)
def test_every_residue_in_every_place(peptides, forcefield, place):
    tried = [name for name in AMINO if place in ("inner", "capped") or name not in INNER_STATES[forcefield]]
    tried = [name for name in tried if forcefield == "charmm36" or name not in LIPIDATED]
    full = add_hydrogens(bonded(peptides(*(CHAINS[place](name) for name in tried))), forcefield)
    size = len(CHAINS[place](""))
    for k, name in enumerate(tried):
        known = template(name)
        residue = k * size + (place != "first")
        found = set(full.atoms.names[(full.atoms.residue_index == residue) & full.hydrogens].tolist())
        expected = set(known.atoms[known.n_heavy :]) - ({"H"} if name == "PRO" else set())
        if place == "first":
            expected = expected - {"H"} | ({"H2", "H3"} if name == "PRO" else {"H1", "H2", "H3"})
        assert found == expected, name
    borne = full.bonds[full.hydrogens[full.bonds].any(1)]
    assert len(borne) == full.hydrogens.sum()
    length = np.linalg.norm(np.diff(full.atoms.positions[borne], axis=1)[:, 0], axis=1)
    assert length.min() > 0.85
    assert length.max() < 1.45


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_crambin(heavy, forcefield):
    state = random.getstate()
    full = add_hydrogens(heavy, forcefield)
    assert random.getstate() == state
    kept = ~full.hydrogens
    np.testing.assert_array_equal(full.atoms.positions[kept], heavy.atoms.positions)
    assert full.atoms.names[kept].tolist() == heavy.atoms.names.tolist()
    again = add_hydrogens(heavy, forcefield)
    np.testing.assert_array_equal(full.atoms.positions, again.atoms.positions)


def test_an_acylated_end_is_no_ammonium(molecule_of):
    full = add_hydrogens(molecule_of("GLYM", "ALA"), "charmm36")
    first = full.atoms.residue_index == 0
    known = template("GLYM")
    assert set(full.atoms.names[first].tolist()) == set(known.atoms)
    assert net_charge(full.atoms) == total_charge(full, "charmm36") == -1


def test_amide_caps(molecule_of):
    for forcefield in FORCE_FIELDS:
        full = add_hydrogens(molecule_of("ACE", "ALA", "NH2"), forcefield)
        assert {"HN1", "HN2"} <= set(full.atoms.names.tolist())
        assert "H" in full.atoms.names  # the amide of alanine is no chain end


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_lone_amino_acids(molecule_of, forcefield):
    assert {"H1", "H2", "H3", "OXT"} <= set(add_hydrogens(molecule_of("ALA"), forcefield).atoms.names.tolist())


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_water_gets_two_hydrogens_and_ions_none(water, forcefield):
    full = add_hydrogens(water, forcefield)
    oxygens = full.atoms.names == "O"
    assert full.hydrogens.sum() == 2 * oxygens.sum() == len(full.bonds)
    assert np.array_equal(full.atoms.positions[~full.hydrogens], water.atoms.positions)
    a, b = full.atoms.positions[full.bonds].transpose(1, 0, 2)
    assert np.allclose(np.linalg.norm(a - b, axis=1), 0.957, atol=0.06)


def test_lipids_and_proteins_together(peptide, patch):
    both = join([peptide("ALA", "SER"), patch])
    molecule = with_bonds(add_oxt(heavy_atoms(both)), NONE)
    full = add_hydrogens(molecule, "amber14")
    kept = ~full.hydrogens
    np.testing.assert_array_equal(full.atoms.positions[kept], molecule.atoms.positions)
    for i, name in ((0, "ALA"), (2, "POPC"), (3, "CHL1"), (4, "NA"), (6, "HOH")):
        known = template(name)
        found = full.atoms.names[full.atoms.residue_index == i].tolist()
        assert set(known.atoms) - {"H"} <= set(found) and len(set(found)) == len(found), name
    parent = full.bonds[full.hydrogens[full.bonds].any(1)]
    length = np.linalg.norm(np.diff(full.atoms.positions[parent], axis=1)[:, 0], axis=1)
    assert 0.94 < length.min() < length.max() < 1.13
    rows = np.arange(len(full.atoms))
    last_heavy = np.maximum.accumulate(np.where(kept, rows, -1))
    assert (parent.min(1) == last_heavy[parent.max(1)]).all()  # each hydrogen after its heavy atom


def test_lipids_need_no_force_field():
    full = add_hydrogens(with_bonds(heavy_atoms(molecules("SAPI24")), NONE), "amber14")
    assert sorted(full.atoms.names.tolist()) == sorted(template("SAPI24").atoms)
