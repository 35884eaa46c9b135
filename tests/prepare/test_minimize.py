from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tests.prepare.conftest import NONE
from unbead.errors import UnbeadError
from unbead.mapping.operator import to_scipy
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, create_system
from unbead.prepare.minimize import STRONGEST, TOLERANCE, bead_weights, minimize
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")


@pytest.fixture(scope="module", params=FORCE_FIELDS)
def full(request, heavy):
    """The crystal with hydrogens, its atoms a little off their places, and the force field."""
    molecule = add_hydrogens(heavy, request.param)
    molecule.atoms.positions[:] += np.random.default_rng(3).normal(scale=0.05, size=molecule.atoms.positions.shape)
    return molecule, request.param


def moved(before, after, rows):
    """Root mean square distance that atoms have moved in Å."""
    return float(np.sqrt(((after.positions[rows] - before.positions[rows]) ** 2).sum(1).mean()))


def test_energy_falls_and_the_forces_are_small(full):
    done = minimize(*full)
    assert np.isfinite([done.before, done.after]).all()
    assert done.after < done.before - 1000
    assert done.rms_force <= TOLERANCE
    assert done.molecule.atoms.names.tolist() == full[0].atoms.names.tolist()
    context = openmm.Context(create_system(done.molecule, full[1]), openmm.LangevinMiddleIntegrator(300, 1, 0.001))
    context.setPositions(done.molecule.atoms.positions / 10)
    context.setVelocitiesToTemperature(300, 1)
    context.getIntegrator().step(50)
    assert np.isfinite(context.getState(energy=True).getPotentialEnergy()._value)


def test_restraints_hold(heavy, assembly_of):
    molecule = add_hydrogens(heavy, "amber14")
    weights = bead_weights(to_scipy(assembly_of("martini3").operator), molecule)
    np.testing.assert_allclose(weights.sum(1), 1)
    free, atoms, beads = (
        minimize(molecule, "amber14", r, weights, 20.0).molecule.atoms for r in ("none", "heavy", "beads")
    )
    rows = ~molecule.hydrogens
    assert moved(molecule.atoms, atoms, rows) < 0.95 * moved(molecule.atoms, free, rows)
    before = weights @ molecule.atoms.positions
    drift = [np.abs(weights @ x.positions - before).mean() for x in (free, beads)]
    assert drift[1] < 0.98 * drift[0]  # minimisers end in slightly different places from run to run


def test_restraints_on_beads_need_beads(peptide):
    options = FinishOptions(minimize=True, restrain="beads")
    with pytest.raises(UnbeadError, match="unbead run"):
        finish(peptide("ALA", "ALA"), options)


def test_atoms_on_each_other(molecule_of):
    molecule = add_hydrogens(molecule_of("ALA", "ALA"), "amber14")
    molecule.atoms.positions[:] = 0
    with pytest.raises(UnbeadError, match="not finite"):
        minimize(molecule, "amber14")


def test_weights_skip_what_is_new(molecule_of):
    molecule = add_hydrogens(molecule_of("GLY", "GLY"), "amber14")
    weights = bead_weights(csr_matrix(np.eye(8)), molecule)
    assert molecule.atoms.names[weights.indices].tolist() == ["N", "CA", "C", "O"] * 2


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_a_clashing_membrane_in_water_runs(patch, forcefield):
    x = patch.positions + np.random.default_rng(1).normal(scale=0.3, size=patch.positions.shape)
    molecule = add_hydrogens(with_bonds(heavy_atoms(patch.with_positions(x)), NONE), forcefield)
    done = minimize(molecule, forcefield)
    assert done.before > 1e4 and done.after < -1e4
    assert done.rms_force <= TOLERANCE and done.max_force <= STRONGEST
    system = create_system(done.molecule, forcefield, constraints=openmm.app.HBonds)
    context = openmm.Context(system, openmm.LangevinMiddleIntegrator(300, 1, 0.002))
    context.setPositions(done.molecule.atoms.positions / 10)
    context.applyConstraints(1e-5)
    context.setVelocitiesToTemperature(300, 1)
    context.getIntegrator().step(20)
    assert np.isfinite(context.getState(energy=True).getPotentialEnergy()._value)


def test_atoms_are_held_in_a_box_too(patch):
    few = patch.select_residues(np.arange(len(patch.residues)) < 400)
    molecule = add_hydrogens(with_bonds(heavy_atoms(few), NONE), "amber14")
    free, held = (minimize(molecule, "amber14", how, tolerance=100.0).molecule.atoms for how in ("none", "heavy"))
    rows = ~molecule.hydrogens
    # crowded water has to turn, so both move; held ones by a fifth less
    assert moved(molecule.atoms, held, rows) < 0.95 * moved(molecule.atoms, free, rows)


def test_minimisation_starts_from_the_atoms_given(full):
    """A mutant that gave OpenMM other start coordinates survived: minimised structures look alike."""
    molecule, forcefield = full
    context = openmm.Context(create_system(molecule, forcefield), openmm.VerletIntegrator(0.001))
    context.setPositions(molecule.atoms.positions.astype(float) / 10)
    want = context.getState(energy=True).getPotentialEnergy()._value
    done = minimize(molecule, forcefield, tolerance=1e9)  # no step is needed
    assert done.before == pytest.approx(want, rel=1e-4, abs=1.0)
    if done.rms_force < 1e9:
        assert moved(molecule.atoms, done.molecule.atoms, slice(None)) < 0.5
    shifted = replace(molecule, atoms=molecule.atoms.with_positions(molecule.atoms.positions + np.float32([50, 0, 0])))
    there = minimize(shifted, forcefield, "heavy").molecule.atoms.positions.mean(0)
    assert np.abs(there - shifted.atoms.positions.mean(0)).max() < 0.5
