"""Boxes as vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbead.errors import UnbeadError
from unbead.structure.box import box_vectors, reduced_vectors, usable_box
from unbead.structure.pairs import find_pairs

BOXES = st.tuples(*[st.floats(10, 300)] * 3, *[st.floats(70, 110)] * 3).map(lambda box: np.array(box, np.float32))


@given(BOXES)
def test_vectors_have_the_lengths_and_angles(box):
    vectors = box_vectors(box)
    lengths = np.linalg.norm(vectors, axis=1)
    cosines = [vectors[i] @ vectors[j] / lengths[i] / lengths[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    assert np.allclose(lengths, box[:3], rtol=1e-6)
    assert np.allclose(np.degrees(np.arccos(cosines)), box[3:], atol=1e-4)
    assert np.array_equal(vectors, np.tril(vectors))


@given(BOXES)
def test_reduced_vectors_span_the_same_lattice(box):
    vectors, reduced = box_vectors(box), reduced_vectors(box)
    steps = reduced @ np.linalg.inv(vectors)
    assert np.allclose(steps, np.round(steps), atol=1e-6)
    assert np.linalg.det(reduced) == pytest.approx(np.linalg.det(vectors))
    slack = 1 + 1e-6
    assert abs(reduced[1, 0]) <= reduced[0, 0] / 2 * slack
    assert abs(reduced[2, 0]) <= reduced[0, 0] / 2 * slack and abs(reduced[2, 1]) <= reduced[1, 1] / 2 * slack


SHAPES = {
    "has no volume": [
        [50, 50, 50, 10, 10, 170],
        [-50, 50, 50, 90, 90, 90],
        [40, 40, 40, 0, 0, 0],
        [np.inf, 9, 9, 90, 90, 90],
        [9, 9, 9, np.nan, 90, 90],
        [1e30, 1e30, np.nan, 90, 90, 90],
    ],
    "thick": [
        [40, 40, 1, 90, 90, 90],
        [1e-3, 1e-3, 1e-3, 90, 90, 90],
        [50, 50, 50, 60, 60, 119.999],
        [50, 50, 50, 90, 90, 0.01],
        [50, 50, 50, 90, 90, 179.9],
    ],
    "a shape that no": [[1e9, 10, 10, 90, 90, 90], [1e5, 1e5, 4, 90, 90, 90], [1e30, 1e30, 1e30, 90, 90, 90]],
    "cannot hold 500 particles": [[10, 10, 10, 90, 90, 90]],
}


@pytest.mark.parametrize(("why", "box"), [(why, box) for why, boxes in SHAPES.items() for box in boxes])
def test_a_box_that_no_simulation_has_is_refused(why, box):
    """Boxes of such shapes ended the process in the neighbour search (SIGFPE), or kept it for ever."""
    with pytest.raises(UnbeadError, match=f"x: the box of .* {why}.*; correct it, or give zeros where there is none"):
        usable_box(np.array(box, np.float32), 500, "x")


@pytest.mark.parametrize(
    "box",
    [
        [5000, 5000, 100, 90, 90, 90],  # a membrane of half a micrometre
        [10_000, 60, 60, 90, 90, 90],  # a fibre
        [100, 100, 100, 60, 60, 90],
        [100, 100, 100, 70.53, 109.47, 70.53],
        [25, 25, 25, 90, 90, 90],
    ],
)
def test_boxes_of_simulations_are_taken_and_can_be_searched(box):
    box = np.array(box, np.float32)
    assert usable_box(box, 500, "x") is box
    x = np.random.default_rng(0).uniform(0, 60, (500, 3))
    for cutoff in (2.0, 12.0):
        assert len(find_pairs(x, cutoff, box_vectors(box)).i) > 0
