"""Where time and memory go when a system is backmapped.

Run: ``python benchmarks/stages.py FILE [--copies 10,10,1] [--output FILE] [--memory 4GB] [--limit 10]``. The box is
repeated along its vectors; then the beads go through with defaults, and are written, and not kept without
``--output``. A thread looks twenty times a second at what is being done and at the resident memory; it ends the process
beyond ``--limit`` GiB.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import numpy as np
from rich.console import Console
from rich.table import Table
from systems import read_copies

from unbead.io.write import write_structure
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions

STAGES = {  # functions of the library, the innermost first that says what is being done
    "read_structure": "reading",
    "repeat": "repeating the box",
    "choose_mapping": "recognising the mapping",
    "assemble": "assembling",
    "find_neighbours": "network: neighbours",
    "_encode_blocks": "network: layers",
    "place": "network: atoms",
    "find_contacts": "relaxing: contacts",
    "run": "relaxing: moves",
    "pierced": "relaxing: rings",
    "find_violations": "relaxing: what is left",
    "project": "projecting onto beads",
    "place_solvent": "water and ions",
    "at_origin": "wholes and images",
    "back": "wholes and images",
    "write_structure": "writing",
}


@dataclass
class Stage:
    """Time and memory of a stage, in seconds and GiB."""

    wall: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0


class Watch:
    """Looks at the main thread until the process ends."""

    def __init__(self, limit: float):
        self.stages: dict[str, Stage] = {}
        self._limit = limit
        self._main = threading.main_thread().ident
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        before = time.perf_counter(), time.process_time()
        while True:
            time.sleep(0.05)
            now = time.perf_counter(), time.process_time()
            gib = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**30
            stage = self.stages.setdefault(_stage(sys._current_frames()[self._main]), Stage())
            stage.wall += now[0] - before[0]
            stage.cpu += now[1] - before[1]
            stage.peak = max(stage.peak, gib)
            before = now
            if gib > self._limit:
                print(f"{gib:.1f} GiB while {_stage(sys._current_frames()[self._main])}", flush=True)
                os._exit(1)


def _stage(frame: FrameType | None) -> str:
    names = list(_names(frame))
    return next((STAGES[name] for name in names if name in STAGES), "the rest")


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        if f"{os.sep}unbead{os.sep}" in frame.f_code.co_filename or frame.f_code.co_name == "repeat":
            yield frame.f_code.co_name
        frame = frame.f_back


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--copies", default="1,1,1")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--memory")
    parser.add_argument("--limit", type=float, default=np.inf, help="GiB.")
    options = parser.parse_args()
    copies = tuple(int(n) for n in options.copies.split(","))
    watch = Watch(options.limit)
    beads = read_copies(options.file, copies)
    system = open_system(beads, None, None, "auto", BackmapOptions(memory=options.memory))
    frame = system(beads.positions, beads.box)
    atoms = replace(system.atoms.with_positions(frame.positions), b_factors=frame.errors)
    with TemporaryDirectory() as scratch:
        write_structure(options.output or Path(scratch) / "atoms.gro", atoms)
    stages = dict(watch.stages)
    table = Table("stage", "s", "s of CPU", "%", "peak GiB", box=None)
    whole = Stage(
        sum(s.wall for s in stages.values()), sum(s.cpu for s in stages.values()), max(s.peak for s in stages.values())
    )
    for name, s in [*stages.items(), ("all", whole)]:
        table.add_row(name, f"{s.wall:.1f}", f"{s.cpu:.1f}", f"{100 * s.cpu / whole.cpu:.0f}", f"{s.peak:.2f}")
    console = Console(width=100)
    console.print(table)
    million = len(system.atoms) / 1e6
    console.print(
        f"{len(beads)} beads, {len(system.atoms)} heavy atoms: {whole.wall / million:.0f} s"
        f" ({whole.cpu / million:.0f} s of CPU) and {whole.peak / million:.2f} GiB per million atoms"
    )


if __name__ == "__main__":
    main()
