"""Plots are well-formed and put things where they belong."""

from xml.etree import ElementTree

import numpy as np
import pytest

from unbead.validate.report.svg import Axes, bars, dots, key, line, region, steps, ticks

AXES = Axes("A & B", "x / Å", "y / %", (0, 10), (0, 5), (0, 5, 10), (0, 5), 340, 320)


def test_values_become_pixels():
    assert AXES.x(0) < AXES.x(10) < AXES.width and AXES.y(0) > AXES.y(5) > 0


def test_a_picture_is_xml_with_labels():
    edges = np.arange(11)
    heights = np.linspace(0, 5, 10)
    marks = [
        *dots(AXES, np.array([1.0]), np.array([2.0]), "dot", ["<ALA 1>"]),
        bars(AXES, edges, heights, "bar"),
        steps(AXES, edges, heights, "line"),
        line(AXES, edges, edges / 2, "ideal"),
        *key(AXES, [("line", "A < B")]),
        region(AXES, np.eye(4, dtype=bool), "allowed"),
    ]
    picture = ElementTree.fromstring(AXES.draw(marks))
    texts = [element.text for element in picture.iter() if element.text]
    assert {"A & B", "x / Å", "y / %", "10", "<ALA 1>", "A < B"} <= set(texts)


def test_regions_are_joined_along_a_column():
    inside = np.zeros((3, 6), bool)
    inside[1, 1:4] = True
    assert region(AXES, inside, "allowed").count("M") == 1


@pytest.mark.parametrize("top", [0.003, 0.7, 1.0, 3.2, 46, 99, 5000])
def test_ticks_reach_the_top(top):
    found = ticks(top)
    assert found[0] == 0 and found[-1] >= top * (1 - 1e-9) and 2 <= len(found) <= 7


@pytest.mark.parametrize("top", [float("nan"), float("inf"), 0.0, -1.0])
def test_ticks_of_what_cannot_be_shown_are_those_to_one(top):
    assert ticks(top)[0] == 0 and ticks(top)[-1] == 1
