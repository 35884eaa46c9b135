"""Whole systems, start to finish: what went in and came out, time, memory, and what is wrong with the atoms.

Run: ``python benchmarks/systems.py FILES... [--copies 4,4,1] [--json FILE] [--keep FOLDER] [--skip-unknown]``. Each
file goes through in a process of its own: read, backmapped with defaults, written. ``--copies`` repeats the box along
its vectors first.
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
from rich.console import Console
from rich.progress import track
from rich.table import Table

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions
from unbead.structure.box import box_vectors
from unbead.structure.unwrap import make_whole
from unbead.validate.system import system_numbers

COLUMNS = {
    "beads": "beads", "atoms": "heavy atoms", "seconds": "s", "read": "reading", "network": "network",
    "relax": "relaxing", "rest": "solvent", "write": "writing", "gib": "GiB", "broken_bonds_percent": "bonds off %",
    "wrong_chirality": "chirality", "turned_double_bonds": "double bonds", "pierced_rings": "pierced",
    "contacts": "< 1.2 Å", "clashscore": "clashscore", "bead_mean": "beads Å", "bead_99": "99 %",
}  # fmt: skip


def repeat(beads: Particles, copies: tuple[int, ...]) -> Particles:
    """Repeat a box along its vectors; residues are numbered anew."""
    assert beads.box is not None, "no box to repeat"
    r, m, k = beads.residues, int(np.prod(copies)), len(beads.residues)
    shifts = np.array(list(np.ndindex(*copies))) @ box_vectors(beads.box)
    box = beads.box.copy()
    box[:3] *= copies
    residues = replace(
        r,
        numbers=np.arange(1, m * k + 1),
        **{name: np.tile(getattr(r, name), m) for name in ("names", "insertion_codes", "chains", "segments")},
        bonded_to_previous=np.tile(r.bonded_to_previous, m),
    )
    return Particles(
        names=np.tile(beads.names, m),
        positions=(beads.positions + shifts[:, None]).reshape(-1, 3).astype(np.float32),
        residue_index=(np.arange(m)[:, None] * k + beads.residue_index).reshape(-1),
        residues=residues,
        elements=np.tile(beads.elements, m),
        b_factors=np.tile(beads.b_factors, m),
        box=box,
    )


def read_copies(path: Path, copies: tuple[int, ...]) -> Particles:
    """Read beads, and repeat their box if it is wanted more than once."""
    beads = read_structure(path)
    return repeat(beads, copies) if np.prod(copies) > 1 else beads


def one(path: Path, copies: tuple[int, ...], skip_unknown: bool, output: Path) -> dict:
    """Take one file through, and judge the atoms."""
    started = time.perf_counter()
    beads = read_copies(path, copies)
    system = open_system(beads, None, None, "auto", BackmapOptions(skip_unknown=skip_unknown))
    opened = time.perf_counter()
    frame = system(beads.positions, beads.box)
    placed = time.perf_counter()
    write_structure(output, replace(system.atoms.with_positions(frame.positions), b_factors=frame.errors))
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    relax = 0.0 if frame.relaxed is None else frame.relaxed.seconds
    assembly = system.assembly
    whole = make_whole(replace(assembly.beads, box=beads.box))
    cell = None if beads.box is None or len(frame.overlapping) else box_vectors(beads.box)
    numbers = system_numbers(assembly, frame.positions[: len(assembly.atoms)], whole.positions, cell)
    return {
        "file": path.name,
        "beads": len(beads),
        "atoms": len(system.atoms),
        "seconds": done - started,
        "read": opened - started,
        "network": frame.seconds_placing,
        "relax": relax,
        "rest": placed - opened - relax - frame.seconds_placing,
        "write": done - placed,
        "gib": peak,
        "level": frame.level,
        **numbers,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--copies", default="1,1,1")
    parser.add_argument("--skip-unknown", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="Folder for the atoms.")
    parser.add_argument("--alone", action="store_true", help="In this process; used by the script itself.")
    options = parser.parse_args()
    copies = tuple(int(n) for n in options.copies.split(","))
    if options.alone:
        (path,) = options.files
        try:
            print(json.dumps(one(path, copies, options.skip_unknown, options.keep / f"{path.name.split('.')[0]}.gro")))
        except UnbeadError as error:
            print(json.dumps({"file": path.name, "error": str(error)}))
        return
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in track(options.files, "systems", console=Console(stderr=True)):
            command = [sys.executable, __file__, str(path), "--alone", "--copies", options.copies]
            command += ["--keep", str(options.keep or scratch)] + ["--skip-unknown"] * options.skip_unknown
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            last = done.stdout.strip().splitlines()[-1:] or [
                json.dumps({"file": path.name, "error": done.stderr[-300:]})
            ]
            rows.append(json.loads(last[0]))
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1) + "\n")
    table = Table("file", *COLUMNS.values(), box=None)
    for row in rows:
        if "error" not in row:
            values = [row[name] for name in COLUMNS]
            table.add_row(row["file"], *(f"{v:.2f}" if isinstance(v, float) and v % 1 else f"{v:.0f}" for v in values))
    Console(width=220).print(table)
    for row in rows:
        if "error" in row:
            print(f"{row['file']}: {row['error']}")


if __name__ == "__main__":
    main()
