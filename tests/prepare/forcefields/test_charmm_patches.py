"""CHARMM's patches against those of OpenMM's newer file."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.prepare.forcefields.test_phosphate import angles, angles_with_terms
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.forcefields.charmm import charmm_residues
from unbead.prepare.forcefields.charmm_patches import DEOXY, HYDROXYL_3, HYDROXYL_5, PHOSPHORYLATED, Patch, patched
from unbead.prepare.forcefields.forcefield import create_system

app = pytest.importorskip("openmm.app")
openmm = pytest.importorskip("openmm")


@pytest.fixture(scope="module")
def newer():
    """Text of the newer file, which has every patch."""
    path = Path(app.__file__).parent / "data" / "charmm36_2024.xml"
    if not path.is_file():
        pytest.skip("this OpenMM has no charmm36_2024.xml")
    return path.read_text()


def entry(text, tag, name):
    """One entry of the file: charge and class of its atoms, and what goes."""
    start = text.index(f'<{tag} name="{name}"')
    found = ElementTree.fromstring(text[start : text.index(f"</{tag}>", start)] + f"</{tag}>")
    atoms = [atom for kind in ("Atom", "AddAtom", "ChangeAtom") for atom in found.iter(kind)]
    classes = {}
    for atom in atoms:
        kind = re.search(rf'<Type class="([^"]*)"[^>]* name="{re.escape(atom.get("type"))}"', text)
        classes[atom.get("name")] = kind.group(1), float(atom.get("charge"))
    return classes, {atom.get("name") for atom in found.iter("RemoveAtom")}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(DEOXY, "DEOX_0"), (HYDROXYL_5, "5TER_0"), (HYDROXYL_3, "3TER_1"), (PHOSPHORYLATED["SEP"][1], "SP2_1"),
     (PHOSPHORYLATED["TPO"][1], "THPB_1")],
)  # fmt: skip
def test_patches_are_those_of_charmm(newer, ours, theirs):
    classes, gone = entry(newer, "Patch", theirs)
    assert set(ours.remove) == gone
    mine = {name.replace("O3P", "OT"): site for name, site in (ours.change | ours.add).items()}
    for name, (kind, charge) in mine.items():
        assert classes[name][1] == charge and kind in ("", classes[name][0]), name
    assert set(ours.add) == {name.replace("OT", "O3P") for name in classes if name in mine} - set(ours.change)


def test_a_phosphorylated_tyrosine_is_that_of_charmm(newer):
    classes, _ = entry(newer, "Patch", "TP2_0")
    patch = PHOSPHORYLATED["PTR"][1]
    alike = {"P": "P1", "O1P": "O2", "O2P": "O3", "O3P": "O4"}
    for name, (kind, charge) in (patch.change | patch.add).items():
        assert classes[alike.get(name, name)] == (kind, charge), name


def test_residues_have_whole_charges():
    root = ElementTree.parse(charmm_residues()).getroot()
    residues = {str(r.get("name")): r for r in root.iter("Residue")}
    nucleotides = {name: r for name, r in residues.items() if "_" in name}
    assert len(nucleotides) == 48
    for name, residue in nucleotides.items():
        charge = sum(float(str(atom.get("charge"))) for atom in residue.iter("Atom"))
        ends = name.split("_")[1]
        # the phosphate of a link belongs to two residues
        expected = {"5": 0.0, "P": -2.0}.get(ends[:1], -0.53) + (0.0 if ends.endswith("3") else -0.47)
        assert charge == pytest.approx(expected, abs=1e-6), name
    for name in PHOSPHORYLATED:
        charge = sum(float(str(atom.get("charge"))) for atom in residues[name].iter("Atom"))
        assert charge == pytest.approx(-2, abs=1e-6), name


def test_patching_leaves_the_residue_as_it_was():
    residue = ElementTree.fromstring(
        '<Residue name="X"><Atom name="A" type="T" charge="0"/><Atom name="B" type="T" charge="0"/>'
        '<Bond atomName1="A" atomName2="B"/><ExternalBond atomName="A"/></Residue>'
    )
    before = ElementTree.tostring(residue)
    patch = Patch(remove=("B",), change={"A": ("", 0.5)}, add={"C": ("U", 1.0)}, bonds=(("A", "C"),), closed=("A",))
    done = patched(residue, "Y", patch)
    assert ElementTree.tostring(residue) == before
    assert [(part.tag, part.get("name")) for part in done] == [("Atom", "A"), ("Atom", "C"), ("Bond", None)]
    assert done[0].get("charge") == "0.5" and done[0].get("type") == "T"


@pytest.mark.parametrize("names", [["ALA", "SEP", "TPO", "PTR", "GLY"], ["SEP"], ["ACE", "TPO", "NME"]])
def test_phosphorylated_peptides_have_all_terms_and_move(peptide, names):
    done = finish(peptide(*names), FinishOptions(minimize=True, forcefield="charmm36"))
    system = create_system(done.molecule, "charmm36", constraints=openmm.app.HBonds)
    forces = {force.__class__.__name__: force for force in system.getForces()}
    assert done.summary["charge"] == -2 * sum(name in PHOSPHORYLATED for name in names)
    assert angles_with_terms(forces["HarmonicAngleForce"]) == angles(done.molecule.bonds)
    nonbonded = forces["NonbondedForce"]
    total = sum(nonbonded.getParticleParameters(i)[0]._value for i in range(system.getNumParticles()))
    assert total == pytest.approx(done.summary["charge"], abs=1e-3)
    integrator = openmm.LangevinMiddleIntegrator(300, 1, 0.002)
    integrator.setRandomNumberSeed(1)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("CPU"))
    context.setPositions(done.molecule.atoms.positions / 10)
    integrator.step(200)
    assert abs(context.getState(energy=True).getPotentialEnergy()._value) < 1e4
