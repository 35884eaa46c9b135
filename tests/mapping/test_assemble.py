"""From beads to the atoms they stand for."""

import numpy as np
import pytest

from tests.helpers import make_particles, molecules
from unbead.chem.templates import known_residues, template
from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble, restrict
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import available_mappings, load_mapping
from unbead.mapping.operator import apply, to_scipy

M3 = load_mapping("martini3")


@pytest.mark.parametrize("name", available_mappings())
def test_atoms_are_those_of_the_structure_and_m_gives_the_beads(crystal, beads_of, name):
    beads = beads_of(name)
    a = assemble(beads, load_mapping(name))
    assert np.array_equal(a.atoms.names, crystal.names)
    assert np.array_equal(a.atoms.residue_index, crystal.residue_index)
    assert np.allclose(apply(a.operator, crystal.positions), beads.positions, atol=1e-3)
    length = np.linalg.norm(np.diff(crystal.positions[a.bonds], axis=1)[:, 0], axis=1)
    assert np.abs(length - a.bond_lengths).max() < 0.15
    assert a.beads.residue_index[a.owner].tolist() == a.atoms.residue_index.tolist()


def test_virtual_sites_are_skipped_and_counted():
    beads = make_particles(["BB", "CA", "BB", "CA"], ["GLY"] * 4, [1, 1, 2, 2])
    a = assemble(beads, M3)
    assert a.skipped == {"GLY:CA": 2} and a.kept.tolist() == [0, 2] and len(a.atoms) == 8


@pytest.mark.parametrize(
    ("names", "residues", "message"),
    [
        (["BB"], ["PHX"], r"no residue PHX \(1\).*PHX may mean PHE"),
        (["BB", "SC1", "SC2"], ["PHE"] * 3, r"PHE 1 \(chain A\): bead SC3 missing"),
        (["BB", "BB"], ["GLY"] * 2, r"GLY 1 \(chain A\): bead BB is there 2 times"),
        (["N", "CA", "C", "O", "CB"], ["ALA"] * 5, "looks atomistic"),
    ],
)
def test_bad_beads(names, residues, message):
    with pytest.raises(UnbeadError, match=message):
        assemble(make_particles(names, residues, [1] * len(names)), M3)


def test_beads_that_bear_the_names_of_atoms_are_beads(tmp_path):
    heavy = ["N: CA !", "CA: CA CM", "C: CA !", "O: CA !", "CB: CB CM", "OG: CB !"]
    (tmp_path / "ser.yaml").write_text("molecule: SER\natoms:\n  " + "\n  ".join(heavy) + "\n")
    a = assemble(make_particles(["CA", "CB"], ["SER"] * 2, [1, 1]), load_mapping(tmp_path))
    assert len(a.atoms) == 6 and a.skipped == {}


def test_a_mapped_molecule_without_template_is_not_called_unknown(tmp_path):
    (tmp_path / "lig.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n")
    with pytest.raises(UnbeadError, match=r"LIG 1 .*no template"):
        assemble(make_particles(["A"], ["LIG"], [1]), load_mapping(tmp_path))


def test_modified_residues_keep_their_atoms():
    a = assemble(make_particles(["BB", "SC1"], ["SEP"] * 2, [1, 1]), M3)
    assert {"P", "O1P"} <= set(a.atoms.names.tolist()) and a.template_names.tolist() == ["SEP"]


def test_a_restricted_assembly_is_that_of_fewer_beads(beads_of):
    mapping, beads = load_mapping("martini3"), beads_of("martini3")
    keep = np.arange(len(beads.residues)) % 7 != 3
    part, alone = restrict(assemble(beads, mapping), keep), assemble(beads.select_residues(keep), mapping)
    for name in ("names", "elements"):
        np.testing.assert_array_equal(getattr(part.atoms, name), getattr(alone.atoms, name))
    np.testing.assert_array_equal(part.owner, alone.owner)
    as_dense = [to_scipy(a.operator).toarray() for a in (part, alone)]
    np.testing.assert_allclose(*as_dense)
    assert {tuple(b) for b in part.bonds} == {tuple(b) for b in alone.bonds}


LIPIDS = [name for name in known_residues() if template(name).kind in ("lipid", "sterol")]


@pytest.mark.parametrize("name", ["martini2", "martini3", "martini3-ca"])
def test_lipids_come_back_with_the_names_and_places_of_their_atoms(name):
    mapping = load_mapping(name)
    atoms = molecules(*[lipid for lipid in LIPIDS if mapping.find(lipid)])
    beads = coarsen(atoms, mapping)
    a = assemble(beads, mapping)
    assert np.array_equal(a.atoms.names, atoms.names)
    assert np.allclose(apply(a.operator, atoms.positions), beads.positions, atol=1e-3)
    assert a.template_names.tolist() == atoms.residues.names.tolist()
    assert not a.atoms.residues.bonded_to_previous.any()
    assert [template(residue).name for residue in a.atoms.residues.names] == a.template_names.tolist()


def test_lipids_get_the_names_of_their_templates_as_files_hold_them():
    cholesterol = "ROH R1 R2 R3 R4 R5 R6 C1 C2".split()
    linoleoyl = "NH3 PO4 GL1 GL2 C1A D2A D3A C4A C1B D2B D3B C4B".split()
    names = ["CHOL"] * len(cholesterol) + ["DLPE"] * len(linoleoyl)
    a = assemble(make_particles([*cholesterol, *linoleoyl], names, [1] * 9 + [2] * 12), M3)
    assert a.atoms.residues.names.tolist() == ["CHL1", "DIPE"] and a.template_names.tolist() == ["CHL1", "DLIPE"]
    assert len(a.atoms) == 28 + 51 and a.beads.residues.names.tolist() == ["CHOL", "DLPE"]


def test_virtual_sites_of_lipids_are_skipped():
    names = "C1 C2 C3 C4 PO4 P4 P5 GL1 GL2 C1A D2A D3A D4A C5A C1B C2B C3B C4B".split()
    a = assemble(make_particles(names, ["SAP6"] * 18, [1] * 18), M3)
    assert a.skipped == {"SAP6:C4": 1} and a.template_names.tolist() == ["SAPI24"]
