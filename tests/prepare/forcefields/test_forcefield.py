from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import NONE, molecules
from unbead.errors import UnbeadError
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, create_system, load_forcefield, refuse_unknown
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")
app = pytest.importorskip("openmm.app")


def test_a_missing_template_names_the_residue(molecule_of):
    with pytest.raises(UnbeadError, match=r"SEP 2 \(chain A\).*amber14.*charmm36"):
        add_hydrogens(molecule_of("GLY", "SEP", "GLY"), "amber14")
    with pytest.raises(UnbeadError, match=r"MSE 1 \(chain A\).*charmm36"):
        add_hydrogens(molecule_of("MSE", "GLY"), "charmm36")
    with pytest.raises(UnbeadError, match=r"ACE 1 \(chain A\) \+ MSE 2 \(chain A\)"):
        add_hydrogens(molecule_of("ACE", "MSE", "NME"), "charmm36")


def test_heavy_atoms_alone_are_no_system(molecule_of):
    with pytest.raises(UnbeadError, match=r"ALA 1 \(chain A\)"):
        create_system(molecule_of("ALA", "ALA"), "amber14")


def test_unknown_force_fields_are_refused():
    with pytest.raises(UnbeadError, match="amber14 or charmm36"):
        load_forcefield("gromos")


def test_water_is_the_force_of_openmms_own_file(molecule_of):
    from openmm import app

    from unbead.prepare.export.openmm_topology import to_topology

    full = add_hydrogens(molecule_of("GLY", "ARG", "SER", "GLU"), "amber14")
    ours = create_system(full, "amber14")
    topology = to_topology(full, "amber14")
    theirs = app.ForceField("amber14-all.xml", "implicit/obc2.xml").createSystem(topology, app.NoCutoff)
    energies = []
    for system in (ours, theirs):
        context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
        context.setPositions(full.atoms.positions / 10)
        energies.append(context.getState(energy=True).getPotentialEnergy()._value)
    assert energies[0] == pytest.approx(energies[1], abs=0.1)


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_water_in_a_box_is_periodic(water, forcefield):
    full = add_hydrogens(water, forcefield)
    boxed = replace(full, atoms=replace(full.atoms, box=np.array([19.6] * 3 + [60, 60, 90], np.float32)))
    system = create_system(boxed, forcefield)
    assert system.usesPeriodicBoundaryConditions()
    assert not any(isinstance(force, openmm.GBSAOBCForce) for force in system.getForces())
    lengths = np.diag(np.array([vector._value for vector in system.getDefaultPeriodicBoxVectors()]))
    assert np.allclose(lengths, [1.96, 1.96, 1.96 * 0.5**0.5], atol=1e-3)
    alone = replace(full, atoms=replace(full.atoms, box=None))
    assert not create_system(alone, forcefield).usesPeriodicBoundaryConditions()


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_a_membrane_in_water(patch, forcefield):
    full = add_hydrogens(with_bonds(heavy_atoms(patch), NONE), forcefield)
    system = create_system(full, forcefield, constraints=app.HBonds)
    assert system.usesPeriodicBoundaryConditions()
    bearing = full.hydrogens[full.bonds].any(1).sum()
    waters = (full.atoms.residues.names == "HOH").sum()
    assert system.getNumConstraints() == bearing + waters  # rigid waters have a third
    (nonbonded,) = (force for force in system.getForces() if isinstance(force, openmm.NonbondedForce))
    assert nonbonded.getNonbondedMethod() == openmm.NonbondedForce.PME
    assert nonbonded.getUseSwitchingFunction() == (forcefield == "charmm36")
    charges = [nonbonded.getParticleParameters(i)[0]._value for i in range(len(full.atoms))]
    assert sum(charges) == pytest.approx(0, abs=1e-3)


def test_dry_lipids_have_implicit_water_and_no_edge(lipids):
    boxed = replace(lipids, box=np.array([80, 60, 60, 90, 90, 90], np.float32))
    full = add_hydrogens(with_bonds(heavy_atoms(boxed), NONE), "amber14")
    system = create_system(full, "amber14")
    (water,) = (force for force in system.getForces() if isinstance(force, openmm.GBSAOBCForce))
    assert water.getNonbondedMethod() == openmm.GBSAOBCForce.CutoffPeriodic


def test_molecules_that_a_force_field_lacks_are_named():
    with pytest.raises(UnbeadError, match=r"PSM 2: force field amber14 .*use --forcefield charmm36"):
        refuse_unknown(molecules("POPC", "PSM"), "amber14")
    with pytest.raises(UnbeadError, match=r"BR 1: force field charmm36 .*use --forcefield amber14"):
        create_system(with_bonds(molecules("BR"), NONE), "charmm36")
    refuse_unknown(molecules("POPC", "PAPC", "PSM", "CHL1", "HOH", "NA", "ZN"), "charmm36")


def test_lipids_without_hydrogens_are_no_system(lipids):
    with pytest.raises(UnbeadError, match="POPC 1"):
        create_system(with_bonds(lipids, NONE), "charmm36")
