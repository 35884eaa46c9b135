from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from tests.nucleic import strand
from tests.prepare.conftest import molecules
from unbead.chem.particles import join
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.prepare.finish import FinishOptions, finish

pytest.importorskip("openmm")


def test_by_default_only_ends_and_disulfides(crystal):
    done = finish(crystal, FinishOptions(naming="amber"))
    assert len(done.atoms) == len(crystal) + 1
    seconds = done.summary.pop("seconds")
    assert list(seconds) == ["ends", "names"]
    assert done.summary == {"disulfides": 3, "atoms": len(crystal) + 1, "charge": 0, "problems": {}}
    assert (done.atoms.residues.names == "CYS2").sum() == 6


def test_all_steps(crystal, tmp_path):
    told = []
    options = FinishOptions(minimize=True, topology=tmp_path / "crambin.top")
    done = finish(crystal, options, progress=told.append)
    assert len(told) == 5
    assert done.summary["energy_after"] < done.summary["energy_before"]
    assert done.summary["states"] == {"CYX": 6}
    assert [path.rsplit("/", 1)[1] for path in done.summary["topology"]] == ["crambin.top", "crambin.gro"]
    assert (done.atoms.elements != "H").sum() == len(crystal) + 1
    assert (done.atoms.residues.names == "CYS").sum() == 6


def test_both_sides_of_a_break_are_ends(crystal):
    bonded = crystal.residues.bonded_to_previous.copy()
    bonded[20] = False
    broken = replace(crystal, residues=replace(crystal.residues, bonded_to_previous=bonded))
    atoms = finish(broken, FinishOptions(hydrogens=True)).atoms
    assert atoms.residue_index[atoms.names == "OXT"].tolist() == [19, 45]
    assert atoms.residue_index[atoms.names == "H3"].tolist() == [0, 20]


def test_hydrogens_of_the_input_are_replaced(crystal):
    once = finish(crystal, FinishOptions(hydrogens=True)).atoms
    twice = finish(once, FinishOptions(hydrogens=True)).atoms
    assert twice.names.tolist() == once.names.tolist()
    np.testing.assert_array_equal(twice.positions, once.positions)


@pytest.mark.parametrize("wrong", [{"ph": 15}, {"forcefield": "gromos"}, {"colour": "blue"}])
def test_options_are_checked(wrong):
    with pytest.raises(ValidationError):
        FinishOptions(**wrong)


def test_resolvate_fills_the_box_and_needs_one(crystal):
    boxed = replace(crystal, box=np.array([60, 50, 50, 90, 90, 90], np.float32))
    done = finish(boxed, FinishOptions(resolvate=True))
    added = done.summary["added"]
    names, counts = np.unique(done.atoms.residues.names, return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True))["HOH"] == added["HOH"] > 3000
    assert len(done.atoms) > 3 * added["HOH"]
    with pytest.raises(UnbeadError, match="no box"):
        finish(replace(crystal, box=None), FinishOptions(resolvate=True))


def test_a_whole_system(peptide, patch, tmp_path):
    protein = peptide("ALA", "HIS", "SER")
    both = replace(join([protein.with_positions(protein.positions + 90), patch]), box=patch.box)
    options = FinishOptions(hydrogens=True, forcefield="charmm36", naming="charmm", topology=tmp_path / "system.top")
    done = finish(both, options)
    names = done.atoms.residues.names
    assert names[:3].tolist() == ["ALA", "HSE", "SER"]
    assert set(names[3:]) == {"POPC", "CHL1", "SOD", "CLA", "TIP3"}
    counts = (tmp_path / "system.top").read_text().split("[ molecules ]\n")[1].split("\n")
    assert counts[:5] == ["Protein 1", "POPC 1", "CHL1 1", "NA 1", "CL 1"]
    assert counts[5] == f"SOL {(names == 'TIP3').sum()}"


def test_lipids_that_the_force_field_lacks_are_refused_before_the_work():
    told = []
    with pytest.raises(UnbeadError, match="SAPI24 1"):
        finish(molecules("SAPI24"), FinishOptions(minimize=True), progress=told.append)
    assert len(told) == 1


def test_lipids_that_the_box_cuts_are_put_together(patch):
    wrapped = patch.with_positions(patch.positions % patch.box[:3])
    first, second = (finish(atoms, FinishOptions(hydrogens=True)).atoms for atoms in (patch, wrapped))
    a, b = (p.positions[p.residue_index == 0] for p in (first, second))
    np.testing.assert_allclose(b - b[0], a - a[0], atol=1e-3)


@pytest.mark.parametrize("names", [["DC5", "DG", "DA", "DT"], ["G5", "U", "A", "C"]])
def test_nucleic_acids_get_hydrogens_and_a_force_field(names):
    atoms = strand(names)
    done = finish(atoms, FinishOptions(minimize=True))
    wanted = sum(int((~template(name).heavy).sum()) for name in names) + 2  # at O5' and O3'
    assert (done.atoms.elements == "H").sum() == wanted
    assert {"HO5'", "HO3'"} <= set(done.atoms.names.tolist())
    assert done.atoms.residues.names.tolist() == atoms.residues.names.tolist()
    assert done.summary["energy_after"] < done.summary["energy_before"]
    assert len(done.molecule.bonds) == sum(len(template(name).bonds) for name in names) + 3 + 2
