"""Beads of any atomistic file."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles, molecules
from unbead.chem.particles import join
from unbead.coarsening.coarsen import Coarsener, CoarsenOptions
from unbead.errors import UnbeadError
from unbead.mapping.mapping import load_mapping

MARTINI = load_mapping("martini3")


def crystal_with(crystal, *others):
    """A crystal with molecules far away from it."""
    parts = []
    for k, (name, atoms) in enumerate(others, 1):
        x = np.stack([200.0 + 30 * k + 1.4 * np.arange(len(atoms)), *np.zeros((2, len(atoms)))], 1)
        parts.append(make_particles(atoms, [name] * len(atoms), [k] * len(atoms), x, chain="W"))
    return join([crystal, *parts])


def without(atoms, number, names):
    k = int(np.flatnonzero(atoms.residues.numbers == number)[0])
    return atoms.select(~((atoms.residue_index == k) & np.isin(atoms.names, names)))


def test_water_ions_and_buffer_leave_the_beads_as_they_were(crystal, beads_of):
    atoms = crystal_with(crystal, ("HOH", ["O"]), ("NA", ["NA"]), ("GOL", ["C1", "C2"]), ("HOH", ["O"]))
    made = Coarsener(atoms, MARTINI, CoarsenOptions())
    assert np.array_equal(made.beads.positions, beads_of("martini3").positions)
    assert made.notes.left_out == "left out 2 water, 1 ion (NA 1), 1 buffer molecule (GOL 1)"


def test_all_unknown_residues_are_named_at_once_with_a_remedy_that_works(crystal, beads_of):
    atoms = crystal_with(crystal, ("LIG", ["C1"]), ("HEM", ["FE", "NA"]), ("LIG", ["C1"]))
    with pytest.raises(UnbeadError, match=r"no residue LIG \(2\), HEM \(1\), first LIG 1 .*--skip-unknown"):
        Coarsener(atoms, MARTINI, CoarsenOptions())
    made = Coarsener(atoms, MARTINI, CoarsenOptions(skip_unknown=True))
    assert made.notes.unknown == {"LIG": 2, "HEM": 1}
    assert np.array_equal(made.beads.positions, beads_of("martini3").positions)


@pytest.mark.parametrize(
    ("kind", "name", "atoms", "words"),
    [
        ("water", "HOH", ["O"], "one water molecule.*leave out --keep-water"),
        ("ions", "ZN", ["ZN"], r"no bead for ZN \(1\).*--mapping-file"),
        ("buffer", "GOL", ["C1", "C2"], r"no bead for GOL \(1\)"),
    ],
)
def test_what_the_mapping_has_no_bead_for_cannot_be_kept(crystal, kind, name, atoms, words):
    with pytest.raises(UnbeadError, match=words):
        Coarsener(crystal_with(crystal, (name, atoms)), MARTINI, CoarsenOptions((kind,)))


def test_ions_and_buffer_are_kept_where_the_mapping_has_them(crystal, tmp_path):
    (tmp_path / "gly.yaml").write_text("molecule: GLY\natoms:\n  CA: BB\n")
    (tmp_path / "gol.yaml").write_text("molecule: GOL\ncenter: geometry\natoms:\n  C1: A\n  C2: A\n")
    (tmp_path / "zn.yaml").write_text("molecule: ZN\natoms:\n  ZN: ZN\n")
    atoms = join([molecules("GLY"), make_particles(["C1", "C2"], ["GOL"] * 2, [1, 1], [[9, 0, 0], [11, 0, 0]])])
    atoms = join([atoms, make_particles(["ZN"], ["ZN"], [1], [[20, 0, 0]])])
    mapping = load_mapping(tmp_path)
    left = Coarsener(atoms, mapping, CoarsenOptions())
    assert left.beads.names.tolist() == ["BB"]
    assert left.notes.left_out.endswith("kept with --keep-ions, --keep-buffer")
    kept = Coarsener(atoms, mapping, CoarsenOptions(("ions", "buffer")))
    assert kept.beads.names.tolist() == ["BB", "A", "ZN"] and kept.notes.left_out == ""
    assert kept.beads.positions[1].tolist() == [10, 0, 0]


def test_an_incomplete_side_chain_is_completed_and_named(crystal, beads_of):
    """Martini's SC2 of tyrosine had none of its atoms, and the crystal was refused."""
    left = without(crystal, 29, ["CD1", "CD2", "CE1", "CE2", "CZ", "OH"])
    made = Coarsener(left, MARTINI, CoarsenOptions())
    assert made.notes.completed == ["TYR 29 (chain A): CD1 CD2 CE1 CE2 CZ OH"]
    truth = beads_of("martini3")
    assert made.beads.names.tolist() == truth.names.tolist()
    off = np.linalg.norm(made.beads.positions - truth.positions, axis=1)
    changed = truth.residues.numbers[truth.residue_index] == 29
    assert off[~changed].max() == 0 and off[changed].max() < 1.0


def test_a_bead_that_lacks_one_atom_is_right_again(crystal, beads_of):
    """It was the centre of the atoms that are there, off by up to 1 Å."""
    left = without(crystal, 13, ["CE2"])
    made = Coarsener(left, MARTINI, CoarsenOptions())
    assert np.linalg.norm(made.beads.positions - beads_of("martini3").positions, axis=1).max() < 0.1


def test_beads_that_lack_atoms_are_dropped_on_request(crystal, beads_of):
    left = without(crystal, 29, ["CD1", "CE1", "CE2", "CZ", "OH"])
    made = Coarsener(left, MARTINI, CoarsenOptions(incomplete="drop"))
    truth = beads_of("martini3")
    assert made.notes.dropped == ["TYR 29 (chain A): SC2 SC3 SC4"] and not made.notes.completed
    gone = (truth.residues.numbers[truth.residue_index] == 29) & np.isin(truth.names, ["SC2", "SC3", "SC4"])
    assert np.array_equal(made.beads.positions, truth.positions[~gone])


def test_a_residue_without_any_whole_bead_leaves_a_gap(crystal):
    k = int(np.flatnonzero(crystal.residues.numbers == 20)[0])
    left = without(crystal, 20, ["CA", "CB"])
    made = Coarsener(left, MARTINI, CoarsenOptions(incomplete="drop"))
    assert 20 not in made.beads.residues.numbers
    assert not made.beads.residues.bonded_to_previous[k]


def test_the_first_of_atoms_that_come_twice_is_taken(crystal, beads_of):
    again = crystal.select(np.concatenate([[0, 1, 1], np.arange(2, len(crystal))]))
    moved = again.positions.copy()
    moved[2] += 5.0
    made = Coarsener(again.with_positions(moved), MARTINI, CoarsenOptions())
    assert np.array_equal(made.beads.positions, beads_of("martini3").positions)
    assert made.notes.repeated == ["THR 1 (chain A)"]


def test_what_cannot_be_completed_is_named_with_a_remedy_that_works(tmp_path):
    (tmp_path / "lig.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n  C2: A\n  C3: B\n")
    lacking = make_particles(["C1", "C3"], ["LIG"] * 2, [7, 7], [[0, 0, 0], [3, 0, 0]])
    mapping = load_mapping(tmp_path)
    with pytest.raises(UnbeadError, match="LIG 7 .*: C2: not there.*--incomplete drop"):
        Coarsener(lacking, mapping, CoarsenOptions())
    made = Coarsener(lacking, mapping, CoarsenOptions(incomplete="drop"))
    assert made.beads.names.tolist() == ["B"] and made.notes.dropped == ["LIG 7 (chain A): A"]


def test_a_trace_is_sent_to_run(crystal):
    trace = crystal.select(crystal.names == "CA")
    with pytest.raises(UnbeadError, match="only 46 are there: beads or a trace.*`unbead run`"):
        Coarsener(trace, MARTINI, CoarsenOptions())
    assert len(Coarsener(trace, load_mapping("ca"), CoarsenOptions()).beads) == 46


def test_nothing_to_make_beads_of_is_refused():
    water = make_particles(["O"], ["HOH"], [1])
    with pytest.raises(UnbeadError, match="no residue that mapping martini3 makes beads of; left out 1 water"):
        Coarsener(water, MARTINI, CoarsenOptions())


def test_other_choices_are_refused(crystal):
    with pytest.raises(UnbeadError, match="--incomplete maybe: use complete or drop"):
        Coarsener(crystal, MARTINI, CoarsenOptions(incomplete="maybe"))


def test_molecules_that_the_box_cut_are_whole(crystal, beads_of):
    box = np.array([60, 60, 60, 90, 90, 90], np.float32)
    cut = crystal.positions.copy()
    cut[crystal.residues.numbers[crystal.residue_index] > 25] += 60.0
    made = Coarsener(replace(crystal, positions=cut, box=box), MARTINI, CoarsenOptions())
    assert np.allclose(made.beads.positions, beads_of("martini3").positions, atol=1e-4)
