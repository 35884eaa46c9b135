from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import NONE
from unbead.prepare.forcefields.forcefield import create_system
from unbead.prepare.forcefields.nbfix import fold_tables
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")


@pytest.fixture(scope="module")
def full(patch):
    """A lipid, a sterol, ions and some water, not in a box."""
    atoms = replace(patch.select_residues(np.arange(len(patch.residues)) < 80), box=None)
    return add_hydrogens(with_bonds(heavy_atoms(atoms), NONE), "charmm36")


def forces(system, positions):
    """Energy in kJ/mol and forces in kJ/mol/nm."""
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(positions / 10)
    state = context.getState(energy=True, forces=True)
    return state.getPotentialEnergy()._value, np.array(state.getForces(asNumpy=True)._value)


@pytest.mark.parametrize("box", [None, [34.1, 27.9, 27.9, 90, 90, 90]])
def test_energy_and_forces_stay(full, box):
    placed = replace(full, atoms=replace(full.atoms, box=None if box is None else np.array(box, np.float32)))
    x = placed.atoms.positions.copy()
    sodium, oxygen = (int(np.flatnonzero(placed.atoms.names == name)[0]) for name in ("NA", "O13"))
    x[sodium] = x[oxygen] + [2.2, 0, 0]  # near enough for the pair's own parameters to count
    before = create_system(placed, "charmm36", tables=True)
    after = create_system(placed, "charmm36")
    names = [force.getName() for force in after.getForces()]
    assert "NBFIX" in names and "LennardJones" not in names
    (energy, force), (other, same) = forces(before, x), forces(after, x)
    assert other == pytest.approx(energy, rel=1e-9)
    np.testing.assert_allclose(same, force, atol=1e-6 * np.abs(force).max())


def test_amber_has_no_tables(full):
    system = create_system(full, "amber14", tables=True)
    kept = openmm.XmlSerializer.serialize(system)
    fold_tables(system)
    assert openmm.XmlSerializer.serialize(system) == kept
