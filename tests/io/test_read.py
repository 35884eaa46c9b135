"""Reading: what is in the file comes out, and what cannot be is refused."""

import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unbead.errors import UnbeadError
from unbead.io.read import count_frames, read_structure

ATOM = "ATOM  {:5d}  CA  ALA {}{:4d}{}   {:8.3f}{:8.3f}{:8.3f}  1.00 20.00           C\n"


def write(folder, text, name="x.pdb"):
    path = folder / name
    path.write_text(text)
    return path


def test_models_and_frames(tmp_path):
    text = "".join(f"MODEL {i}\n" + ATOM.format(1, "A", 1, " ", i, 0, 0) + "ENDMDL\n" for i in (1, 2, 3))
    path = write(tmp_path, text)
    assert count_frames(path) == 3
    assert [read_structure(path, i).positions[0, 0] for i in range(3)] == [1, 2, 3]
    with pytest.raises(UnbeadError, match="no frame 3; it has 3"):
        read_structure(path, 3)


@pytest.mark.parametrize("name", ["x.pdb.gz", "X.ENT.GZ"])
def test_gzipped(tmp_path, crystal_path, crystal, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(crystal_path.read_bytes()))
    assert np.array_equal(read_structure(path).positions, crystal.positions)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.pdb", "", "empty"),
        ("x.pdb", " \n\n", "empty"),
        ("x.pdb.gz", "no gzip", "cannot be read"),
        ("x.pdb", "hello\n", "x.pdb"),
        ("x.gro", "hello\n", "not a readable GRO"),
        ("x.cif", "hello\n", "x.cif"),
        ("x.xyz", "1\n", "unknown format .xyz"),
        ("x.pdb", ATOM.format(1, "A", 7, " ", float("nan"), 0, 0), "ALA 7 .*CA has coordinates that cannot be"),
        ("x.pdb", ATOM.format(1, "A", 1, " ", 0, 0, 0)[:40] + "\n", "ALA 1: CA lacks coordinates in columns 31 to 54"),
        ("x.pdb", ATOM.format(1, "A", 1, " ", 0, 0, 0).replace("   0.000", "9999999.", 1), "ALA 1 .*CA has coord"),
        ("x.cif", "data_x\n_cell.length_a 1\n", "no atoms or beads"),
        ("x.tpr", "x", "not a readable TPR"),
    ],
)
def test_bad_files(tmp_path, name, content, message):
    with pytest.raises(UnbeadError, match=message):
        read_structure(write(tmp_path, content, name))


def test_a_gzip_file_cut_short_is_refused(tmp_path, crystal_path):
    path = tmp_path / "x.pdb.gz"
    path.write_bytes(gzip.compress(crystal_path.read_bytes())[:-500])
    with pytest.raises(UnbeadError, match="check that it is complete"):
        read_structure(path)


def test_missing_file(tmp_path):
    with pytest.raises(UnbeadError, match="no such file"):
        read_structure(tmp_path / "none.pdb")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([".pdb", ".gro", ".cif", ".pdb.gz", ".tpr"]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path, suffix, content):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    try:
        read_structure(path)
    except UnbeadError as error:
        assert "\n" not in str(error)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_pdb_is_read_or_refused(tmp_path, crystal_path, data):
    lines = crystal_path.read_text().splitlines(keepends=True)[:20]
    i = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[i])))
    lines[i] = lines[i][:cut] + data.draw(st.text(st.characters(max_codepoint=126), max_size=5)) + "\n"
    path = write(tmp_path, "".join(lines))
    try:
        assert np.isfinite(read_structure(path).positions).all()
    except UnbeadError as error:
        assert "x.pdb" in str(error)
