"""Boxes as vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbead.io.box import box_vectors, reduced_vectors

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
