"""Particles from columns."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.columns import chosen_locations, from_columns


def build(names, numbers, **more):
    n = len(names)
    labels = more.pop("residue_names", np.full(n, "ALA"))
    positions = more.pop("positions", np.zeros((n, 3), np.float32))
    return from_columns(np.array(names), positions, np.array(labels), np.array(numbers), source="x", **more)


def test_residues_begin_where_a_label_changes():
    p = build(["CA"] * 5, [1, 1, 1, 1, 2], codes=np.array(["", "A", "A", "A", ""]), chains=np.array(list("AAABB")))
    assert p.residue_index.tolist() == [0, 1, 1, 2, 3]
    assert p.residues.insertion_codes.tolist() == ["", "A", "A", ""] and p.residues.chains.tolist() == list("AABB")


def test_an_end_splits_residues_of_one_number_and_breaks_the_chain():
    p = build(["CA", "CA", "CA"], [1, 1, 2], after_end=np.array([False, True, False]))
    assert p.residue_index.tolist() == [0, 1, 2] and p.residues.bonded_to_previous.tolist() == [False, False, True]


def test_of_two_residues_in_one_place_the_first_is_kept():
    """In crystals a residue can be serine or proline; the atoms of both may alternate in the file."""
    p = build(
        ["N", "N", "CA", "CA", "N"],
        [22, 22, 22, 22, 23],
        residue_names=["PRO", "SER", "PRO", "SER", "LEU"],
        locations=np.array(["A", "B", "A", "B", ""]),
    )
    assert p.residues.names.tolist() == ["PRO", "LEU"] and p.names.tolist() == ["N", "CA", "N"]


def test_of_equal_locations_the_first_is_kept():
    keep = chosen_locations(np.array(["", "A", "B", "B", "C"]), np.array([1, 1, 1, 2, 2]))
    assert keep.tolist() == [True, True, False, True, False]


def test_the_location_of_the_highest_occupancy_is_kept_for_a_whole_residue():
    """Atom by atom, the second atom would come from another conformer than the first."""
    places = np.array([7, 7, 7, 7, 8, 8])
    keep = chosen_locations(np.array(list("BABABA")), places, np.array([0.6, 0.3, 0.4, 0.45, 0.5, 0.5]))
    assert keep.tolist() == [True, False, True, False, True, False]


def test_without_an_occupancy_a_location_counts_as_empty():
    keep = chosen_locations(np.array(["A", "B"]), np.array([1, 1]), np.array([np.nan, 0.2]))
    assert keep.tolist() == [False, True]


def test_of_two_residues_in_one_place_the_more_frequent_is_kept():
    p = build(
        ["N", "N", "N"],
        [22, 22, 23],
        residue_names=["PRO", "SER", "LEU"],
        locations=np.array(["A", "B", ""]),
        occupancies=np.array([0.4, 0.6, 1.0]),
    )
    assert p.residues.names.tolist() == ["SER", "LEU"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -2e5])
def test_coordinates_that_cannot_be_are_named(value):
    x = np.zeros((2, 3), np.float32)
    x[1, 2] = value
    with pytest.raises(UnbeadError, match=r"x: ALA 2 \(chain B\): CB has coordinates that cannot be .*; 1 in all"):
        build(["CA", "CB"], [1, 2], chains=np.array(["A", "B"]), positions=x)


@pytest.mark.parametrize("box", [[0, 0, 0, 90, 90, 90], [0] * 6, [np.nan] * 6, None])
def test_a_box_that_is_not_given_is_none(box):
    assert build(["CA"], [1], box=box).box is None


@pytest.mark.parametrize("box", [[0, 0, 9, 90, 90, 90], [np.nan, 9, 9, 90, 90, 90], [9, 9, 9, 90, 90, 180]])
def test_a_box_without_volume_is_refused(box):
    with pytest.raises(UnbeadError, match="x: the box of .* has no volume; correct it, or give zeros"):
        build(["CA"], [1], box=box)


def test_nothing_is_refused():
    with pytest.raises(UnbeadError, match="no atoms or beads"):
        build(np.zeros(0, "U1"), np.zeros(0, int), residue_names=np.zeros(0, "U1"))
