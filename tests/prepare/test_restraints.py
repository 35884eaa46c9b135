import numpy as np
import pytest
from scipy.sparse import csr_matrix

from unbead.prepare.restraints import STIFFNESS, hold_atoms, hold_beads

openmm = pytest.importorskip("openmm")
PLACES = np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0]])
UP = np.array([0, 0.1, 0])


def energy(force, positions, box=9.0):
    """Energy of three particles in a cube (nm) in kJ/mol."""
    system = openmm.System()
    system.setDefaultPeriodicBoxVectors(*np.diag([box] * 3))
    for _ in positions:
        system.addParticle(12.0)
    system.addForce(force)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(positions)
    return context.getState(energy=True).getPotentialEnergy()._value


def test_held_atoms_pay_and_others_do_not():
    force = hold_atoms(PLACES, np.array([True, False, True]))
    moved = PLACES + np.array([[0, 0, 0.1], [5, 5, 5], [0, 0, 0]])
    assert energy(force, moved) == pytest.approx(STIFFNESS * 0.1**2 / 2)


def test_centres_are_held_and_their_atoms_are_free():
    weights = csr_matrix([[0.25, 0.75, 0], [0, 0, 1.0]])
    along = np.array([[0.75, 0, 0], [-0.25, 0, 0], [0, 0, 0]])
    assert energy(hold_beads(PLACES, weights), PLACES + along) == pytest.approx(0, abs=1e-9)
    across = np.array([[0, 0.4, 0], [0, 0, 0], [0, 0.2, 0]])
    expected = STIFFNESS * (0.1**2 + 0.2**2) / 2
    assert energy(hold_beads(PLACES, weights), PLACES + across) == pytest.approx(expected)


def test_images_of_a_place_will_do_in_a_box():
    weights = csr_matrix([[0.25, 0.75, 0], [0, 0, 1.0]])
    shifted = PLACES + np.array([5.0, 0, 0])
    for hold, what in ((hold_atoms, np.ones(3, bool)), (hold_beads, weights)):
        assert energy(hold(PLACES, what, periodic=True), shifted, 5.0) == pytest.approx(0, abs=1e-6)
        assert energy(hold(PLACES, what, periodic=True), shifted + UP, 5.0) > 1
        assert energy(hold(PLACES, what), shifted, 5.0) > 1000
