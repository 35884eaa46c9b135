"""Sulfurs are paired by distance, each once."""

import numpy as np

from unbead.structure.disulfides import find_bridges


def test_the_nearest_pair_first_and_each_once():
    x = np.array([[0.0, 0, 0], [2.1, 0, 0], [4.5, 0, 0], [20, 0, 0], [22, 0, 0]])
    assert sorted(map(sorted, find_bridges(x).tolist())) == [[0, 1], [3, 4]]


def test_sulfurs_meet_through_the_faces_of_a_box():
    x = np.array([[0.5, 1, 1], [9.5, 1, 1]])
    assert find_bridges(x, np.diag([10.0, 10, 10])).tolist() == [[0, 1]]


def test_few_or_far_sulfurs_make_none():
    for x in (np.zeros((0, 3)), np.zeros((1, 3)), np.array([[0.0, 0, 0], [5, 0, 0]])):
        assert find_bridges(x).shape == (0, 2)
