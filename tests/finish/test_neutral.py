"""Neutral systems."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.chem.particles import join
from unbead.finish.fill import fill_box
from unbead.finish.forcefield import FORCE_FIELDS
from unbead.finish.hydrogens import add_hydrogens
from unbead.finish.molecule import with_bonds
from unbead.finish.neutral import neutralise, total_charge

pytest.importorskip("openmm")


@pytest.fixture(scope="module")
def boxed(molecule_of):
    """A peptide with three positive charges more than negative ones, in a box."""
    full = add_hydrogens(molecule_of("LYS", "ALA", "ARG", "GLY", "LYS"), "amber14")
    return replace(full, atoms=replace(full.atoms, box=np.array([35, 35, 35, 90, 90, 90], np.float32)))


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_charges_add_up(boxed, water, forcefield):
    assert total_charge(boxed, forcefield) == 3
    assert total_charge(add_hydrogens(water, forcefield), forcefield) == 1 - 1 + 1 + 2 + 2 + 2


@pytest.mark.parametrize(("charge", "ion", "element"), [(3, "CL", "Cl"), (-2, "NA", "Na"), (0, "HOH", "H")])
def test_ions_take_the_place_of_water_off_the_molecules(boxed, charge, ion, element):
    water = fill_box(boxed)
    done = neutralise(water, boxed, charge)
    n = abs(charge)
    assert len(done.residues) == len(water.residues) and len(done) == len(water) - 2 * n
    assert done.residues.names[len(water.residues) - max(n, 1)] == ion and done.elements[-1] == element
    ions = done.positions[len(done) - n :]
    assert np.isin(ions, water.positions[::3]).all()
    away = np.linalg.norm(ions[:, None] - boxed.atoms.positions[~boxed.hydrogens], axis=2)
    assert (away > 5).all()


def test_the_whole_is_neutral(boxed):
    added = neutralise(fill_box(boxed), boxed, 3)
    whole = with_bonds(join([boxed.atoms, added]), boxed.disulfides)
    assert total_charge(whole, "amber14") == 0
