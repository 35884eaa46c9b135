"""Samples of a model with latents beside the truth: accuracy, best of n, validity, diversity, calibration.

Run: ``python benchmarks/samples.py STRUCTURE ... [--model unbead-genzprot] [--mapping ca] [--samples 20]``
(``--temperatures 1.0,0.7``, ``--every N`` models, ``--no-relax``, ``--json FILE``). Structures are coarsened, sampled
as by ``unbead run --samples``, and judged as by ``unbead evaluate --ensemble``; numbers are means over structures.
"""

import argparse
import json
from pathlib import Path

from accuracy import ERRORS, complete_residues
from rich.console import Console
from rich.progress import track
from rich.table import Table

from unbead.chem.amino import protein_slots
from unbead.io.read import count_frames, read_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.draws import Draws
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import How
from unbead.validate.compare import average, common_residues
from unbead.validate.ensemble import judge_samples

SHOWN = (
    "mean_structure_backbone", "mean_structure_side_chain", "rmsd_backbone", "rmsd_side_chain", "best_rmsd_backbone",
    "best_rmsd_side_chain", "spread", "diversity", "coverage_50", "coverage_90", "valid_percent",
    "broken_bonds_percent", "contacts_share_percent", "clashscore", "ramachandran_outliers_percent",
)  # fmt: skip


def main() -> None:
    """Print a table, one column per temperature."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", nargs="+", type=Path)
    parser.add_argument("--model", default="unbead-genzprot")
    parser.add_argument("--mapping", default="ca")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--temperatures", default="1.0")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--no-relax", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    mapping = load_mapping(options.mapping)
    how = How(relax=not options.no_relax, samples=options.samples, consistency="off" if options.no_relax else "soft")
    frames = [(path, k) for path in options.structures for k in range(0, count_frames(path), options.every)]
    rows: dict[str, list] = {temperature: [] for temperature in options.temperatures.split(",")}
    for path, k in track(frames, "structures", console=ERRORS):
        truth = complete_residues(read_structure(path, k))
        beads = coarsen(truth, mapping)
        system = open_system(beads, options.mapping, options.model, "cpu", how)

        def built(draws: Draws | None = None, system=system, beads=beads, truth=truth):
            atoms = system.atoms.with_positions(system(beads.positions, draws=draws).positions)
            return common_residues(protein_slots(atoms), protein_slots(truth))

        middle, goal = built()
        alone = judge_samples([middle], goal)
        single = {f"mean_structure_{part}": alone[f"rmsd_{part}"] for part in ("backbone", "side_chain")}
        for temperature, found in rows.items():
            draws = [Draws(0, float(temperature), ((sample, k),)) for sample in range(options.samples)]
            found.append(single | judge_samples([built(each)[0] for each in draws], goal))
    means = {temperature: average(found) for temperature, found in rows.items()}
    if options.json:
        options.json.write_text(json.dumps(means, indent=1) + "\n")
    table = Table("measure", *(f"T = {temperature}" for temperature in means))
    for name in SHOWN:
        values = (numbers[name] for numbers in means.values())
        table.add_row(name, *("–" if value is None else f"{value:.3f}" for value in values))
    Console().print(table)


if __name__ == "__main__":
    main()
