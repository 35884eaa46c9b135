"""Geometry of backmapped frames of a real coarse-grained simulation, which has no reference.

Run: ``python benchmarks/real_frames.py TOPOLOGY TRAJECTORY [--mapping martini3] [--no-relax] [--every N]``
(``--output FILE.pdb`` keeps the models for another judge). Residues that the mapping does not know are left out.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import MDAnalysis as mda
import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from unbead.chem.amino import protein_slots
from unbead.io.universe import from_universe, quiet
from unbead.io.write import write_structure
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.models.store import DEFAULT_MODEL, load_model
from unbead.placement.backmapper import Backmapper
from unbead.validate.checks.geometry import geometry
from unbead.validate.compare import average

ERRORS = Console(stderr=True)


def main() -> None:
    """Print the means over frames."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topology", type=Path)
    parser.add_argument("trajectory", type=Path)
    parser.add_argument("--mapping", default="martini3")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--consistency", default="soft")
    parser.add_argument("--no-relax", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with quiet():
        universe = mda.Universe(str(options.topology), str(options.trajectory), to_guess=())
    mapping = load_mapping(options.mapping)
    first = from_universe(universe, 0)
    known = np.array([mapping.find(str(name)) is not None for name in first.residues.names])
    assembly = assemble(first.select_residues(known), mapping)
    backmapper = Backmapper(assembly, [load_model(options.model)], torch.device("cpu"), relax=not options.no_relax)
    rows, models = [], []
    for k in track(range(0, len(universe.trajectory), options.every), "frames", console=ERRORS):
        beads = from_universe(universe, k).select_residues(known)
        frame = backmapper(beads.positions[assembly.kept], beads.box, options.consistency)
        atoms = assembly.atoms.with_positions(frame.positions)
        rows.append(geometry(protein_slots(atoms)) | {"level": frame.level})
        models.append(replace(atoms, box=None))
    print(f"{len(rows)} frames, {len(assembly.atoms)} atoms, --consistency {options.consistency}\n")
    for name, value in average(rows).items():
        print(f"{name:32s} {np.nan if value is None else value:10.4f}")
    if options.output:
        write_structure(options.output, models)


if __name__ == "__main__":
    main()
