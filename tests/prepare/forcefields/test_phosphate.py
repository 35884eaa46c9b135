"""Phosphates at the 5' end."""

from xml.etree.ElementTree import parse

import numpy as np
import pytest

from tests.nucleic import strand
from unbead.chem.particles import join
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, create_system
from unbead.prepare.forcefields.phosphate import P_O, add_op3, phosphate_residues
from unbead.prepare.molecule import heavy_atoms

openmm = pytest.importorskip("openmm")
STRANDS = {
    "DNA": ["DC5", "DG", "DA", "DT"],
    "DNA with phosphate": ["DC", "DG", "DA", "DT"],
    "RNA": ["G5", "U", "A", "C"],
    "RNA with phosphate": ["G", "U", "A", "C"],
    "one nucleotide": ["DT"],
}


@pytest.mark.parametrize("names", STRANDS.values(), ids=STRANDS)
def test_a_phosphate_at_the_beginning_has_three_equal_oxygens(names):
    atoms = add_op3(heavy_atoms(strand(names)))
    if names[0].endswith("5"):
        assert "OP3" not in atoms.names
        return
    x = dict(zip(atoms.names[atoms.residue_index == 0], atoms.positions[atoms.residue_index == 0], strict=True))
    assert (atoms.names == "OP3").sum() == 1
    arms = [x[name] - x["P"] for name in ("OP3", "OP1", "OP2", "O5'")]
    assert np.linalg.norm(arms[0]) == pytest.approx(P_O, abs=1e-3)
    for arm in arms[1:]:
        cosine = arms[0] @ arm / np.linalg.norm(arms[0]) / np.linalg.norm(arm)
        assert 95 < np.degrees(np.arccos(cosine)) < 120
    again = add_op3(atoms)
    assert again is atoms


def test_names_of_the_third_oxygen():
    atoms = add_op3(heavy_atoms(strand(["G", "U"])))
    for name in ("O5T", "O3P", "OP3"):
        renamed = atoms.names.copy()
        renamed[atoms.names == "OP3"] = name
        given = heavy_atoms(strand(["G", "U"])).__class__(**{**vars(atoms), "names": renamed})
        assert heavy_atoms(given).names.tolist() == atoms.names.tolist()


def test_charges_of_amber_are_whole_for_strands():
    """Those of the ends of OL15 and OL3: -0.3079 and -0.6921 e, two more on a phosphate."""
    sums = {
        str(entry.get("name")): sum(float(str(atom.get("charge"))) for atom in entry.iter("Atom"))
        for entry in parse(phosphate_residues()).iter("Residue")
    }
    assert len(sums) == 16
    for name, value in sums.items():
        assert value == pytest.approx(-2 if name.endswith("3") else -2.3079, abs=3e-4), name


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
@pytest.mark.parametrize("names", STRANDS.values(), ids=STRANDS)
def test_strands_have_all_terms_and_whole_charges_and_move(names, forcefield):
    done = finish(strand(names), FinishOptions(minimize=True, forcefield=forcefield))
    molecule = done.molecule
    charge = -len(names) - (not names[0].endswith("5")) + names[0].endswith("5")
    assert done.summary["charge"] == charge
    system = create_system(molecule, forcefield, constraints=openmm.app.HBonds)
    forces = {force.__class__.__name__: force for force in system.getForces()}
    nonbonded = forces["NonbondedForce"]
    sum_ = sum(nonbonded.getParticleParameters(i)[0]._value for i in range(system.getNumParticles()))
    assert sum_ == pytest.approx(charge, abs=1e-3)
    bonds = forces["HarmonicBondForce"]
    stretched = {frozenset(bonds.getBondParameters(k)[:2]) for k in range(bonds.getNumBonds())}
    stretched |= {frozenset(system.getConstraintParameters(k)[:2]) for k in range(system.getNumConstraints())}
    assert {frozenset(pair) for pair in molecule.bonds.tolist()} <= stretched
    assert angles_with_terms(forces["HarmonicAngleForce"]) == angles(molecule.bonds)
    integrator = openmm.LangevinMiddleIntegrator(300, 1, 0.002)
    integrator.setRandomNumberSeed(1)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("CPU"))
    context.setPositions(molecule.atoms.positions / 10)
    integrator.step(200)
    assert abs(context.getState(energy=True).getPotentialEnergy()._value) < 1e4


def angles(bonds):
    """Angles that bonds make, each with its vertex."""
    near = {}
    for a, b in bonds.tolist():
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    return {(v, frozenset((a, b))) for v, ends in near.items() for a in ends for b in ends if a < b}


def angles_with_terms(force):
    """Angles that a force has a term for."""
    terms = (force.getAngleParameters(k)[:3] for k in range(force.getNumAngles()))
    return {(v, frozenset((a, b))) for a, v, b in terms}


@pytest.mark.parametrize("forcefield", FORCE_FIELDS)
def test_a_protein_beside_a_nucleic_acid(peptide, forcefield):
    protein = peptide("ALA", "LYS", "SER")
    both = join([protein.with_positions(protein.positions + 40), strand(["DC", "DG"]), strand(["G5", "U"])])
    done = finish(both, FinishOptions(minimize=True, forcefield=forcefield))
    assert done.summary["charge"] == 1 - 3 - 1
    assert done.summary["energy_after"] < done.summary["energy_before"]
    assert done.summary["problems"] == {}
