"""Geometry of proteins rebuilt from Cα traces of simulations with a one-bead model, such as CALVADOS.

Run: ``python benchmarks/ca_traces.py TRACES.npz [--proteins N] [--frames K]``. The archive holds for each protein
``NAME_ca_A`` (frames, residues, 3) in Å and ``NAME_rn_recon``, names of all residues but the first and the last.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from unbead.chem.amino import protein_slots
from unbead.chem.particles import Particles, Residues
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model
from unbead.placement.backmapper import Backmapper
from unbead.validate.checks.geometry import geometry
from unbead.validate.compare import average

SHOWN = (
    "broken_bonds_percent", "bent_angles_percent", "contacts_below_1.2", "clashscore", "ring_piercings", "d_centres",
    "wrong_cb", "cis_non_proline", "twisted_peptides_percent", "ramachandran_outliers_percent",
)  # fmt: skip


def chain(positions: NDArray[np.float32], names: NDArray[np.str_]) -> Particles:
    """Make Cα beads of one chain."""
    n = len(names)
    none = np.full(n, "")
    residues = Residues(names, np.arange(1, n + 1), none, np.full(n, "A"), none, np.arange(n) > 0)
    return Particles(np.full(n, "CA"), positions, np.arange(n), residues, none, np.zeros(n, np.float32))


def main() -> None:
    """Print the means over frames, before and after relaxing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("traces", type=Path)
    parser.add_argument("--proteins", type=int, default=25)
    parser.add_argument("--frames", type=int, default=2)
    options = parser.parse_args()
    archive = np.load(options.traces)
    names = [key.removesuffix("_ca_A") for key in archive.files if key.endswith("_ca_A")][: options.proteins]
    network, mapping = load_model(), load_mapping("ca")
    rows: dict[bool, list[dict]] = {False: [], True: []}
    for name in track(names, console=Console(stderr=True)):
        traces = archive[f"{name}_ca_A"][:, 1:-1]
        for frame in np.linspace(0, len(traces) - 1, options.frames).astype(int):
            assembly = assemble(chain(traces[frame], archive[f"{name}_rn_recon"]), mapping)
            for relax, found in rows.items():
                answer = Backmapper(assembly, [network], torch.device("cpu"), relax)(assembly.beads.positions)
                found.append(geometry(protein_slots(assembly.atoms.with_positions(answer.positions))))
    means = [average(found) for found in rows.values()]
    print(f"{len(rows[True])} frames of {len(names)} proteins\n\n| | network | relaxed |\n|---|---|---|")
    for key in SHOWN:
        print(f"| {key} | " + " | ".join("–" if mean[key] is None else f"{mean[key]:.3f}" for mean in means) + " |")


if __name__ == "__main__":
    main()
