"""Residues wherever their particles stand."""

import numpy as np
import pytest

from unbead.io.columns import from_columns
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.universe import from_universe, to_universe

GO = [("BB", "MET", 1), ("SC1", "MET", 1), ("BB", "GLN", 2), ("SC1", "GLN", 2), ("BB", "GLY", 3)]
SITES = [("CA", "MET", 1), ("CA", "GLN", 2), ("CA", "GLY", 3)]
PLACE = {"BB": 0.0, "SC1": 2.5, "CA": 0.0}


def read(rows, shift=(0.0,), positions=None, **more):
    """Particles of rows (name, residue, number); residue i at 3.8 i Å, and each block of `rows` shifted."""
    names, residues, numbers = (np.array(column) for column in zip(*rows, strict=True))
    if positions is None:
        positions = np.zeros((len(rows), 3), np.float32)
        positions[:, 0] = 3.8 * numbers + np.resize(shift, len(rows))
        positions[:, 1] = [PLACE.get(name, 1.0) for name in names.tolist()]
    return from_columns(names, np.asarray(positions, np.float32), residues, numbers, source="x", **more)


def test_sites_behind_the_last_residue_belong_to_their_residues():
    """Every Gō model of martinize2 and mdrun was refused: the sites were residues of their own that lacked BB."""
    p, plain = read(GO + SITES), read(GO)
    assert p.names.tolist() == ["BB", "SC1", "CA", "BB", "SC1", "CA", "BB", "CA"]
    assert (
        p.residues.numbers.tolist() == [1, 2, 3]
        and p.order is not None
        and p.order.tolist() == [0, 1, 5, 2, 3, 6, 4, 7]
    )
    assert p.residues.bonded_to_previous.tolist() == plain.residues.bonded_to_previous.tolist() == [False, True, True]
    assert plain.order is None and plain.notes == p.notes == ()


def test_positions_go_back_to_the_order_of_the_file():
    p = read(GO + SITES)
    assert np.array_equal(p.as_in_file()[:, 0], 3.8 * np.array([1, 1, 2, 2, 3, 1, 2, 3], np.float32))
    assert p.select(np.arange(3)).order is None


def test_copies_of_a_chain_with_equal_numbers_stay_apart_with_their_own_sites():
    one = [*GO, *SITES]
    p = read(one + one, shift=[*([0.0] * len(one)), *([40.0] * len(one))])
    assert (
        p.residues.numbers.tolist() == [1, 2, 3] * 2
        and p.residues.bonded_to_previous.tolist() == [False, True, True] * 2
    )
    merged = read(GO + GO + SITES + SITES, shift=[*([0.0] * 5), *([40.0] * 5), *([0.0] * 3), *([40.0] * 3)])
    assert np.array_equal(merged.positions, p.positions) and np.array_equal(merged.names, p.names)
    swapped = read(GO + GO + SITES + SITES, shift=[*([0.0] * 5), *([40.0] * 5), *([40.0] * 3), *([0.0] * 3)])
    assert np.array_equal(swapped.positions, p.positions)


def test_sites_behind_an_end_of_the_chain_belong_to_it():
    after = np.arange(8) == 5
    assert read(GO + SITES, after_end=after).residues.numbers.tolist() == [1, 2, 3]


def test_sites_whose_numbers_go_on_belong_to_the_residues_that_they_lie_on():
    """MDAnalysis counts the residues of a TPR file, and sites of a Gō model were refused as residues without BB."""
    counted = [(name, residue, number + 3) for name, residue, number in SITES]
    plain = read(GO + SITES)
    p = read(GO + counted, positions=plain.as_in_file())
    assert p.names.tolist() == plain.names.tolist() and p.residues.numbers.tolist() == [1, 2, 3]
    assert p.order is not None and plain.order is not None and np.array_equal(p.order, plain.order)


def test_a_particle_on_another_is_no_site_by_a_likely_name_alone():
    """CA1 of residue 2 on a bead of residue 1 became a part of residue 1; found by hypothesis."""
    two = from_columns(
        np.array(["10", "CA1"]), np.zeros((2, 3), np.float32), np.array(["RES", "RES"]), np.array([1, 2]), source="x"
    )
    assert two.residues.numbers.tolist() == [1, 2]


def test_a_ca_model_beside_beads_is_no_row_of_sites():
    """Names alone do not make sites: a chain of one bead per residue stays one."""
    model = [("CA", residue, number + 3) for _, residue, number in SITES]
    assert len(read(GO + model).residues) == 6


def test_sites_with_a_residue_name_of_their_own_do_not_break_the_chain():
    rows = [("BB", "GLY", 1), ("CA", "VS", 1), ("BB", "GLY", 2), ("CA", "VS", 2)]
    p = read(rows)
    assert p.residues.names.tolist() == ["GLY", "GLY"] and p.residues.bonded_to_previous.tolist() == [False, True]


def test_far_particles_and_ions_are_no_part_of_an_earlier_residue():
    assert len(read([*GO, ("CA", "MET", 1)], shift=[*([0.0] * 5), 60.0]).residues) == 4
    ions = [("NA", "ION", 1), ("BB", "GLY", 2), ("CL", "ION", 1)]
    assert read(ions).residues.names.tolist() == ["ION", "GLY", "ION"]


def test_a_bead_that_comes_again_begins_a_residue():
    """Kabat's numbers 52, 52A lose their letters in GRO."""
    rows = [("BB", "GLN", 40), ("SC1", "GLN", 40), ("BB", "GLN", 40), ("SC1", "GLN", 40), ("BB", "GLY", 41)]
    p = read(rows, positions=3.0 * np.eye(5, 3))
    assert p.residues.numbers.tolist() == [40, 40, 41] and p.residues.insertion_codes.tolist() == ["", "A", ""]
    assert p.residues.bonded_to_previous.tolist() == [False, True, True]
    assert len(p.notes) == 1 and "GLN 40 as 40A" in p.notes[0]
    three = read([("BB", "GLY", 82)] * 4, positions=3.8 * np.arange(12).reshape(4, 3))
    assert three.residues.insertion_codes.tolist() == ["", "A", "B", "C"]


def test_lipids_of_one_number_are_numbered_on_and_water_keeps_its_number():
    p = read(
        [("NC3", "POPC", 1), ("PO4", "POPC", 1)] * 3 + [("W", "W", 1)] * 3, positions=9.0 * np.arange(27).reshape(9, 3)
    )
    assert p.residues.numbers.tolist() == [1, 2, 3, 1, 1, 1] and len(p.residues) == 6
    assert "POPC 1 as 2" in p.notes[0] and "W" not in p.notes[0].partition(":")[2]


@pytest.mark.parametrize("names", [["C", "C", "H", "H"], ["BB", "SC1", "SC1"]])
def test_names_that_come_again_otherwise_part_nothing(names):
    """Ligands may have atoms without numbers."""
    x = 2.0 * np.arange(3 * len(names)).reshape(-1, 3)
    assert len(read([(name, "LIG", 1) for name in names], positions=x).residues) == 1


def test_a_bead_written_twice_is_no_residue():
    assert len(read([("BB", "GLY", 1), ("BB", "GLY", 1)]).residues) == 1


CIF = "data_x\nloop_\n" + "".join(
    f"_atom_site.{name}\n"
    for name in "id label_atom_id label_comp_id auth_seq_id auth_asym_id Cartn_x Cartn_y Cartn_z".split()
)


def text_of(suffix, x):
    """The sites behind the protein in a format."""
    rows = [(k, *row, *place) for k, (row, place) in enumerate(zip(GO + SITES, x.tolist(), strict=True), 1)]
    if suffix == ".gro":
        lines = [f"{n:5d}{r:<5s}{a:>5s}{k:5d}{i / 10:8.3f}{j / 10:8.3f}{m / 10:8.3f}\n" for k, a, r, n, i, j, m in rows]
        return f"title\n{len(rows)}\n{''.join(lines)} 9.0 9.0 9.0\n"
    if suffix == ".cif":
        return CIF + "".join(f"{k} {a} {r} {n} A {i:.3f} {j:.3f} {m:.3f}\n" for k, a, r, n, i, j, m in rows)
    return "".join(
        f"ATOM  {k:5d}  {a:<3s} {r:>3s} A{n:4d}    {i:8.3f}{j:8.3f}{m:8.3f}  1.00  0.00\n"
        for k, a, r, n, i, j, m in rows
    )


@pytest.mark.parametrize("suffix", [".pdb", ".gro", ".cif"])
def test_every_format_reads_sites_alike_as_structure_and_as_frame(suffix, tmp_path):
    flat = read(GO + SITES)
    file = tmp_path / f"go{suffix}"
    file.write_text(text_of(suffix, flat.as_in_file()))
    p = read_structure(file)
    assert np.array_equal(p.names, flat.names) and np.array_equal(p.residue_index, flat.residue_index)
    assert np.allclose(p.positions, flat.positions, atol=1e-3)
    frame = next(Trajectory(p, [file], "x").read(range(1))).of(p)
    assert np.array_equal(frame.positions, p.positions)


def test_a_universe_with_sites_at_its_end():
    runs = [*GO, *SITES]
    flat = from_columns(
        np.array([name for name, _, _ in runs]),
        read(runs).as_in_file(),
        np.array([f"{name}{k // 5}" for k, (_, name, _) in enumerate(runs)]),
        np.array([number for _, _, number in runs]),
        source="x",
    )
    universe = to_universe(flat)
    universe.residues.resnames = [name[:3] for name in universe.residues.resnames]
    p = from_universe(universe)
    assert len(universe.residues) == 6 and len(p.residues) == 3 and p.names.tolist()[:3] == ["BB", "SC1", "CA"]
    moved = next(Trajectory(p, universe, "x").read(range(1))).of(p)
    assert np.array_equal(moved.positions, p.positions)


def test_residues_of_other_names_that_lost_their_letters_get_new_ones():
    """Kabat's 52 SER, 52A THR, 52B SER came out as three residues 52, in one chain, with nothing to tell them by."""
    rows = [("BB", "GLY", 51), ("BB", "SER", 52), ("BB", "THR", 52), ("BB", "SER", 52), ("BB", "GLY", 53)]
    x = np.zeros((5, 3), np.float32)
    x[:, 0] = 3.8 * np.arange(5)
    p = read(rows, positions=x)
    assert p.residues.numbers.tolist() == [51, 52, 52, 52, 53]
    assert p.residues.insertion_codes.tolist() == ["", "", "A", "B", ""]
    assert p.residues.bonded_to_previous.tolist() == [False, True, True, True, True]
    assert "THR 52 as 52A" in p.notes[0]
    named = read(rows, positions=x, chains=np.full(5, "A"))
    assert named.residues.insertion_codes.tolist() == [""] * 5  # files with chains keep what they say
