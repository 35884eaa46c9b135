"""Verdicts."""

import pytest

from unbead.validate.verdict import Level, grade, reasons, show, verdict


@pytest.mark.parametrize(
    ("value", "level"), [(0.4, "PASS"), (0.5, "PASS"), (1.0, "WARN"), (5.1, "FAIL"), (None, "PASS")]
)
def test_limits(value, level):
    assert grade("broken_bonds_percent", value) is Level(level)


def test_numbers_without_limits_pass():
    assert grade("graph_lambda", 9.0) is Level.PASS


def test_the_worst_reason_comes_first_and_says_where():
    numbers = {"rotamer_outliers_percent": 6.0, "d_centres": 2.0, "clashscore": 3.0, "residues": 46.0}
    found = reasons(numbers, {"d_centres": ["ALA 3", "SER 9"]})
    assert [reason.measure for reason in found] == ["d_centres", "rotamer_outliers_percent"]
    assert found[0].text == "D-centres at Cα: 2 (limit 0): ALA 3; SER 9"
    assert found[1].text == "rotamer outliers: 6 % (limit 5 %)"
    assert verdict(found) is Level.FAIL and verdict(found[1:]) is Level.WARN and verdict(()) is Level.PASS


def test_numbers_for_people():
    assert [show(v, "Å") for v in (None, 2.0, 0.12345, 15123.4)] == ["–", "2 Å", "0.123 Å", "15123 Å"]
