"""A picture of samples laid over each other, with the truth and the beads.

Run: ``unbead run ca.pdb --model unbead-genzprot --samples 20 -o samples.pdb``, then
``python benchmarks/draw_samples.py samples.pdb TRUTH.pdb --output docs/pictures/samples.png``
(``--frame K`` of the truth, ``--residues FIRST LAST`` for the close-up, by number).
"""

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from unbead.chem.amino import CA, CB, SLOTS, Slots, protein_slots
from unbead.io.read import read_structure, structure_frames
from unbead.validate.checks.bonds import find_bonds
from unbead.validate.compare import common_residues

BACKBONE, SIDE_CHAIN, TRUTH, BEAD = "#2f6fab", "#7fb3dc", "#c4501b", "#1d2733"


def main() -> None:
    """Draw the whole chain and a close-up of some residues."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--frame", type=int, default=0)
    parser.add_argument("--residues", type=int, nargs=2, default=(19, 27))
    parser.add_argument("--output", type=Path, default=Path("samples.png"))
    options = parser.parse_args()
    truth = protein_slots(read_structure(options.truth, options.frame))
    pairs = [common_residues(protein_slots(read()), truth) for read in structure_frames(options.samples)]
    truth = pairs[0][1]
    mpl.rcParams["path.simplify"] = False
    figure = Figure(figsize=(11.5, 4.3), dpi=100, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    first, last = options.residues
    numbers = truth.residues.numbers
    for axes, shown in ((left, np.ones(len(numbers), bool)), (right, (numbers >= first) & (numbers <= last))):
        draw(axes, [sample for sample, _ in pairs], truth, shown)
    left.set_title(f"{len(pairs)} samples, {len(numbers)} residues")
    right.set_title(f"residues {first} to {last}")
    for words, colour, style in (("samples: backbone", BACKBONE, "-"), ("samples: side chains", SIDE_CHAIN, "-"),
                                 ("truth", TRUTH, "-"), ("Cα beads", BEAD, "o")):  # fmt: skip
        left.plot([], [], style, color=colour, label=words)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(options.output, pil_kwargs={"optimize": True})


def draw(axes: Axes, samples: list[Slots], truth: Slots, shown: NDArray[np.bool_]) -> None:
    """Draw residues broad side on, what is near over what is far."""
    x = truth.positions[shown][:, CA].astype(float)
    _, _, turn = np.linalg.svd(x - x.mean(0), full_matrices=False)
    bonds = find_bonds(truth, np.zeros((0, 2), np.int64)).pairs
    bonds = bonds[shown[bonds // SLOTS].all(1)]
    side = (bonds % SLOTS >= CB).any(1)
    for structures, backbone, branch, width in ((samples, BACKBONE, SIDE_CHAIN, 0.7), ([truth], TRUTH, TRUTH, 1.8)):
        ends = np.concatenate([(each.positions.reshape(-1, 3)[bonds] - x.mean(0)) @ turn.T for each in structures])
        order = np.argsort(ends[..., 2].mean(1))
        colours = np.where(np.tile(side, len(structures)), branch, backbone)[order]
        axes.add_collection(LineCollection(ends[order][..., :2], colors=list(colours), linewidths=width, alpha=0.85))
    beads = (x - x.mean(0)) @ turn.T
    axes.scatter(*beads[:, :2].T, s=14 if shown.all() else 45, color=BEAD, zorder=3)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")


if __name__ == "__main__":
    main()
