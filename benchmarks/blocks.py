"""Does the memory at hand change an atom? Blocks of the network against all beads at once, relaxed.

Run: ``python benchmarks/blocks.py BEADS ... [--mapping martini3]``; prints the largest difference in Å per size.
"""

import argparse
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.read import read_structure
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_models
from unbead.pipeline.system import BackmapOptions, System
from unbead.placement.memory import BLOCK, LEAST, Memory

SIZES = (BLOCK, 700, 512, 333, 256, 200, 128, 100, LEAST)


def backmap(beads: Particles, mapping: str, block: int) -> NDArray[np.float32]:
    """Rebuild with blocks of a size."""
    with patch("unbead.pipeline.system.share_memory", lambda size, n_atoms: Memory(block)):
        system = System(beads, load_mapping(mapping), load_models(), torch.device("cpu"), BackmapOptions())
    return system(beads.positions, beads.box).positions


def main() -> None:
    """Print a line per input and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("beads", type=Path, nargs="+")
    parser.add_argument("--mapping", default="martini3")
    options = parser.parse_args()
    for path in options.beads:
        beads = read_structure(path)
        whole = backmap(beads, options.mapping, len(beads))
        for block in SIZES:
            apart = np.abs(backmap(beads, options.mapping, block) - whole).max()
            print(f"{path.name}: {len(beads)} beads in blocks of {block}: {apart:.1e} Å", flush=True)


if __name__ == "__main__":
    main()
