from xml.etree import ElementTree

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.prepare.export.openmm_topology import to_topology
from unbead.prepare.forcefields.forcefield import create_system
from unbead.prepare.forcefields.single_residues import lone_residues
from unbead.prepare.minimize import minimize
from unbead.prepare.protonation.hydrogens import add_hydrogens

openmm = pytest.importorskip("openmm")
app = pytest.importorskip("openmm.app")


@pytest.fixture(scope="module")
def entries():
    return {entry.get("name"): entry for entry in ElementTree.parse(lone_residues()).iter("Residue")}


def test_every_amino_acid_has_an_entry_of_whole_charge(entries):
    charged = {"ARG": 1, "LYS": 1, "HIP": 1, "ASP": -1, "GLU": -1}
    for name in {*AMINO_ACIDS, "HID", "HIE", "HIP", "CYX"} - {"HIS"}:
        atoms = list(entries[f"LONE{name}"].iter("Atom"))
        assert sum(float(atom.get("charge")) for atom in atoms) == pytest.approx(charged.get(name, 0), abs=1e-4)
        assert {"N", "CA", "C", "O", "OXT"} <= {atom.get("name") for atom in atoms}


def test_charges_are_near_those_of_the_ends(entries):
    theirs = ElementTree.parse(f"{app.__path__[0]}/data/amber14/protein.ff14SB.xml").iter("Residue")
    ends = {entry.get("name"): {a.get("name"): float(a.get("charge")) for a in entry.iter("Atom")} for entry in theirs}
    for name, entry in entries.items():
        for atom in entry.iter("Atom"):
            end = ends[("C" if atom.get("name") in ("C", "O", "OXT") else "N") + name.removeprefix("LONE")]
            assert float(atom.get("charge")) == pytest.approx(end[atom.get("name")], abs=0.03)


@pytest.mark.parametrize("name", sorted(AMINO_ACIDS))
def test_one_residue_is_a_system(molecule_of, name):
    done = minimize(add_hydrogens(molecule_of(name), "amber14"), "amber14")
    assert np.isfinite(done.after)
    assert done.after < done.before


def test_chains_are_as_in_openmms_own_file(molecule_of):
    full = add_hydrogens(molecule_of("ALA", "GLY", "PRO", "SER"), "amber14")
    theirs = app.ForceField("amber14-all.xml").createSystem(to_topology(full, "amber14"))
    charges = []
    for system in (theirs, create_system(full, "amber14")):
        (force,) = (force for force in system.getForces() if isinstance(force, openmm.NonbondedForce))
        charges.append([force.getParticleParameters(i)[0]._value for i in range(len(full.atoms))])
    assert charges[0] == charges[1]
