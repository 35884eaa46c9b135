"""Calls of GROMACS, where it is installed."""

import os
import shutil
import subprocess

import pytest

needs_gmx = pytest.mark.skipif(shutil.which("gmx") is None, reason="GROMACS is not installed")


def gmx(folder, *arguments):
    """Run ``gmx ARGUMENTS`` in a folder, and return what it says."""
    command = ["gmx", "-nobackup", *map(str, arguments)]
    own = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # mdrun stops if both speak
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, env=own
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
