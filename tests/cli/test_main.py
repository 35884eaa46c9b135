import subprocess
import sys

import pytest
import typer

from unbead.cli.errors import reported
from unbead.errors import UnbeadError

COMMANDS = [
    "", "run", "finish", "coarsen", "evaluate", "check", "train", "mapping", "mapping list", "mapping show",
    "mapping check", "model", "model list", "model show", "demo",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_screen(unbead, command):
    result = unbead(*command.split(), "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) <= (60 if command == "run" else 30)


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
