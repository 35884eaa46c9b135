"""Samples of models with latents beside the truth: accuracy, best of n, validity, diversity, calibration.

Run: ``python benchmarks/samples.py --set NAME EVERY FILE ... [--set ...] [--models unbead-genzprot,unbead-protein]``
(``--mapping ca``, ``--samples 20``, ``--temperatures 1.0,0.7``, ``--no-relax``, ``--json FILE``). A set is PDB or mmCIF
files, of which every EVERY-th model is taken, or a topology and its trajectory, of which every EVERY-th frame is. They
are coarsened, sampled as by ``unbead run --samples``, and judged as by ``unbead evaluate --ensemble``; numbers are
means over structures.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from accuracy import ERRORS, complete_residues
from rich.progress import track

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.io.read import count_frames, read_structure
from unbead.io.trajectory import Trajectory
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions
from unbead.placement.latent_noise import LatentNoise
from unbead.validate.compare import average, common_residues
from unbead.validate.ensemble import judge_samples

SHOWN = {
    "mean_structure_backbone": "without sampling, backbone Å", "mean_structure_side_chain": "side chain Å",
    "rmsd_backbone": "samples, backbone Å", "rmsd_side_chain": "side chain Å",
    "best_rmsd_backbone": "best of n, backbone Å", "best_rmsd_side_chain": "side chain Å",
    "spread": "spread Å", "diversity": "diversity", "coverage_50": "truth among nearest 50 %",
    "coverage_90": "truth among nearest 90 %", "broken_bonds_percent": "bonds off %",
    "contacts_share_percent": "contacts below 1.2 Å %", "clashscore": "overlaps per 1000 atoms",
    "valid_percent": "bond graph right %", "ramachandran_outliers_percent": "Ramachandran outliers %",
}  # fmt: skip


def structures(files: list[str], every: int) -> Iterator[Particles]:
    """Read the structures of a set; caps, and residues that lack atoms, are left out."""
    for k, path in enumerate(map(Path, files)):
        if path.suffix == ".xtc":
            topology = read_structure(Path(files[k - 1]))
            frames = Trajectory(topology, [path], str(path))
            for frame in frames.read(range(0, len(frames), every)):
                yield complete_residues(amino_acids(frame.of(topology)))
        elif not any(other.endswith(".xtc") for other in files[k + 1 : k + 2]):
            for model in range(0, count_frames(path), every):
                yield complete_residues(amino_acids(read_structure(path, model)))


def amino_acids(atoms: Particles) -> Particles:
    """Leave out what is no amino acid."""
    known = [template(str(name)) for name in atoms.residues.names]
    return atoms.select_residues(np.array([each is not None and each.parent in AMINO_ACIDS for each in known]))


def judge(truth: Particles, k: int, model: str, options: argparse.Namespace) -> dict[float, dict]:
    """Sample the k-th structure of a set at all temperatures."""
    how = BackmapOptions(
        relax=not options.no_relax, samples=options.samples, consistency="off" if options.no_relax else "soft"
    )
    beads = coarsen(truth, load_mapping(options.mapping))
    system = open_system(beads, options.mapping, model, "cpu", how)

    def built(draws: LatentNoise | None = None):
        atoms = system.atoms.with_positions(system(beads.positions, draws=draws).positions)
        return common_residues(protein_slots(atoms), protein_slots(truth))

    middle, goal = built()
    alone = judge_samples([middle], goal)
    single = {f"mean_structure_{part}": alone[f"rmsd_{part}"] for part in ("backbone", "side_chain")}
    found = {}
    for temperature in map(float, options.temperatures.split(",")):
        draws = (LatentNoise(0, temperature, ((sample, k),)) for sample in range(options.samples))
        found[temperature] = single | judge_samples([built(each)[0] for each in draws], goal)
    return found


def main() -> None:
    """Print a table for each set, one column per model and temperature."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", nargs="+", action="append", required=True, metavar="NAME EVERY FILE")
    parser.add_argument("--models", default="unbead-genzprot,unbead-protein")
    parser.add_argument("--mapping", default="ca")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--temperatures", default="1.0")
    parser.add_argument("--no-relax", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    means = {}
    for name, every, *files in options.set:
        rows: dict[str, list] = {}
        truths = list(structures(files, int(every)))
        for k, truth in enumerate(track(truths, name, console=ERRORS)):
            for model in options.models.split(","):
                for temperature, numbers in judge(truth, k, model, options).items():
                    rows.setdefault(f"{Path(model).stem}, T = {temperature}", []).append(numbers)
        means[name] = {column: average(found) for column, found in rows.items()}
        print(f"\n{name}: {len(truths)} structures, {options.samples} samples of each, mapping {options.mapping}\n")
        print("| | " + " | ".join(rows) + " |\n|---" + "|---" * len(rows) + "|")
        for key, label in SHOWN.items():
            values = (numbers[key] for numbers in means[name].values())
            print(f"| {label} | " + " | ".join("–" if value is None else f"{value:.3f}" for value in values) + " |")
        if options.json:
            options.json.write_text(json.dumps(means, indent=1) + "\n")


if __name__ == "__main__":
    main()
