"""What the formats hold, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.structure.box import box_vectors


def possible(box):
    """Whether the angles can meet in a corner."""
    return np.linalg.det(box_vectors(np.array(box, np.float32))) > 0.2 * np.prod(box[:3])


def three(**residue_fields):
    p = make_particles(["CA"] * 3, ["ALA"] * 3, [1, 2, 3], np.arange(9).reshape(3, 3) * 2.2)
    return replace(p, residues=replace(p.residues, **residue_fields))


def there_and_back(path, p):
    write_structure(path, p)
    return read_structure(path)


@pytest.mark.parametrize("suffix", [".pdb", ".cif"])
def test_insertion_codes_and_chains(tmp_path, suffix):
    p = three(insertion_codes=np.array(["", "A", ""]), chains=np.array(["A", "A", "B"]))
    q = there_and_back(tmp_path / f"x{suffix}", p)
    assert q.residues.insertion_codes.tolist() == ["", "A", ""] and q.residues.chains.tolist() == ["A", "A", "B"]


@pytest.mark.parametrize("suffix", [".pdb", ".gro", ".cif"])
def test_negative_numbers(tmp_path, suffix):
    """They once came out as 9999."""
    assert there_and_back(tmp_path / f"x{suffix}", three(numbers=np.array([-1, 0, 1]))).residues.numbers.tolist() == [
        -1,
        0,
        1,
    ]


def test_single_molecules_are_heteroatoms_without_ends(tmp_path):
    names, residues = ["CA", "CA", "O", "O", "NA", "CA"], ["ALA", "ALA", "HOH", "HOH", "NA", "CA"]
    p = make_particles(names, residues, range(6), np.arange(18).reshape(6, 3) * 0.7, elements=[*"CCOO", "Na", "Ca"])
    p = replace(p, residues=replace(p.residues, bonded_to_previous=np.arange(6) == 1))
    write_structure(tmp_path / "x.pdb", p)
    lines = (tmp_path / "x.pdb").read_text().splitlines()
    assert [line[:6].strip() for line in lines] == ["ATOM"] * 2 + ["TER"] + ["HETATM"] * 4 + ["END"]
    for suffix in (".pdb", ".cif"):
        q = there_and_back(tmp_path / f"y{suffix}", p)
        assert q.residues.names.tolist() == residues and q.elements.tolist() == p.elements.tolist()
        assert np.array_equal(q.residues.bonded_to_previous, p.residues.bonded_to_previous)


def test_water_past_9999(tmp_path):
    n = 10_050
    p = make_particles(
        ["W"] * n, ["W"] * n, list(range(9_000, 9_000 + n)), np.arange(3 * n).reshape(n, 3) % 997 * 9.0, ""
    )
    p = replace(p, residues=replace(p.residues, bonded_to_previous=np.zeros(n, bool)))
    assert np.array_equal(there_and_back(tmp_path / "x.pdb", p).residues.numbers, p.residues.numbers)


def test_long_chain_names_stay_apart_in_pdb(tmp_path):
    q = there_and_back(tmp_path / "x.pdb", three(chains=np.array(["AA", "AA", "AB"])))
    assert q.residues.segments.tolist() == ["AA", "AA", "AB"] and not q.residues.bonded_to_previous[2]


def test_segments_stand_for_chains_in_cif(tmp_path):
    p = three(chains=np.array([""] * 3), segments=np.array(["PROA", "PROA", "PROB"]))
    assert there_and_back(tmp_path / "x.cif", p).residues.chains.tolist() == ["PROA", "PROA", "PROB"]


@pytest.mark.parametrize(
    ("suffix", "change", "message"),
    [
        (".pdb", {"names": np.array(["LONGN"] * 3)}, "the name of ALA 1 .*write a .cif file"),
        (".gro", {"names": np.array(["LONGER"] * 3)}, "the name of ALA 1"),
        (".pdb", {"positions": np.full((3, 3), -1000, np.float32)}, "the coordinates of ALA 1"),
        (".pdb", {"positions": np.full((3, 3), 10_000, np.float32)}, "the coordinates of ALA 1"),
        (".cif", {"positions": np.full((3, 3), np.nan, np.float32)}, "nothing to write"),
        (".pdb", {"residues": three(numbers=np.array([-1000, 1, 2])).residues}, "the residue number of ALA -1000"),
        (".gro", {"residues": three(names=np.array(["ALANIN"] * 3)).residues}, "the residue name of ALANIN 1"),
    ],
)
def test_what_columns_cannot_hold_is_refused(tmp_path, suffix, change, message):
    with pytest.raises(UnbeadError, match=message):
        write_structure(tmp_path / f"x{suffix}", replace(three(), **change))
    assert not list(tmp_path.iterdir())


BOX = st.tuples(*[st.floats(20, 900, width=32)] * 3, *[st.floats(55, 110, width=32)] * 3).filter(possible)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([".pdb", ".gro", ".cif"]), BOX)
def test_any_box_comes_back(tmp_path, suffix, box):
    box = np.round(np.array(box, np.float32), 2)  # what all formats hold
    q = there_and_back(tmp_path / f"x{suffix}", replace(three(), box=box))
    assert np.allclose(q.box, box, atol=2e-3)
    assert np.allclose(box_vectors(q.box), box_vectors(box), atol=0.02)


def test_boxes_of_gromacs(tmp_path):
    """Three numbers of a brick, nine of any other cell in GROMACS' order."""
    for box, expected in (
        ([30, 40, 50, 90, 90, 90], [3, 4, 5]),
        ([40, 40, 40, 60, 60, 90], [4, 4, 2.82843, 0, 0, 0, 0, 2, 2]),
        ([40, 50, 60, 90, 90, 60], [4, 4.33013, 6, 0, 0, 2.5, 0, 0, 0]),
        (None, [0, 0, 0]),
    ):
        write_structure(tmp_path / "x.gro", replace(three(), box=None if box is None else np.array(box, np.float32)))
        last = (tmp_path / "x.gro").read_text().splitlines()[-1]
        assert [float(value) for value in last.split()] == pytest.approx(expected, abs=1e-5)
        assert (read_structure(tmp_path / "x.gro").box is None) == (box is None)


LABEL = st.text("ABCabc129'*+-", min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([".pdb", ".gro", ".cif"]),
    st.lists(
        st.tuples(LABEL, st.integers(-99, 30_000), st.tuples(*[st.floats(-900, 900, width=32)] * 3)),
        min_size=1,
        max_size=6,
    ),
)
def test_any_labels_and_coordinates_come_back(tmp_path, suffix, rows):
    names, numbers, positions = (list(column) for column in zip(*rows, strict=True))
    names = [f"{name[:3]}{k}" for k, name in enumerate(names)]  # a name that comes twice would begin another residue
    # A file whose first number has wrapped already cannot tell.
    limit = 9_999 if suffix == ".pdb" else 30_000
    numbers = np.sort(np.minimum(numbers, limit)).tolist()
    p = make_particles(names, ["RES"] * len(rows), numbers, positions)
    q = there_and_back(tmp_path / f"x{suffix}", p)
    assert q.names.tolist() == names and q.residues.numbers[q.residue_index].tolist() == numbers
    assert np.abs(q.positions - p.positions).max() < (0.0052 if suffix == ".gro" else 0.00055)


@pytest.mark.parametrize("label", ["'", '"', "#", "_", "$", "?", ".", ";", "data_", "[", "\\", "'A", "O5'", "a'b \"c"])
def test_any_label_comes_back_from_mmcif(tmp_path, crystal, label):
    """An insertion code ' was written bare, and the file could not be read."""
    n = len(crystal.residues)
    residues = replace(
        crystal.residues,
        insertion_codes=np.full(n, label),
        chains=np.full(n, label),
        names=np.where(np.arange(n) == 0, label, crystal.residues.names),
    )
    names = np.where(np.arange(len(crystal)) == 3, label, crystal.names)
    write_structure(tmp_path / "x.cif", replace(crystal, residues=residues, names=names))
    found = read_structure(tmp_path / "x.cif")
    assert set(found.residues.insertion_codes) == set(found.residues.chains) == {label}
    assert found.residues.names[0] == label == found.names[3] and len(found) == len(crystal)
    assert np.array_equal(found.elements, crystal.elements)
