"""Molecules of the user's own."""

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from tests.helpers import make_particles
from tests.molecules import ADENOSINE, BEADS, NAMES, embedded, write_mapping
from unbead.chem.molecules.reader import read_molecule
from unbead.chem.particles import join
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure
from unbead.pipeline.user_molecules import UserMolecules, choose_mapping, read_user_molecules


def atoms_of(name, count=4):
    x = embedded(ADENOSINE, count) + 25 * np.arange(count)[:, None, None]
    numbers = np.repeat(np.arange(1, count + 1), 19).tolist()
    return make_particles(
        NAMES * count, [name] * 19 * count, numbers, x.reshape(-1, 3), elements=[a[0] for a in NAMES] * count
    )


@pytest.fixture
def system(tmp_path):
    """Make beads of adenosine under a residue name that no other test has; returns them, the file and the truth."""

    def make(name):
        file = write_mapping(tmp_path, name)
        atoms = atoms_of(name)
        return coarsen(atoms, load_mapping(tmp_path)), file, atoms

    return make


def test_a_smiles_and_a_mapping_file_are_enough(system, tmp_path):
    beads, file, truth = system("AD1")
    write_structure(tmp_path / "beads.pdb", beads)
    result = backmap_structure(tmp_path / "beads.pdb", given=UserMolecules({"AD1": ADENOSINE}, [file]))
    assert result.summary["by_template"] == {"AD1": 4} and result.summary["mapping"] == "given"
    assert result.summary["perturbation"] == 0 and not result.summary["problems"]
    found = {name: result.atoms.positions[result.atoms.names == name] for name in NAMES}
    beads_of = {atom: bead for bead, atoms in BEADS.items() for atom in atoms.split()}
    there = {name: truth.positions[truth.names == name] for name in NAMES}
    for name in NAMES:  # twins within a bead may have each other's names
        twins = [other for other in NAMES if beads_of[other] == beads_of[name] and other[0] == name[0]]
        away = min(np.linalg.norm(found[name] - there[other], axis=1).mean() for other in twins)
        assert away < 0.8
    known = template("AD1")
    assert known.kind == "molecule" and known.n_heavy == 19


def test_names_of_a_file_are_kept_and_other_molecules_recognised(system, tmp_path, beads_of):
    beads, file, _ = system("AD2")
    whole, _ = read_molecule(ADENOSINE)
    for atom, name in zip(whole.GetAtoms(), [*NAMES, *(f"H{i}" for i in range(13))], strict=True):
        info = Chem.AtomPDBResidueInfo(f" {name:<3s}", residueName="AD2")
        atom.SetMonomerInfo(info)
    Chem.MolToPDBFile(whole, str(tmp_path / "adn.pdb"))
    protein = beads_of("martini2")
    both = join([protein, beads])
    mapping = choose_mapping(both, None, UserMolecules({"AD2": str(tmp_path / "adn.pdb")}, [file]))
    assert mapping.name == "martini2" and mapping.find("AD2") is not None and mapping.find("TRP") is not None
    assert template("AD2").atoms[:19] == tuple(NAMES)


def test_the_file_may_be_in_the_folder_of_the_mapping(system, tmp_path):
    beads, _, _ = system("AD3")
    mapping = choose_mapping(beads, str(tmp_path), UserMolecules({"AD3": ADENOSINE}))
    assert mapping.find("AD3").atoms == load_mapping(tmp_path).find("AD3").atoms


def test_mapping_files_go_before_the_shipped(tmp_path, beads_of):
    (tmp_path / "gly.yaml").write_text("molecule: GLY\natoms:\n  CA: BB CM\n  N: BB !\n  C: BB !\n  O: BB !\n")
    mapping = choose_mapping(beads_of("martini3"), "martini3", UserMolecules(files=[tmp_path / "gly.yaml"]))
    assert mapping.find("GLY").weights.max(0).astype(bool).sum() == 1 and mapping.find("ALA").source != "gly.yaml"


def test_without_anything_given_the_mapping_is_recognised(beads_of):
    assert choose_mapping(beads_of("martini2"), None, UserMolecules()).name == "martini2"


@pytest.mark.parametrize(
    ("apart", "first"), [((2.5, 5.0, 2.5), "C1"), ((2.5, 2.5, 5.0), "C3"), ((2.5, 3.7, 3.7), None)]
)
def test_beads_decide_which_atom_is_which(tmp_path, apart, first):
    lines = ["C1: A", "C2: A", "C3: B", "C4: B", "C5: C", "O1: C"]
    name = f"AL{int(10 * apart[1])}"
    (tmp_path / "lig.yaml").write_text(f"molecule: {name}\natoms:\n" + "".join(f"  {line}\n" for line in lines))
    ab, ac, bc = apart
    x = (ab**2 + ac**2 - bc**2) / (2 * ab)
    positions = [[0, 0, 0], [ab, 0, 0], [x, np.sqrt(ac**2 - x**2), 0]]
    beads = make_particles(["A", "B", "C"], [name] * 3, [1] * 3, positions)
    given = UserMolecules({name: "CCCCCO"}, [tmp_path / "lig.yaml"])
    if first is None:
        with pytest.raises(UnbeadError, match="in 2 ways; give a file whose atoms have the names"):
            choose_mapping(beads, None, given)
    else:
        choose_mapping(beads, None, given)
        assert set(template(name).atoms[:2]) == ({"C1", "C2"} if first == "C1" else {"C3", "C4"})


@pytest.mark.parametrize(
    ("molecules", "message"),
    [
        (["LIG"], "write the residue name and a file"),
        (["=CCO"], "write"),
        (["A=CCO", "A=CCN"], "--molecule A: given twice"),
    ],
)
def test_molecules_have_a_name_and_a_structure(molecules, message):
    with pytest.raises(UnbeadError, match=message):
        read_user_molecules(molecules, [])


def test_smiles_may_hold_equal_signs():
    assert read_user_molecules(["LIG=CC(=O)O"], [Path("a.yaml")]) == UserMolecules(
        {"LIG": "CC(=O)O"}, (Path("a.yaml"),)
    )


def test_a_molecule_needs_a_mapping(beads_of):
    with pytest.raises(UnbeadError, match=r"--molecule LIG: no mapping file.*--mapping-file"):
        choose_mapping(beads_of("martini3"), None, UserMolecules({"LIG": "CCO"}))
