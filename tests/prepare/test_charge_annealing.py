import numpy as np
import pytest

from tests.prepare.conftest import NONE, molecules
from unbead.prepare.charge_annealing import discharged
from unbead.prepare.forcefields.forcefield import create_system
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")


@pytest.mark.parametrize("solvent", [True, False])
def test_charges_come_back(solvent):
    molecule = add_hydrogens(with_bonds(heavy_atoms(molecules("CHL1", "NA", "CL", "HOH", step=6.0)), NONE), "amber14")
    system = create_system(molecule, "amber14", solvent=solvent)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(molecule.atoms.positions / 10)
    ions = np.flatnonzero(np.isin(molecule.atoms.names, ("NA", "CL")))

    def look():
        state = context.getState(energy=True, forces=True)
        return state.getPotentialEnergy()._value, np.abs(np.array(state.getForces(asNumpy=True)._value)[ions]).max()

    before = look()
    with discharged(system, context):
        energy, force = look()
        assert solvent or force < 0.1 * before[1]  # only sizes are left
        assert abs(energy - before[0]) > 10
    assert look() == pytest.approx(before)
