"""Boxes filled with water."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem import templates
from unbead.chem.solvent import WATER
from unbead.chem.templates import add_template, template
from unbead.errors import UnbeadError
from unbead.prepare.molecule import Molecule
from unbead.prepare.solvation.fill import fill_box, in_core, near_molecules
from unbead.structure.box import reduced_vectors
from unbead.structure.pairs import find_pairs

pytest.importorskip("openmm")
BOXES = {"brick": [40, 35, 30, 90, 90, 90], "rhombic": [42, 42, 42, 60, 60, 90]}
DENSITY = 0.0334  # water molecules per Å³
NONE = np.zeros((0, 2), np.int64)


def alone(box):
    """One carbon in a box."""
    p = make_particles(["C"], ["LIG"], [4], [[5, 5, 5]], elements=["C"])
    return Molecule(replace(p, box=np.array(box, np.float32)), NONE, NONE)


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_water_fills_the_box_evenly_and_keeps_off(box):
    molecule = alone(box)
    water = fill_box(molecule)
    cell = reduced_vectors(molecule.atoms.box)
    n = len(water.residues)
    assert 0.92 < n / (DENSITY * np.linalg.det(cell)) < 1.02
    assert set(water.residues.names) == {WATER} and water.residues.numbers[0] == 5
    assert np.array_equal(water.box, molecule.atoms.box)
    oxygens = water.positions[::3]
    assert find_pairs(oxygens, 3, cell).distance.min() > 2.2
    assert not near_molecules(oxygens, molecule, 2.7).any() and near_molecules(oxygens, molecule, 5).any()
    arms = np.linalg.norm(water.positions.reshape(n, 3, 3)[:, 1:] - oxygens[:, None], axis=2)
    assert np.allclose(arms, 0.957, atol=0.01)


def test_hydrogens_keep_off_as_well():
    molecule = alone(BOXES["brick"])
    water = fill_box(molecule)
    distance = np.linalg.norm(water.positions - molecule.atoms.positions, axis=1)
    assert distance.min() > 1.4


def test_seeds_differ_and_repeat():
    molecule = alone([25, 25, 25, 90, 90, 90])
    first = fill_box(molecule).positions
    assert np.array_equal(fill_box(molecule).positions, first)
    assert not np.array_equal(fill_box(molecule, seed=1).positions[:9], first[:9])


def test_no_box_is_refused():
    molecule = alone(BOXES["brick"])
    with pytest.raises(UnbeadError, match="no box"):
        fill_box(replace(molecule, atoms=replace(molecule.atoms, box=None)))


@pytest.fixture(scope="module")
def bilayer():
    """Two leaflets of lipids that are chains of twelve carbons below a phosphorus and two oxygens, in a 24 Å box."""
    names = ["P", "O1", "O2", *(f"C{k}" for k in range(12))]
    z = np.array([18.0, 19, 17, *(15.6 - 1.25 * np.arange(12))])
    bonds = np.stack([np.arange(14), np.arange(1, 15)], 1)
    known = template("NA")
    add_template(
        replace(
            known,
            name="FATX",
            parent="FATX",
            kind="lipid",
            atoms=tuple(names),
            elements=tuple(name[0] for name in names),
            coordinates=np.zeros((15, 3)),
        )
    )
    spots = np.stack(np.meshgrid(np.arange(4), np.arange(4)), -1).reshape(-1, 2) * 6.0
    places = [np.column_stack([np.tile(spot, (15, 1)), side * z + 30]) for side in (1, -1) for spot in spots]
    numbers = np.repeat(np.arange(32), 15)
    p = make_particles(names * 32, ["FATX"] * 480, numbers, np.vstack(places), elements=[n[0] for n in names] * 32)
    p = replace(p, box=np.array([24, 24, 80, 90, 90, 90], np.float32))
    yield Molecule(p, NONE, np.vstack([bonds + 15 * k for k in range(32)]))
    del templates._templates()["FATX"]
    template.cache_clear()


def test_no_water_among_the_tails(bilayer):
    z = fill_box(bilayer).positions[::3, 2]
    assert not ((z > 18) & (z < 42)).any()
    assert ((z > 52) | (z < 8)).sum() > 0.9 * DENSITY * 24 * 24 * 36


def test_the_core_is_where_carbons_are(bilayer):
    spots = np.array([[3.0, 3, 30], [3, 3, 22], [3, 3, 49], [3, 3, 70], [27, 3, 110]])
    cell = np.diag([24.0, 24, 80])
    assert in_core(spots, bilayer, cell).tolist() == [True, True, False, False, True]
    no_lipid = replace(bilayer.atoms.residues, names=np.full(32, "LIG"))
    assert not in_core(spots, replace(bilayer, atoms=replace(bilayer.atoms, residues=no_lipid)), cell).any()
