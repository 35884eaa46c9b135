"""What the tests of the commands share: a way to call them and small inputs."""

import pytest
from typer.testing import CliRunner

from unbead.cli.main import app
from unbead.io.write import write_structure


@pytest.fixture
def unbead(tmp_path, monkeypatch):
    """Call ``unbead ARGUMENTS`` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    # what a user would see as a traceback fails the test as one
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def refused(unbead, tmp_path):
    """Call a command that must end with exit code 2, one line on stderr that holds `words`, and no new file."""

    def call(*arguments, words):
        before = sorted(tmp_path.rglob("*"))
        result = unbead(*arguments)
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith("unbead: ")
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""
        for word in words:
            assert word in result.stderr
        assert sorted(tmp_path.rglob("*")) == before

    return call


@pytest.fixture
def bead_lines(beads_of, tmp_path):
    """Lines of a PDB file of the crystal's Martini 3 beads, to be spoilt."""
    path = tmp_path / "good.pdb"
    write_structure(path, beads_of("martini3"))
    return path.read_text().splitlines(keepends=True)


@pytest.fixture
def beads_path(bead_lines, tmp_path):
    """A PDB file of the crystal's Martini 3 beads."""
    return tmp_path / "good.pdb"
