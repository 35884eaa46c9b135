from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.finish.gmx import gmx, needs_gmx
from unbead.finish.export import write_topology
from unbead.finish.forcefield import FORCE_FIELDS, create_system
from unbead.finish.gromacs import top_lines
from unbead.finish.hydrogens import add_hydrogens
from unbead.finish.naming import rename

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


@needs_gmx
@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_energy_is_that_of_openmm(heavy, tmp_path, forcefield):
    full = add_hydrogens(heavy, forcefield)
    full.atoms.positions[:] = np.round(full.atoms.positions, 2)  # the digits of .gro
    boxed = replace(rename(full, "iupac"), box=np.array([300, 300, 300, 90, 90, 90], np.float32))
    write_topology(tmp_path / "crambin.top", full, boxed, forcefield)
    (tmp_path / "point.mdp").write_text(SETTINGS)
    gmx(tmp_path, "grompp", "-f", "point.mdp", "-c", "crambin.gro", "-p", "crambin.top", "-o", "point.tpr")
    gmx(tmp_path, "mdrun", "-nt", "1", "-s", "point.tpr", "-g", "point.log")
    log = (tmp_path / "point.log").read_text().split("Energies (kJ/mol)")[1]
    heads, values = next(pair for pair in pairwise(log.splitlines()) if "Potential" in pair[0])
    column = heads.index("Potential") // 15  # columns are 15 wide
    theirs = float(values[15 * column : 15 * column + 15])
    system = create_system(full, forcefield, solvent=False)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(full.atoms.positions / 10)
    ours = context.getState(energy=True).getPotentialEnergy()._value
    assert theirs == pytest.approx(ours, abs=1.0)


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_sections_are_complete(molecule_of, forcefield):
    full = add_hydrogens(molecule_of("GLY", "ALA", "SER"), forcefield)
    text = "".join(top_lines(create_system(full, forcefield, solvent=False), full, rename(full, "iupac"), forcefield))
    sections = {part.split(" ]")[0]: part.splitlines()[1:] for part in text.split("[ ")[1:]}
    rows = {name: [line for line in lines if line] for name, lines in sections.items()}
    assert len(rows["atoms"]) == len(full.atoms)
    assert sum(line.split()[2] == "1" for line in rows["bonds"]) == len(full.bonds)
    assert ("cmap" in rows) == (forcefield == "charmm36")
    types = {line.split()[0] for line in rows["atomtypes"]}
    assert not rows["nonbond_params"]  # no pair of these types breaks the combination rule
    assert {line.split()[1] for line in rows["atoms"]} == types
    assert sum(float(line.split()[6]) for line in rows["atoms"]) == pytest.approx(0, abs=1e-4)
