"""Is what leaves Unbead physically right? Before and after relaxing, per mapping and for a real simulation.

Run: ``python benchmarks/physical.py STRUCTURE ... [--mappings martini3,ca] [--simulation TOPOLOGY TRAJECTORY]``
(``--every N`` frames, ``--answer mode``, ``--json FILE``, ``--keep DIR`` for what was relaxed, one PDB file each).
Structures are coarsened and rebuilt with the defaults of `unbead run`;
counts are sums over structures or frames, percentages and scores means, and what is compared with a reference is the
difference from it.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import MDAnalysis as mda
import numpy as np
import torch
from accuracy import complete_residues
from rich.console import Console
from rich.progress import track

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.chem.particles import Particles
from unbead.io.read import read_structure
from unbead.io.universe import from_universe, quiet
from unbead.io.write import write_structure
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import available_mappings, load_mapping
from unbead.models.store import load_model
from unbead.placement.backmapper import Backmapper
from unbead.validate.checks.dihedrals import backbone_torsions
from unbead.validate.checks.geometry import geometry
from unbead.validate.compare import common_residues, evaluate

ERRORS = Console(stderr=True)
CPU = torch.device("cpu")
SUMS = {
    "d_centres": "D-centres",
    "wrong_cb": "wrong Cβ",
    "cis": "cis non-Pro",
    "ring_piercings": "pierced rings",
    "contacts_below_1.2": "contacts < 1.2 Å",
}
MEANS = {
    "broken_bonds_percent": "bonds off > 10 %",
    "bent_angles_percent": "angles off > 15° %",
    "twisted_peptides_percent": "twisted peptides %",
    "clashscore": "clashscore",
    "ramachandran_outliers_percent": "Rama. outliers %",
    "rotamer_outliers_percent": "rotamer outliers %",
    "disulfides_right": "S–S right",
    "rmsd_backbone": "backbone Å",
    "rmsd_side_chain": "side chain Å",
    "rmsd_all": "all Å",
    "seconds": "s",
}


def new_cis(atoms: Particles, truth: Particles) -> float:
    """Count cis peptides before other residues than proline that the truth does not have."""
    found, real = common_residues(protein_slots(atoms), protein_slots(truth))
    proline = found.kind == AMINO_ACIDS.index("PRO")
    ours, theirs = (np.abs(backbone_torsions(slots)[2]) for slots in (found, real))
    return float(((ours < 30) & ~(theirs < 90) & ~proline).sum())


def show(title: str, rows: dict[str, list[dict]]) -> dict:
    """Print a table and return its numbers."""
    numbers = {}
    print(f"\n{title}\n\n| | " + " | ".join([*SUMS.values(), *MEANS.values()]) + " |")
    print("|---" * (1 + len(SUMS) + len(MEANS)) + "|")
    for name, found in rows.items():
        sums = {key: float(np.sum([row[key] for row in found])) for key in SUMS}
        means = {key: [row[key] for row in found if row.get(key) is not None] for key in MEANS}
        numbers[name] = sums | {key: float(np.mean(values)) if values else None for key, values in means.items()}
        cells = [f"{sums[key]:.0f}" for key in SUMS]
        cells += ["–" if (value := numbers[name][key]) is None else f"{value:.3f}" for key in MEANS]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    return numbers


def keep_atoms(folder: Path | None, name: str, atoms: Particles) -> None:
    """Write a rebuilt structure for other programs to look at."""
    if folder:
        write_structure(folder / f"{name}.pdb", [replace(atoms, box=None)])


def of_structures(
    paths: list[Path], mappings: list[str], model: str | None, keep: Path | None, answer: str = "mean"
) -> dict:
    """Rebuild structures with each mapping."""
    truths = [complete_residues(read_structure(path)) for path in paths]
    network = load_model(model) if model else load_model()
    rows: dict[str, list[dict]] = {"reference": [evaluate(truth, truth) | {"cis": 0, "seconds": 0} for truth in truths]}
    for name in mappings:
        mapping = load_mapping(name)
        for path, truth in track(list(zip(paths, truths, strict=True)), name, console=ERRORS):
            assembly = assemble(coarsen(truth, mapping), mapping)
            for label, relax in (("network", False), ("relaxed", True)):
                frame = Backmapper(assembly, [network], CPU, relax, answer=answer)(assembly.beads.positions)
                atoms = assembly.atoms.with_positions(frame.positions)
                seconds = 0.0 if frame.relaxed is None else frame.relaxed.seconds
                row = evaluate(atoms, truth) | {"cis": new_cis(atoms, truth), "seconds": seconds}
                rows.setdefault(f"{name}, {label}", []).append(row)
            keep_atoms(keep, f"{path.stem}_{name}", atoms)
    return show(f"{len(truths)} structures", rows)


def of_simulation(
    topology: Path, trajectory: Path, every: int, model: str | None, keep: Path | None, answer: str = "mean"
) -> dict:
    """Rebuild the protein of a Martini 3 simulation."""
    with quiet():
        universe = mda.Universe(str(topology), str(trajectory), to_guess=())
    mapping = load_mapping("martini3")
    first = from_universe(universe, 0)
    known = np.array([mapping.find(str(name)) is not None for name in first.residues.names])
    assembly = assemble(first.select_residues(known), mapping)
    network = load_model(model) if model else load_model()
    rows: dict[str, list[dict]] = {"network": [], "relaxed": []}
    for label, relax in (("network", False), ("relaxed", True)):
        backmapper = Backmapper(assembly, [network], CPU, relax, answer=answer)
        for k in track(range(0, len(universe.trajectory), every), label, console=ERRORS):
            beads = from_universe(universe, k).select_residues(known)
            frame = backmapper(beads.positions[assembly.kept], beads.box)
            atoms = assembly.atoms.with_positions(frame.positions)
            numbers = geometry(protein_slots(atoms))
            seconds = 0.0 if frame.relaxed is None else frame.relaxed.seconds
            rows[label].append(numbers | {"cis": numbers["cis_non_proline"], "seconds": seconds})
            if relax:
                keep_atoms(keep, f"{topology.name.split('.')[0]}_{k}", atoms)
    return show(f"{len(rows['network'])} frames of {topology.name}", rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", nargs="*", type=Path)
    parser.add_argument("--mappings", default=",".join(available_mappings()))
    parser.add_argument("--simulation", nargs=2, type=Path)
    parser.add_argument("--model")
    parser.add_argument("--answer", default="mean", choices=("mean", "mode"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    numbers = {}
    if options.structures:
        mappings = options.mappings.split(",")
        numbers["structures"] = of_structures(options.structures, mappings, options.model, options.keep, options.answer)
    if options.simulation:
        numbers["simulation"] = of_simulation(
            *options.simulation, options.every, options.model, options.keep, options.answer
        )
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
