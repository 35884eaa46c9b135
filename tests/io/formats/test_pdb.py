"""PDB, with what MDAnalysis alone gets wrong."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.read import read_structure

ATOM = "ATOM  {:5d}  CA  ALA {}{:>4}{}   {:8.3f}{:8.3f}{:8.3f}  1.00 {:5.2f}      {:4s} C\n"


def line(number, x=0.0, chain="A", code=" ", factor=20.0, segment="", serial=1):
    return ATOM.format(serial, chain, number, code, x, 0, 0, factor, segment)


def read(tmp_path, text, frame=0):
    path = tmp_path / "x.pdb"
    path.write_text(text)
    return read_structure(path, frame)


def numbers(p):
    return p.residues.numbers.tolist()


def test_chains_codes_ends_and_box(tmp_path):
    text = "CRYST1   30.000   40.000   50.000  80.00  90.00 100.00 P 1           1\n"
    text += line(1) + line(1, 3.8, code="B") + "TER\n" + line(2, 7.6) + line(3, 11.4, "B")
    p = read(tmp_path, text)
    assert numbers(p) == [1, 1, 2, 3] and p.residues.insertion_codes.tolist() == ["", "B", "", ""]
    assert p.residues.chains.tolist() == ["A", "A", "A", "B"] and p.elements.tolist() == ["C"] * 4
    assert p.residues.bonded_to_previous.tolist() == [False, True, False, False]
    assert p.box.tolist() == [30, 40, 50, 80, 90, 100]


@pytest.mark.parametrize(
    "crystal",
    [
        "CRYST1   30.000   40.000 what   90.00  90.00  90.00",
        "CRYST1   30.000   40.000",
        "CRYST1   30.000   40.000    0.000  90.00  90.00  90.00",
        "CRYST1  -30.000   40.000   50.000  90.00  90.00  90.00",
    ],
)
def test_a_box_that_cannot_be_is_refused(tmp_path, crystal):
    with pytest.raises(UnbeadError, match="(is not three lengths and three angles|has no volume); correct it"):
        read(tmp_path, f"{crystal}\n{line(1)}END\n")


def test_a_dummy_box_is_none(tmp_path):
    text = "CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1\n" + line(1)
    assert read(tmp_path, text).box is None


def test_numbers_wrap_within_a_chain_only(tmp_path):
    wrapped = read(tmp_path, line(9999) + line(0, 3.8) + line(1, 7.6))
    assert numbers(wrapped) == [9999, 10_000, 10_001]
    assert wrapped.residues.bonded_to_previous.tolist() == [False, True, True]
    assert numbers(read(tmp_path, line(6001) + line(-1, 1, "B") + line(0, 2, "B"))) == [6001, -1, 0]
    assert numbers(read(tmp_path, line(6001, chain=" ") + "TER\n" + line(1, chain=" "))) == [6001, 1]


def test_hybrid_36_numbers_go_on(tmp_path):
    p = read(tmp_path, line(9999) + line("A000", 3.8) + line("A001", 7.6))
    assert numbers(p) == [9999, 10_000, 10_001] and p.residues.bonded_to_previous.tolist() == [False, True, True]


def test_chains_that_share_a_segment_are_apart(tmp_path):
    p = read(tmp_path, line(1, segment="PROT") + line(1, 3, "B", segment="PROT"))
    assert p.residues.chains.tolist() == ["A", "B"] and p.residues.segments.tolist() == ["PROT"] * 2


def test_segments_without_chains_break(tmp_path):
    p = read(tmp_path, line(1, chain=" ", segment="PROA") + line(2, 3.8, " ", segment="PROB"))
    assert p.residues.chains.tolist() == ["", ""] and not p.residues.bonded_to_previous.any()


@pytest.mark.parametrize(("first", "second", "kept"), [("0.50", "0.50", 0.0), ("0.40", "0.60", 5.0)])
def test_of_alternate_locations_the_more_frequent_is_kept_else_the_first(tmp_path, first, second, kept):
    a, b = (row[:16] + letter + row[17:] for row, letter in ((line(1), "A"), (line(1, 5.0), "B")))
    p = read(tmp_path, a[:56] + first + a[60:] + b[:56] + second + b[60:])
    assert p.positions[:, 0].tolist() == [kept]


def test_models_may_differ_in_atoms_and_b_factors_and_share_a_box(tmp_path):
    text = "CRYST1   30.000   40.000   50.000  90.00  90.00  90.00 P 1           1\n"
    text += "".join(
        f"MODEL {m}\n" + "".join(line(i, m, factor=m) for i in range(1, m + 1)) + "ENDMDL\n" for m in (1, 2)
    )
    p = read(tmp_path, text, 1)
    assert len(p) == 2 and p.b_factors.tolist() == [2, 2] and p.box.tolist() == [30, 40, 50, 90, 90, 90]


def test_serials_of_six_digits(tmp_path):
    p = read(tmp_path, line(1, serial=99_999) + line(2, 3.8).replace("ATOM      1", "ATOM 100000"))
    assert p.names.tolist() == ["CA", "CA"] and np.allclose(p.positions[:, 0], [0, 3.8])


def test_a_last_line_cut_within_a_number_is_refused(tmp_path):
    """Its z once came out without the last digits."""
    with pytest.raises(UnbeadError, match="ALA 2: CA lacks coordinates"):
        read(tmp_path, line(1) + line(2)[:52])
