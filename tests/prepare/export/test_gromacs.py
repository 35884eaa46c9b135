from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.prepare.conftest import NONE
from tests.prepare.gmx import gmx, needs_gmx
from unbead.prepare.export.files import write_topology
from unbead.prepare.export.gromacs import top_lines
from unbead.prepare.export.moleculetypes import sort_species
from unbead.prepare.export.naming import rename
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, create_system
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")
SETTINGS = """integrator = md
nsteps = 0
coulombtype = Cut-off
coulomb-modifier = None
vdwtype = Cut-off
vdw-modifier = None
epsilon-rf = 1
rlist = 5
rcoulomb = 5
rvdw = 5
verlet-buffer-tolerance = -1
continuation = yes
"""


def energies(folder, full, forcefield, settings=""):
    """Potential energy of atoms in vacuum by GROMACS, from the files written, and by OpenMM; in kJ/mol."""
    full.atoms.positions[:] = np.round(full.atoms.positions, 2)  # the digits of .gro
    boxed = replace(rename(full, "iupac"), box=np.array([300, 300, 300, 90, 90, 90], np.float32))
    write_topology(folder / "system.top", full, boxed, forcefield)
    (folder / "point.mdp").write_text(SETTINGS + settings)
    gmx(folder, "grompp", "-f", "point.mdp", "-c", "system.gro", "-p", "system.top", "-o", "point.tpr")
    gmx(folder, "mdrun", "-nt", "1", "-s", "point.tpr", "-g", "point.log")
    log = (folder / "point.log").read_text().split("Energies (kJ/mol)")[1]
    heads, values = next(pair for pair in pairwise(log.splitlines()) if "Potential" in pair[0])
    column = heads.index("Potential") // 15  # columns are 15 wide
    system = create_system(full, forcefield, solvent=False)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(full.atoms.positions / 10)
    ours = context.getState(energy=True).getPotentialEnergy()._value
    return float(values[15 * column : 15 * column + 15]), ours


@needs_gmx
@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_energy_is_that_of_openmm(heavy, tmp_path, forcefield):
    theirs, ours = energies(tmp_path, add_hydrogens(heavy, forcefield), forcefield)
    assert theirs == pytest.approx(ours, abs=1.0)


@needs_gmx
@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_energy_of_a_membrane_is_that_of_openmm(patch, tmp_path, forcefield):
    atoms = replace(patch.select_residues(np.arange(len(patch.residues)) < 60), box=None)
    full = add_hydrogens(with_bonds(heavy_atoms(atoms), NONE), forcefield)
    theirs, ours = energies(tmp_path, full, forcefield, "define = -DFLEXIBLE\n")
    assert theirs == pytest.approx(ours, abs=1.0)
    text = (tmp_path / "system.top").read_text()
    assert text.split("[ molecules ]\n")[1].split("\n")[:5] == ["POPC 1", "CHL1 1", "NA 1", "CL 1", "SOL 56"]


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_sections_are_complete(molecule_of, forcefield):
    full = add_hydrogens(molecule_of("GLY", "ALA", "SER"), forcefield)
    system = create_system(full, forcefield, solvent=False, tables=True)
    text = "".join(top_lines(system, full, rename(full, "iupac"), sort_species(full), forcefield))
    sections = {part.split(" ]")[0]: part.splitlines()[1:] for part in text.split("[ ")[1:]}
    rows = {name: [line for line in lines if line] for name, lines in sections.items()}
    assert len(rows["atoms"]) == len(full.atoms)
    assert sum(line.split()[2] == "1" for line in rows["bonds"]) == len(full.bonds)
    assert ("cmap" in rows) == (forcefield == "charmm36")
    types = {line.split()[0] for line in rows["atomtypes"]}
    assert not rows["nonbond_params"]  # no pair of these types breaks the combination rule
    assert {line.split()[1] for line in rows["atoms"]} == types
    assert sum(float(line.split()[6]) for line in rows["atoms"]) == pytest.approx(0, abs=1e-4)
