import logging
import subprocess
import sys

import pytest
import typer

from unbead.cli.errors import listed, reported
from unbead.errors import UnbeadError

COMMANDS = [
    "", "run", "finish", "coarsen", "evaluate", "check", "train", "mapping", "mapping list", "mapping show",
    "mapping check", "mapping new", "model", "model list", "model show", "demo",
]  # fmt: skip


LINES = {"run": 130, "finish": 50, "coarsen": 45}  # each option has a line or two


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_screen(unbead, command):
    result = unbead(*command.split(), "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) <= LINES.get(command, 30)


def test_help_loads_nothing_heavy():
    code = "import sys, unbead.cli.main; print(*{'torch', 'MDAnalysis', 'scipy'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_a_user_error_is_one_line(capsys):
    with pytest.raises(typer.Exit) as caught, reported():
        raise UnbeadError("bad\nfile")
    assert caught.value.exit_code == 2
    assert capsys.readouterr().err == "unbead: bad file\n"


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError), reported():
        raise ZeroDivisionError


def test_long_lists_are_cut():
    assert listed(["A", "B"]) == "A, B"
    assert listed(["A", "B", "C", "D"], 2) == "A, B and 2 more"


@pytest.mark.parametrize("command", ["run", "finish", "coarsen -m ca"])
def test_no_command_overwrites_its_input(unbead, tmp_path, crystal_path, command):
    source = tmp_path / "a.pdb"
    source.write_bytes(crystal_path.read_bytes())
    result = unbead(*command.split(), str(source), "-o", str(source))
    assert result.exit_code == 2
    assert source.read_bytes() == crystal_path.read_bytes()


def test_an_error_takes_one_line_with_what_was_logged_before_it(capsys):
    log = logging.getLogger("unbead")
    with pytest.raises(typer.Exit), reported():
        log.warning("unbead: a.pdb was there; it is now #a.pdb.1#")
        raise UnbeadError("b.xtc: frame 1 is cut off")
    assert capsys.readouterr().err == "unbead: b.xtc: frame 1 is cut off; a.pdb was there; it is now #a.pdb.1#\n"
    with reported():
        log.warning("unbead: a.pdb was there; it is now #a.pdb.2#")
    assert capsys.readouterr().err == "unbead: a.pdb was there; it is now #a.pdb.2#\n"
    assert not log.handlers
