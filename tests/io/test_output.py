"""Files that are written whole or not at all, with names of their own, and streams that are written through."""

import os
import stat
import threading
from pathlib import Path

import pytest

from unbead.errors import UnbeadError
from unbead.io.output import is_stdout, is_stream, keep_older, part_path, replacing, write_text


def test_an_older_file_is_kept_under_the_names_of_gromacs(tmp_path, caplog):
    path = tmp_path / "x.pdb"
    for k in range(3):
        write_text(path, [f"{k}\n"])
    assert path.read_text() == "2\n"
    assert (tmp_path / "#x.pdb.1#").read_text() == "0\n" and (tmp_path / "#x.pdb.2#").read_text() == "1\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["#x.pdb.1#", "#x.pdb.2#", "x.pdb"]
    assert caplog.messages == [f"unbead: x.pdb was there; it is now #x.pdb.{k}#" for k in (1, 2)]


def test_where_links_cannot_be_made_the_older_file_is_renamed(tmp_path, monkeypatch):
    def no_links(source, target):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "x.pdb"
    path.write_text("old")
    assert keep_older(path) == tmp_path / "#x.pdb.1#"
    assert (tmp_path / "#x.pdb.1#").read_text() == "old"


@pytest.mark.parametrize(("most", "backups"), [("-1", 0), ("1", 1)])
def test_gromacs_variable_limits_backups(tmp_path, monkeypatch, most, backups):
    monkeypatch.setenv("GMX_MAXBACKUP", most)
    path = tmp_path / "x.pdb"
    for k in range(2):
        write_text(path, [str(k)])
    assert path.read_text() == "1" and len(list(tmp_path.glob("#*"))) == backups
    if backups:
        with pytest.raises(UnbeadError, match="GMX_MAXBACKUP is 1"):
            write_text(path, ["2"])
        assert path.read_text() == "1" and len(list(tmp_path.iterdir())) == 2


def test_what_fails_on_the_way_changes_nothing(tmp_path):
    path = tmp_path / "x.pdb"
    path.write_text("old")

    def lines():
        yield "new"
        raise UnbeadError("no more")

    with pytest.raises(UnbeadError, match="no more"):
        write_text(path, lines())
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_unfinished_names_are_never_the_same():
    """They were made of the process's number, which threads share, and containers may."""
    names = {part_path(Path("x.pdb")).name for _ in range(100)}
    assert len(names) == 100 and all(name.startswith(".unbead.") and name.endswith(".part") for name in names)


def test_threads_do_not_swap_their_files(tmp_path):
    start = threading.Barrier(4)

    def work(k):
        start.wait()
        for _ in range(20):
            write_text(tmp_path / f"{k}.txt", [str(k)] * 5000)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(tmp_path / f"{k}.txt").read_text() for k in range(4)] == [str(k) * 5000 for k in range(4)]


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_files_obey_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "x.txt", ["x"])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x.txt").stat().st_mode) == 0o666 & ~mask


def test_a_link_to_a_device_is_written_through(tmp_path):
    """It was replaced by a file."""
    link = tmp_path / "x.pdb"
    link.symlink_to("/dev/null")
    write_text(link, ["x"])
    assert link.is_symlink() and stat.S_ISCHR(link.stat().st_mode) and list(tmp_path.iterdir()) == [link]


def test_a_pipe_is_written_through(tmp_path):
    pipe = tmp_path / "x.pdb"
    os.mkfifo(pipe)
    found = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    write_text(pipe, ["one\n", "two\n"])
    reader.join()
    assert found == ["one\ntwo\n"] and stat.S_ISFIFO(pipe.stat().st_mode)


def test_standard_output(capfdbinary):
    with replacing(Path("-")) as file:
        file.write(b"atoms")
    assert capfdbinary.readouterr().out == b"atoms"


@pytest.mark.parametrize(
    ("name", "is_it"), [("-", True), ("-.gro", True), ("x/-", False), ("-x.pdb", False), ("x.pdb", False)]
)
def test_names_of_standard_output(name, is_it):
    assert is_stdout(Path(name)) == is_it == is_stream(Path(name))
