import numpy as np
import pytest

from tests.prepare.conftest import NONE
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.prepare.export.files import check_topology, write_topology
from unbead.prepare.export.naming import NAMINGS, rename
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS
from unbead.prepare.minimize import minimize
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_openmm_runs_the_files_as_they_are(heavy, tmp_path, forcefield):
    from openmm import app

    full = add_hydrogens(heavy, forcefield)
    written = write_topology(tmp_path / "ready", full, rename(full, "iupac"), forcefield)
    assert written == [tmp_path / "ready/system.xml", tmp_path / "ready/system.pdb"]
    system = openmm.XmlSerializer.deserialize(written[0].read_text())
    pdb = app.PDBFile(str(written[1]))
    simulation = app.Simulation(pdb.topology, system, openmm.LangevinMiddleIntegrator(300, 1, 0.001))
    simulation.context.setPositions(pdb.positions)
    simulation.minimizeEnergy(tolerance=500)
    simulation.step(20)
    assert np.isfinite(simulation.context.getState(energy=True).getPotentialEnergy()._value)


def test_a_box_is_made_where_there_is_none(molecule_of, tmp_path):
    full = add_hydrogens(molecule_of("ALA", "ALA"), "amber14")
    write_topology(tmp_path / "ala.top", full, rename(full, "iupac"), "amber14")
    atoms = read_structure(tmp_path / "ala.gro")
    assert len(atoms) == len(full.atoms)
    assert (atoms.box[:3] > 30).all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ala.gro", "ala.top"]


@pytest.mark.parametrize("name", ["system.itp", "no/system.top", "there", "folder.top"])
def test_places_that_cannot_be(tmp_path, name):
    (tmp_path / "there").write_text("a file\n")
    (tmp_path / "folder.top").mkdir()
    with pytest.raises(UnbeadError, match=name.split("/")[-1]):
        check_topology(tmp_path / name)


def test_every_naming_fits_the_columns(molecule_of, tmp_path):
    full = add_hydrogens(molecule_of("ACE", "ASH", "GLH", "HIP", "NME"), "charmm36")
    for naming in NAMINGS:
        write_topology(tmp_path / f"{naming}.top", full, rename(full, naming), "charmm36")
        assert len(read_structure(tmp_path / f"{naming}.gro")) == len(full.atoms)


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_openmm_runs_a_membrane_in_water(patch, tmp_path, forcefield):
    from openmm import app

    full = minimize(add_hydrogens(with_bonds(heavy_atoms(patch), NONE), forcefield), forcefield).molecule
    write_topology(tmp_path / "ready", full, rename(full, "charmm"), forcefield)
    system = openmm.XmlSerializer.deserialize((tmp_path / "ready/system.xml").read_text())
    pdb = app.PDBFile(str(tmp_path / "ready/system.pdb"))
    assert system.getNumConstraints() and system.usesPeriodicBoundaryConditions()
    np.testing.assert_allclose(pdb.topology.getUnitCellDimensions()._value, patch.box[:3] / 10, atol=1e-4)
    simulation = app.Simulation(pdb.topology, system, openmm.LangevinMiddleIntegrator(300, 1, 0.002))
    simulation.context.setPositions(pdb.positions)
    simulation.step(20)
    assert np.isfinite(simulation.context.getState(energy=True).getPotentialEnergy()._value)
