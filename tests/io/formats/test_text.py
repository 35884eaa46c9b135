"""Files are cut into frames."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbead.errors import UnbeadError
from unbead.io.formats.text import gro_frames, pdb_models, read_lines, read_text


def test_models_end_at_model_endmdl_or_end():
    for text in (
        "MODEL 1\nATOM a\nENDMDL\nMODEL 2\nATOM b\nENDMDL\nEND\n",
        "ATOM a\nEND\nATOM b\nEND\n",
        "ATOM a\nMODEL 2\nATOM b",
    ):
        assert [model.atoms for model in pdb_models(text.split("\n"))] == [["ATOM a"], ["ATOM b"]]


def test_ends_are_atoms_before_ter_and_a_box_holds_until_the_next():
    text = "TER\nCRYST1 1\nATOM a\nHETATM b\nTER\nATOM c\nEND\nATOM d\nEND\nCRYST1 2\nATOM e\n"
    models = list(pdb_models(text.split("\n")))
    assert models[0].ends == [1] and models[0].atoms == ["ATOM a", "HETATM b", "ATOM c"]
    assert [model.crystal for model in models] == ["CRYST1 1", "CRYST1 1", "CRYST1 2"]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 3))
def test_gro_frames_have_the_lines_they_say(sizes, blank):
    frames = [[f"title {n}", f" {n}", *["x"] * n, "box"] for n in sizes]
    text = "\n".join(line for frame in frames for line in frame) + "\n" * blank
    assert list(gro_frames(text.split("\n"), Path("x.gro"))) == frames


@pytest.mark.parametrize("text", ["t\n 2\na\nb\n", "t\n-1\na\nb\n", "t\nx\n", "t"])
def test_gro_frames_cut_short_are_refused(text):
    with pytest.raises(UnbeadError, match=r"x\.gro: not a readable GRO"):
        list(gro_frames(text.split("\n"), Path("x.gro")))


def test_bytes_that_are_no_text_and_windows_lines_are_taken(tmp_path):
    path = tmp_path / "x.pdb"
    path.write_bytes("REMARK Å\r\nATOM\r\n".encode("latin-1"))
    assert read_text(path).split("\n") == ["REMARK \ufffd", "ATOM", ""]


def test_a_gzip_bomb_is_refused_before_it_fills_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("unbead.io.formats.text.LEAST", 1000)
    monkeypatch.setattr("unbead.io.formats.text.CHUNK", 500)
    path = tmp_path / "x.gro.gz"
    path.write_bytes(gzip.compress(b"0" * 1_000_000))
    for read in (read_text, lambda path: list(read_lines(path))):
        with pytest.raises(UnbeadError, match=r"x\.gro\.gz: unpacks to more than 50 times its size.*gunzip it"):
            read(path)


def test_packed_text_is_read_whole(tmp_path):
    text = "".join(f"{k * 7919 % 99991:8.3f}\n" for k in range(200_000))
    (tmp_path / "x.gro.gz").write_bytes(gzip.compress(text[:9000].encode()) + gzip.compress(text[9000:].encode()))
    assert read_text(tmp_path / "x.gro.gz") == text
    assert list(read_lines(tmp_path / "x.gro.gz")) == text.split("\n")[:-1]
