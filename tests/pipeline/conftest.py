"""A peptide and its trajectory, small enough to be backmapped many times."""

import numpy as np
import pytest

from tests.trajectories import shaken, write_frames
from unbead.io.trajectory import BeadFrame
from unbead.io.write import write_structure
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions


@pytest.fixture(scope="session")
def peptide(beads_of):
    """Martini 3 beads of eight residues of the crystal."""
    beads = beads_of("martini3")
    return beads.select_residues(np.arange(len(beads.residues)) < 8)


@pytest.fixture(scope="session")
def system_of(peptide):
    """Make the peptide ready to be backmapped, with some choices."""
    return lambda **choices: open_system(peptide, None, None, "cpu", BackmapOptions(**choices))


@pytest.fixture(scope="session")
def bead_frames(peptide):
    """Nine frames of its beads."""
    return [BeadFrame(f.positions, f.box, f.time, f.step, k) for k, f in enumerate(shaken(peptide, 9))]


@pytest.fixture
def folder(tmp_path, peptide, monkeypatch):
    """A working folder with ``top.pdb`` and the nine frames in ``beads.xtc``."""
    monkeypatch.chdir(tmp_path)
    write_structure(tmp_path / "top.pdb", peptide)
    write_frames(tmp_path / "beads.xtc", peptide, shaken(peptide, 9))
    return tmp_path
