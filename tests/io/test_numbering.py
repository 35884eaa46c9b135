"""Residue numbers come out as they were meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbead.io.numbering import changes, decode_numbers, unwrap


def test_hybrid_36_goes_on_where_the_decimals_end():
    column = ["9999", "A000", "A001", "A00Z", "A010", "ZZZZ", "a000", "a001"]
    last = 10_000 + 26 * 36**3
    assert decode_numbers(column).tolist() == [9999, 10_000, 10_001, 10_035, 10_036, last - 1, last, last + 1]


def test_what_is_no_number_counts_on():
    assert decode_numbers(["    ", "    "]).tolist() == [1, 1]
    assert decode_numbers(["  -3", "****", "****", "  7 "]).tolist() == [-3, -2, -2, 7]


@given(st.lists(st.text(max_size=4), max_size=6))
def test_any_column_gives_numbers(column):
    assert len(decode_numbers(column)) == len(column)


@given(st.integers(0, 9_999), st.lists(st.integers(0, 900), min_size=1, max_size=60))
def test_numbers_that_grow_are_recovered_over_gaps(start, steps):
    meant = start + np.cumsum([0, *steps])
    none = np.zeros(len(meant), bool)
    assert np.array_equal(unwrap(meant % 10_000, none, none, 10_000), meant)


@given(st.integers(9_000, 9_999), st.integers(1, 25_000))
def test_numbers_of_water_are_recovered_though_each_ends_a_chain(start, n):
    meant = start + np.arange(n)
    assert np.array_equal(unwrap(meant % 10_000, np.zeros(n, bool), np.ones(n, bool), 10_000), meant)


@pytest.mark.parametrize("chain", [True, False])
def test_other_chains_begin_anew(chain):
    """A second chain from 1 on, after water 6001 of the first, once came out as 10001."""
    numbers = np.array([6000, 6001, 1, 2])
    new = np.array([True, False, True, False])
    none = np.zeros(4, bool)
    assert np.array_equal(unwrap(numbers, new if chain else none, none if chain else new, 10_000), numbers)


def test_turns_end_with_the_chain():
    numbers = np.array([9999, 0, 1, 5, 6])
    chain = np.array([True, False, False, True, False])
    assert unwrap(numbers, chain, np.zeros(5, bool), 10_000).tolist() == [9999, 10_000, 10_001, 5, 6]


def test_negative_numbers_stay():
    numbers = np.array([9998, -3, -2, 0, 1])
    chain = np.array([True, True, False, False, False])
    assert np.array_equal(unwrap(numbers, chain, np.zeros(5, bool), 10_000), numbers)


def test_changes():
    assert changes(np.array([1, 1, 2, 2]), np.array(["A", "A", "A", "B"])).tolist() == [True, False, True, True]
    assert not len(changes(np.zeros(0)))
