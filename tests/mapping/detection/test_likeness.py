"""Distances between beads say which of several mappings with the same names they were made with."""

import numpy as np
import pytest

from unbead.mapping.detection.detect import recognise
from unbead.mapping.detection.likeness import likeness, log_likelihood
from unbead.mapping.mapping import load_mapping

SAME = {"martini3": "martini3-ca", "martini2": "elnedyn"}


@pytest.mark.parametrize(("centre", "ca"), SAME.items())
def test_beads_are_most_like_their_own_mapping(beads_of, centre, ca):
    for true, other in ((centre, ca), (ca, centre)):
        own, wrong = (likeness(beads_of(true), load_mapping(name)) for name in (true, other))
        assert own.count == wrong.count > 80
        assert own.score > wrong.score + 0.8 * own.count
        assert own.step == pytest.approx(own.expected_step, abs=0.15)
        assert own.inside == pytest.approx(own.expected_inside, abs=0.15)
        assert abs(wrong.step - wrong.expected_step) > 0.3


def test_the_line_names_what_is_seen_and_what_was_expected(beads_of):
    found = recognise(beads_of("elnedyn"))
    assert found.mapping.name == "elnedyn"
    assert found.notes == (
        "neighbouring BB beads are 3.80 Å apart, as in mapping elnedyn (3.80 Å) and not in martini2 (3.36 Å)",
    )


def test_a_mapping_that_was_given_is_kept_and_doubted(beads_of):
    found = recognise(beads_of("elnedyn"), load_mapping("martini2"))
    assert found.mapping.name == "martini2"
    assert "--mapping elnedyn" in found.warnings[0]
    assert not recognise(beads_of("martini2"), load_mapping("martini2")).warnings


def test_distances_that_no_mapping_has_are_said(beads_of):
    beads = beads_of("martini3")
    wide = recognise(beads.with_positions(beads.positions * 1.3))
    assert "neighbouring BB beads" in wide.warnings[0]
    middle = beads.positions[np.flatnonzero(beads.names == "BB")][beads.residue_index]
    far = recognise(beads.with_positions(middle + 1.8 * (beads.positions - middle)))
    assert "from its BB" in far.warnings[0]
    assert not recognise(beads).warnings


def test_the_likelihood_is_a_density():
    x = np.linspace(0, 15, 3001)
    density = np.exp(log_likelihood(x, np.full(len(x), 5.0), 0.3))
    assert np.trapezoid(density, x) == pytest.approx(1.0, abs=1e-3)
    assert x[density.argmax()] == pytest.approx(5.0)
