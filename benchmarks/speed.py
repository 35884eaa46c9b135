"""Seconds, peak memory and residues per second by size: whole process, network and relaxing.

Run: ``python benchmarks/speed.py STRUCTURE [--copies 1,10,100] [--mapping martini3]``. The structure is coarsened and
repeated on a grid with gaps; each size runs in a process of its own, as a user would run it.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from unbead.chem.particles import Particles
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping

CHAINS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def repeat(beads: Particles, copies: int) -> Particles:
    """Repeat a system on a cubic grid, each copy a chain."""
    r, n = beads.residues, len(beads.residues)
    span = np.ptp(beads.positions, axis=0).max() + 4.0
    side = int(np.ceil(copies ** (1 / 3)))
    cells = np.array(list(np.ndindex(side, side, side)))[:copies] * span
    residues = replace(
        r,
        names=np.tile(r.names, copies),
        numbers=np.tile(r.numbers, copies),
        insertion_codes=np.tile(r.insertion_codes, copies),
        chains=np.repeat([CHAINS[k % len(CHAINS)] for k in range(copies)], n),
        segments=np.repeat([f"{k:X}" for k in range(copies)], n),
        bonded_to_previous=np.tile(r.bonded_to_previous, copies),
    )
    return Particles(
        names=np.tile(beads.names, copies),
        positions=(beads.positions + cells[:, None]).reshape(-1, 3).astype(np.float32),
        residue_index=(np.arange(copies)[:, None] * n + beads.residue_index).reshape(-1),
        residues=residues,
        elements=np.tile(beads.elements, copies),
        b_factors=np.tile(beads.b_factors, copies),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structure", type=Path)
    parser.add_argument("--copies", default="1,10,100")
    parser.add_argument("--mapping", default="martini3")
    options = parser.parse_args()
    beads = coarsen(read_structure(options.structure), load_mapping(options.mapping))
    print("| residues | atoms | seconds, whole process | network | relaxing | residues/s, both | peak memory MiB |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for copies in map(int, options.copies.split(",")):
            source, target = Path(folder) / "beads.pdb", Path(folder) / "atoms.pdb"
            write_structure(source, repeat(beads, copies))
            command = [sys.executable, "-m", "unbead.cli.main", "run", str(source), "-o", str(target), "--json"]
            started = time.perf_counter()
            done = subprocess.run([*command, "--device", "cpu"], capture_output=True, text=True, check=False)
            if done.returncode not in (0, 3):
                raise SystemExit(done.stderr)
            seconds = time.perf_counter() - started
            summary = json.loads(done.stdout)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest child so far
            network, relaxing = summary["seconds_network"], summary["seconds_relax"]
            print(
                f"| {summary['residues']:,} | {summary['atoms']:,} | {seconds:.1f} | {network:.1f} |"
                f" {relaxing:.1f} | {summary['residues'] / (network + relaxing):,.0f} | {peak:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
