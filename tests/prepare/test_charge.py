"""Net charges by formal charges and by force fields."""

from dataclasses import replace

import numpy as np
import pytest

from tests.nucleic import strand
from tests.prepare.conftest import molecules
from unbead.chem.molecules.formal_charge import formal_charge
from unbead.chem.particles import join
from unbead.chem.templates import known_residues, template
from unbead.prepare.charge import net_charge
from unbead.prepare.export.naming import CHARMM_RESIDUES
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, load_forcefield
from unbead.prepare.molecule import heavy_atoms
from unbead.prepare.protonation.hydrogens import add_hydrogens
from unbead.prepare.solvation.ions import total_charge

pytest.importorskip("openmm")


def test_ends_of_chains_count(peptide, crystal):
    assert net_charge(crystal) == 0  # crambin: 2 ARG, ASP, GLU
    assert net_charge(peptide("LYS", "ALA", "ARG")) == 2
    assert net_charge(peptide("ACE", "LYS", "NME")) == 1
    assert net_charge(peptide("ACE", "ASP")) == -2
    broken = peptide("ALA", "ALA")
    bonds = np.zeros(2, bool)
    assert net_charge(replace(broken, residues=replace(broken.residues, bonded_to_previous=bonds))) == 0


def test_nucleic_acids_and_ions(lipids):
    assert net_charge(heavy_atoms(strand(["DC5", "DG", "DA"]))) == -2
    assert net_charge(heavy_atoms(strand(["G", "U", "A"]))) == -4
    assert net_charge(join([lipids, molecules("MG", "CL", "HOH")])) == 1


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_force_fields_agree(molecule_of, forcefield):
    full = add_hydrogens(molecule_of("LYS", "HIP", "ASP", "GLU", "CYM", "ASH", "ARG"), forcefield)
    assert total_charge(full, forcefield) == net_charge(full.atoms) == 0
    described = load_forcefield(forcefield)._templates
    called = {name: CHARMM_RESIDUES.get(name, name) if forcefield == "charmm36" else name for name in known_residues()}
    single = [name for name in called if template(name).kind in ("lipid", "sterol", "ion", "water")]
    entries = {name: described[called[name]] for name in single if called[name] in described}
    assert len(entries) > 40
    for name, entry in entries.items():
        assert sum(atom.parameters["charge"] for atom in entry.atoms) == pytest.approx(formal_charge(name), abs=1e-3)
