"""The accuracy table: coarsen structures, backmap them with the defaults of `unbead run`, compare.

Run: ``python benchmarks/accuracy.py STRUCTURE ... [--mappings martini3,ca] [--model M] [--no-relax]``
(``--backbone herobm``, ``--every N``, ``--json FILE``).
Structures are PDB or mmCIF files; of several models each (or every N-th) is a structure of its own. Numbers are means
over structures; residues that are incomplete in the file are removed before coarsening.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from unbead.chem.amino import protein_slots
from unbead.chem.particles import Particles
from unbead.io.read import count_frames, read_structure
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import available_mappings, load_mapping
from unbead.models.store import DEFAULT_MODEL, load_model
from unbead.placement.backmapper import Backmapper
from unbead.validate.compare import average, evaluate

COLUMNS = {
    "rmsd_backbone": "backbone Å", "rmsd_side_chain": "side chain Å", "rmsd_all": "all Å",
    "rmsd_all_strict": "all, strict Å", "broken_bonds_percent": "bonds off %",
    "clashscore": "clashscore", "d_centres": "D",
    "cis_non_proline": "cis", "ramachandran_outliers_percent": "Rama. outliers %", "chi1_within_40_percent": "χ1 %",
    "disulfides_right": "S–S right",
}  # fmt: skip


ERRORS = Console(stderr=True)


def complete_residues(atoms: Particles) -> Particles:
    """Leave out residues that lack heavy atoms; beads of half a residue are not what a simulation has."""
    return atoms.select_residues(protein_slots(atoms).complete)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", nargs="+", type=Path)
    parser.add_argument("--mappings", default=",".join(available_mappings()))
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--consistency", default="soft")
    parser.add_argument("--no-relax", action="store_true")
    parser.add_argument("--backbone", default="network")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    frames = [(path, k) for path in options.structures for k in range(0, count_frames(path), options.every)]
    truths = [complete_residues(read_structure(path, k)) for path, k in track(frames, "reading", console=ERRORS)]
    model = load_model(options.model)
    table = {}
    for name in options.mappings.split(","):
        mapping = load_mapping(name)
        rows = []
        for truth in track(truths, name, console=ERRORS):
            assembly = assemble(coarsen(truth, mapping), mapping)
            backmapper = Backmapper(assembly, [model], torch.device("cpu"), not options.no_relax, options.backbone)
            frame = backmapper(assembly.beads.positions, consistency=options.consistency)
            rows.append(evaluate(assembly.atoms.with_positions(frame.positions), truth) | {"level": frame.level})
        table[name] = average(rows)
    print(f"{len(truths)} structures, model {options.model}, --consistency {options.consistency}\n")
    print("| mapping | " + " | ".join(COLUMNS.values()) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(f"{np.nan if row[c] is None else row[c]:.2f}" for c in COLUMNS) + " |")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
