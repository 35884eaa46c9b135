"""The judge: known damage gives known numbers."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.validate.compare import evaluate, evaluate_files


def test_a_structure_equals_itself(crystal):
    numbers = evaluate(crystal, crystal)
    assert numbers["rmsd_all"] == numbers["rmsd_all_strict"] == 0
    assert numbers["broken_bonds_percent"] == 0 and numbers["contacts_below_1.2"] == 0
    assert numbers["d_centres"] == numbers["wrong_cb"] == numbers["cis_non_proline"] == 0
    assert numbers["chi1_within_40_percent"] == numbers["phi_psi_within_30_percent"] == 100
    assert numbers["disulfides"] == numbers["disulfides_right"] == 3


def test_a_shift_is_its_rmsd(crystal):
    numbers = evaluate(crystal.with_positions(crystal.positions + np.array([0.3, 0.4, 0])), crystal)
    for name in ("rmsd_backbone", "rmsd_side_chain", "rmsd_all", "rmsd_common"):
        assert numbers[name] == pytest.approx(0.5, abs=1e-4)
    assert numbers["broken_bonds_percent"] == 0


def test_a_mirror_image_is_all_d(crystal):
    numbers = evaluate(crystal.with_positions(crystal.positions * [-1, 1, 1]), crystal)
    assert numbers["d_centres"] == (crystal.names == "CB").sum()
    threonine, isoleucine = (((crystal.residues.names == n).sum()) for n in ("THR", "ILE"))
    assert numbers["wrong_cb"] == threonine + isoleucine


def test_swapped_symmetric_names_cost_only_the_strict_numbers(crystal):
    names = crystal.names.copy()
    residue = crystal.residues.names[crystal.residue_index]
    for kind, pairs in {"TYR": ("CD1 CD2", "CE1 CE2"), "ARG": ("NH1 NH2",)}.items():
        for pair in pairs:
            a, b = pair.split()
            names = np.where((residue == kind) & (crystal.names == a), b, names)
            names = np.where((residue == kind) & (crystal.names == b), a, names)
    numbers = evaluate(replace(crystal, names=names), crystal)
    assert numbers["rmsd_all"] == 0 and numbers["rmsd_side_chain_strict"] > 0.3


def test_a_moved_atom_breaks_bonds_and_clashes(crystal):
    positions = crystal.positions.copy()
    i = int(np.flatnonzero((crystal.names == "O") & (crystal.residue_index == 10))[0])
    j = int(np.flatnonzero((crystal.names == "CB") & (crystal.residue_index == 31))[0])
    positions[i] = positions[j] + [0.5, 0, 0]
    numbers = evaluate(crystal.with_positions(positions), crystal)
    assert numbers["contacts_below_1.2"] >= 1 and numbers["clashscore"] > numbers["reference_clashscore"]
    assert numbers["broken_bonds_percent"] > 0


def test_residues_that_lack_atoms_do_not_count_as_complete(crystal):
    part = crystal.select(~((crystal.names == "CB") & (crystal.residue_index == 3)))
    numbers = evaluate(crystal, part)
    assert numbers["complete_residues"] == len(crystal.residues) - 1
    assert numbers["rmsd_common"] == 0


def test_residues_are_matched_by_sequence_where_numbers_differ(crystal):
    other = replace(crystal, residues=replace(crystal.residues, numbers=crystal.residues.numbers + 100))
    assert evaluate(other, crystal)["rmsd_all"] == 0


def test_models_are_averaged(crystal, tmp_path):
    moved = crystal.with_positions(crystal.positions + np.array([1, 0, 0]))
    write_structure(tmp_path / "a.pdb", [crystal, moved])
    write_structure(tmp_path / "b.pdb", crystal)
    numbers = evaluate_files(tmp_path / "a.pdb", tmp_path / "b.pdb")
    assert numbers["models"] == 2 and numbers["rmsd_all"] == pytest.approx(0.5, abs=1e-3)
    with pytest.raises(UnbeadError, match=r"1 models|2 models"):
        evaluate_files(tmp_path / "b.pdb", tmp_path / "a.pdb")


def test_strangers_are_refused(crystal):
    with pytest.raises(UnbeadError, match="no amino acids in common"):
        evaluate(make_particles(["W"], ["W"], [1]), crystal)
