"""Water and ions from their beads."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.mapping.split import SolventBeads
from unbead.placement.solvent import assemble_solvent, place_solvent, solvate
from unbead.structure.pairs import find_pairs

CELLS = {"none": None, "cube": 21.0 * np.eye(3), "rhombic": 24 * np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0.5**0.5]])}


def water(n, waters=4):
    return SolventBeads(np.arange(n), np.full(n, waters), np.full(n, ""))


def grid(cell, rng):
    """Beads at the density of Martini's water, shaken."""
    fractions = np.stack(np.meshgrid(*[np.arange(4)] * 3), -1).reshape(-1, 3) / 4
    return fractions @ (CELLS["cube"] if cell is None else cell) + rng.normal(0, 0.2, (64, 3))


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("waters", [1, 2, 3, 4])
def test_waters_keep_apart_about_their_beads(rng, cell, waters):
    beads = grid(cell, rng)
    atoms = solvate(water(64, waters), beads, cell=cell)
    assert set(atoms.residues.names) == {"HOH"} and set(atoms.names) == set(atoms.elements) == {"O"}
    assert len(atoms) == len(atoms.residues) == 64 * waters
    assert np.allclose(atoms.positions.reshape(64, waters, 3).mean(1), beads, atol=1e-5)
    assert find_pairs(atoms.positions, 6, cell).distance.min() > 2.5


def test_waters_stay_off_the_molecules(rng):
    beads = grid(CELLS["cube"], rng)
    solute = make_particles(["C"] * 3, ["LIG"] * 3, [41] * 3, beads[:3] + np.array([2.2, 0, 0]), elements=["C"] * 3)
    away = solvate(water(64), beads, solute, CELLS["cube"])
    near = solvate(water(64), beads, None, CELLS["cube"])

    def distance(atoms):
        return np.linalg.norm(atoms.positions[:, None] - solute.positions, axis=2).min()

    assert distance(near) < 2.3 and distance(away) > 2.5
    assert away.residues.numbers.tolist() == list(range(42, 42 + 256))


def test_hydrated_ions_stand_behind_the_water():
    solvent = SolventBeads(np.array([5, 7, 9]), np.array([3, 4, 0]), np.array(["CL", "", "NA"]))
    beads = np.array([[0.0, 0, 0], [20, 0, 0], [40, 0, 0]])
    atoms = solvate(solvent, beads)
    assert atoms.residues.names.tolist() == ["HOH"] * 7 + ["CL", "NA"]
    assert atoms.elements.tolist() == ["O"] * 7 + ["Cl", "Na"] and atoms.names.tolist()[-2:] == ["CL", "NA"]
    assert np.allclose(atoms.positions[-2:], beads[[0, 2]])
    assert np.allclose(atoms.positions[:4].mean(0), beads[1], atol=1e-5)
    assert np.allclose(np.linalg.norm(atoms.positions[4:7] - beads[0], axis=1), 3.2, atol=1e-4)
    assert np.allclose(atoms.positions[4:7].mean(0), beads[0], atol=1e-5)


def test_the_answer_depends_on_seed_and_place_in_the_input_alone():
    beads = np.array([[0.0, 0, 0], [30, 0, 0]])
    both = solvate(water(2), beads).positions
    second = SolventBeads(np.array([1]), np.array([4]), np.array([""]))
    assert np.array_equal(solvate(second, beads[1:]).positions, both[4:])
    assert np.array_equal(solvate(water(2), beads).positions, both)
    assert not np.allclose(solvate(water(2), beads, seed=1).positions, both)


def test_shifted_and_wrapped_beads_give_the_same_waters(rng):
    cell = CELLS["rhombic"]
    made = assemble_solvent(water(64))
    beads = grid(cell, rng)
    images = rng.integers(-1, 2, (64, 3)) @ cell
    shift = np.array([3.0, -40, 7])
    first = place_solvent(made, beads, cell=cell)
    other = place_solvent(made, beads + images + shift, cell=cell)
    assert np.allclose(other - images[made.bead] - shift, first, atol=1e-3)


def test_nothing_gives_nothing():
    assert len(solvate(water(0), np.zeros((0, 3)))) == 0
