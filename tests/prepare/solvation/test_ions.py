"""Ions in the place of waters."""

from dataclasses import replace

import numpy as np
import pytest
from MDAnalysis.lib.distances import distance_array

from unbead.chem.particles import join
from unbead.errors import UnbeadError
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS
from unbead.prepare.molecule import with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens
from unbead.prepare.solvation.fill import fill_box
from unbead.prepare.solvation.ions import Salt, add_ions, count_ions, total_charge

pytest.importorskip("openmm")
BOX = np.array([35, 35, 35, 90, 90, 90], np.float32)


@pytest.fixture(scope="module")
def boxed(molecule_of):
    """A peptide with three positive charges more than negative ones, in a box."""
    full = add_hydrogens(molecule_of("LYS", "ALA", "ARG", "GLY", "LYS"), "amber14")
    return replace(full, atoms=replace(full.atoms, box=BOX))


@pytest.fixture(scope="module")
def solvated(boxed):
    """The same in water."""
    return with_bonds(join([boxed.atoms, fill_box(boxed)]), boxed.disulfides)


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_charges_add_up(boxed, water, forcefield):
    assert total_charge(boxed, forcefield) == 3
    assert total_charge(add_hydrogens(water, forcefield), forcefield) == 1 - 1 + 1 + 2 + 2 + 2


@pytest.mark.parametrize(("charge", "expected"), [(3, (0, 3)), (-2, (2, 0)), (0, (0, 0))])
def test_as_many_ions_as_make_it_neutral(charge, expected):
    assert count_ions(None, charge, Salt(True, 0)) == expected
    assert count_ions(None, charge, Salt(False, 0)) == (0, 0)


def test_salt_is_counted_for_the_whole_box_and_added_to_the_rest():
    """gmx genion -conc 0.15 -neutral in 1000 nm³ of charge -4: 90 pairs and 4 sodium."""
    assert count_ions(np.array([100, 100, 100, 90, 90, 90], np.float32), -4, Salt(True, 0.15)) == (94, 90)
    rhombic = np.array([100, 100, 100, 60, 60, 90], np.float32)  # 0.7071 of the cube
    assert count_ions(rhombic, 0, Salt(False, 0.15)) == (64, 64)


def test_without_a_box_there_is_no_concentration():
    with pytest.raises(UnbeadError, match="--padding"):
        count_ions(None, 0, Salt(False, 0.1))


@pytest.mark.parametrize(("charge", "ion", "element"), [(3, "CL", "Cl"), (-2, "NA", "Na")])
def test_ions_take_the_place_of_water_off_the_molecules(boxed, solvated, charge, ion, element):
    done, added = add_ions(solvated, charge, Salt(True, 0))
    n = abs(charge)
    atoms = done.atoms
    assert added == {ion: n}
    assert len(atoms.residues) == len(solvated.atoms.residues) and len(atoms) == len(solvated.atoms) - 2 * n
    assert set(atoms.residues.names[-n:]) == {ion} and set(atoms.elements[-n:]) == {element}
    ions = atoms.positions[-n:]
    assert np.isin(ions, solvated.atoms.positions[solvated.atoms.elements == "O"]).all()
    heavy = boxed.atoms.positions[~boxed.hydrogens]
    assert distance_array(ions, heavy, box=BOX).min() > 5


def test_ions_keep_off_each_other_and_seeds_differ(solvated):
    done, added = add_ions(solvated, 3, Salt(True, 0.5))
    assert added == {"NA": 13, "CL": 16}  # 0.5 mol/l in 42.9 nm³
    ions = done.atoms.positions[np.isin(done.atoms.names, ("NA", "CL"))]
    between = distance_array(ions, ions, box=BOX)
    assert between[np.triu_indices(len(ions), 1)].min() > 5
    again, _ = add_ions(solvated, 3, Salt(True, 0.5))
    np.testing.assert_array_equal(again.atoms.positions, done.atoms.positions)
    other, _ = add_ions(solvated, 3, Salt(True, 0.5), seed=1)
    assert not np.array_equal(other.atoms.positions[-10:], done.atoms.positions[-10:])


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_the_whole_is_neutral(solvated, forcefield):
    done, _ = add_ions(solvated, 3, Salt(True, 0.1))
    assert total_charge(done, forcefield) == 0


def test_nothing_to_add_changes_nothing(solvated):
    done, added = add_ions(solvated, 0, Salt(True, 0))
    assert done is solvated and added == {}


def test_too_little_water_is_refused(boxed):
    with pytest.raises(UnbeadError, match="3 ions need the place of as many waters, and there are 0; .*--padding"):
        add_ions(boxed, 3, Salt(True, 0))
