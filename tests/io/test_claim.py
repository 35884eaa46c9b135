"""What is written is never what is read, whatever it is called, and one run at a time writes it."""

import os
import threading

import pytest

from unbead.errors import UnbeadError
from unbead.io.claim import check_apart, claimed


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "sys.gro"
    path.write_text("beads")
    return path


@pytest.mark.parametrize("how", ["same", "dots", "symbolic", "hard", "folder"])
def test_an_input_under_any_name_is_refused(source, tmp_path, how):
    output = tmp_path / "out.gro"
    (tmp_path / "a").mkdir()
    if how == "same":
        output = source
    elif how == "dots":
        output = tmp_path / "a" / ".." / "sys.gro"
    elif how == "symbolic":
        output.symlink_to(source)
    elif how == "hard":
        os.link(source, output)
    else:
        (tmp_path / "b").symlink_to(tmp_path)
        output = tmp_path / "b" / "sys.gro"
    with pytest.raises(UnbeadError, match="is the input.*which would be lost; choose another --topology"):
        check_apart([("--topology", output)], ["nothing.pdb", source])


def test_files_of_a_folder_that_is_read_are_inputs(tmp_path):
    (tmp_path / "LIG.yaml").write_text("x")
    with pytest.raises(UnbeadError, match="is the input"):
        check_apart([("--html", tmp_path / "LIG.yaml")], [tmp_path])


def test_two_outputs_of_one_name_are_refused(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(UnbeadError, match="is the output; name another file for --json"):
        check_apart([("--output", tmp_path / "x"), ("--json", tmp_path / "a" / ".." / "x")], [])


def test_smiles_and_names_are_no_files(tmp_path):
    check_apart([("--output", tmp_path / "x.pdb")], ["CC(=O)O" * 100, "martini3", "a\0b", None])


def test_the_second_run_on_one_output_is_refused(tmp_path):
    output = tmp_path / "out.pdb"
    with claimed([("--output", output)], []):
        with pytest.raises(UnbeadError, match=r"out\.pdb: another run is writing it"), claimed([("-o", output)], []):
            pass
        with claimed([("--output", tmp_path / "other.pdb")], []):
            pass
    with claimed([("--output", output)], []):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_a_killed_run_left_holds_nobody_up(tmp_path):
    with claimed([("--output", tmp_path / "out.pdb")], []):
        (lock,) = tmp_path.iterdir()
    lock.write_text("")
    with claimed([("--output", tmp_path / "out.pdb")], []):
        pass
    assert not lock.exists()


def test_one_of_many_threads_gets_it(tmp_path):
    start, release, found = threading.Barrier(8), threading.Event(), []

    def work():
        start.wait()
        try:
            with claimed([("--output", tmp_path / "out.pdb")], []):
                found.append(True)
                release.wait(10)
        except UnbeadError:
            found.append(False)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(found) < 8:
        release.wait(0.01)
    release.set()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True]
