"""GRO."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.read import count_frames, read_structure


def frame(numbers, box="   5.0 6.0 7.0", digits=3):
    width = digits + 5
    rows = "".join(
        f"{n:5d}GLY     BB{i + 1:5d}{0.38 * i:{width}.{digits}f}{0:{width}.{digits}f}{0:{width}.{digits}f}\n"
        for i, n in enumerate(numbers)
    )
    return f"title\n{len(numbers):5d}\n{rows}{box}\n"


@pytest.fixture
def read(tmp_path):
    def reader(text, index=0):
        path = tmp_path / "x.gro"
        path.write_text(text)
        return read_structure(path, index)

    return reader


def test_no_chains_and_wrapped_numbers(read):
    p = read(frame([99_998, 99_999, 0, 1]))
    assert p.residues.numbers.tolist() == [99_998, 99_999, 100_000, 100_001]
    assert p.residues.bonded_to_previous.tolist() == [False, True, True, True]
    assert p.box.tolist() == [50, 60, 70, 90, 90, 90] and p.residues.chains.tolist() == [""] * 4


def test_a_chain_that_begins_below_one_is_whole(read):
    """Each residue 0 was once taken for the 100,000th."""
    p = read(frame([5, 6, -1, 0, 1]))
    assert p.residues.numbers.tolist() == [5, 6, -1, 0, 1]
    assert p.residues.bonded_to_previous.tolist() == [False, True, False, True, True]


@pytest.mark.parametrize("digits", [2, 3, 6])
def test_any_precision(read, digits):
    assert np.allclose(read(frame([1, 2, 3], digits=digits)).positions[:, 0], [0, 3.8, 7.6], atol=1e-4)


def test_frames(read, tmp_path):
    text = frame([1, 2, 3]) + frame([1, 2], "   1.0 1.0 2.0")
    assert [len(read(text, i)) for i in (0, 1)] == [3, 2]
    assert count_frames(tmp_path / "x.gro") == 2 and read(text, 1).box[2] == 20


@pytest.mark.parametrize("box", ["   5.0 6.0 0.0", "   5.0 5.0 0.0 0 0 0 0 9 9", "  -5.0 6.0 7.0", "  0.1 0.1 0.1"])
def test_a_box_that_cannot_be_is_refused(read, box):
    with pytest.raises(UnbeadError, match="the box .* (has no volume|Å thick); correct it"):
        read(frame([1, 2], box))


def test_an_empty_box_is_none(read):
    assert read(frame([1, 2], "   0.0 0.0 0.0")).box is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (frame([1, 2]).replace("  0.380", "  0.3x0"), "GLY 2: BB does not have the columns"),
        (frame([1, 2]).replace("BB", "  "), "GLY 1:  does not have the columns"),
        (frame([1, 2], "no box"), "'no box' stands where the box should"),
        (frame([1, 2])[:-30], "lines follow line 2 where 2 particles and the box should"),
        (frame([1, 2]).replace("    2\n", "    1\n", 1), "line 6 is not a number of particles"),
        (frame([1, 2]).replace("    2\n", "9" * 30 + "\n", 1), "particles and the box should"),
        (frame([]), "no atoms or beads"),
    ],
)
def test_damage_is_named(read, text, message):
    with pytest.raises(UnbeadError, match=message):
        read(text)
