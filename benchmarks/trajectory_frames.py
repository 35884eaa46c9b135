"""A whole trajectory of a whole system, start to finish, and what is wrong with the atoms of its frames.

Run: ``python benchmarks/trajectory_frames.py TOPOLOGY TRAJECTORY [--json FILE]``. `unbead run` writes an XTC file with
defaults in a process of its own; its frames are then judged one by one, without their box where it was not turned with
them. Percentages and scores are means over frames.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import MDAnalysis as mda
import numpy as np
from rich.console import Console
from rich.progress import track

from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.universe import quiet
from unbead.pipeline.periodic_images import overlapping
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions
from unbead.structure.box import box_vectors
from unbead.structure.unwrap import make_whole
from unbead.validate.system import system_numbers

SUMS = ("wrong_chirality", "turned_double_bonds", "pierced_rings", "contacts")
MEANS = ("broken_bonds_percent", "clashscore", "bead_mean", "bead_99")


def judge(topology: Path, trajectory: Path, first: Path, written: Path) -> list[dict]:
    """Numbers of every frame that was written."""
    beads = read_structure(topology)
    system = open_system(beads, None, None, "auto", BackmapOptions())
    assembly = system.assembly
    with quiet():
        frames = mda.Universe(str(first), str(written), to_guess=()).trajectory
    read = Trajectory(beads, [trajectory], str(topology))
    assert len(frames) == len(read), f"{len(frames)} frames of {len(read)} were written"
    rows = []
    for frame in track(read.read(range(len(read))), "frames", total=len(read), console=Console(stderr=True)):
        whole = make_whole(replace(assembly.beads, positions=frame.positions[system.solute], box=frame.box))
        turned = len(overlapping(frame.positions, frame.box, system.molecules)) > 0
        cell = None if frame.box is None or turned else box_vectors(frame.box)
        atoms = frames[len(rows)].positions[: len(assembly.atoms)]
        rows.append(system_numbers(assembly, atoms, whole.positions, cell))
    return rows


def main() -> None:
    """Print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topology", type=Path)
    parser.add_argument("trajectory", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first, written = Path(folder, "first.gro"), Path(folder, "atoms.xtc")
        command = [sys.executable, "-m", "unbead.cli.main", "run", str(options.topology), str(options.trajectory)]
        started = time.perf_counter()
        done = subprocess.run([*command, "-o", str(written), "--topology-out", str(first)], check=False)
        seconds = time.perf_counter() - started
        rows = judge(options.topology, options.trajectory, first, written)
    numbers = {"frames": len(rows), "seconds": seconds, "exit_code": done.returncode}
    numbers |= {name: int(sum(row[name] for row in rows)) for name in SUMS}
    numbers |= {name: float(np.mean([row[name] for row in rows])) for name in MEANS}
    print(f"{options.trajectory.name}: " + ", ".join(f"{name} {value:.4g}" for name, value in numbers.items()))
    if options.json:
        options.json.write_text(json.dumps(numbers | {"per_frame": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
