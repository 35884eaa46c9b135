"""Pictures of what ``benchmarks/cgvae.py`` measured, and of samples.

Run: ``python benchmarks/cgvae_pictures.py ala2|chignolin FOLDER --runs DIR [--output docs/pictures]``: errors and
validity against the number of beads, with the baselines, and samples of test frames laid over each other.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from cgvae import BEADS, KINDS, LINEAR, MODEL, NETWORK, SEEDS, beads_of, shape_of, trained
from cgvae_sets import MoleculeSet, load_set
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from unbead.relax.molecule import settle

OVERLAID = {"ala2": ((3, "all", 40), (5, "all", 40)), "chignolin": ((6, "folded", 8), (18, "folded", 8))}
COLOURS = {"C": "#444444", "N": "#2255cc", "O": "#cc2222", "H": "#bbbbbb"}
CURVES = (("model, rebuilt", MODEL, "rmsd", "o-"), ("model, samples", MODEL, "any", "o--"))
CURVES += (("network without latents", NETWORK, "rmsd", "s-"), ("linear lift", LINEAR, "rmsd", "^-"))
VALID = (("samples, all atoms", MODEL, "valid", "o-"), ("samples, heavy atoms", MODEL, "valid_heavy", "o--"))
VALID += (("network without latents", NETWORK, "valid", "s-"), ("linear lift", LINEAR, "valid", "^-"))


def main() -> None:
    """Draw both pictures of a molecule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("molecule", choices=sorted(BEADS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    frames = load_set(options.molecule, options.folder)
    draw_curves(options.molecule, options.runs).savefig(options.output / f"cgvae_{options.molecule}.png", dpi=85)
    picture = draw_samples(options.molecule, frames, options.runs)
    picture.savefig(options.output / f"cgvae_{options.molecule}_samples.png", dpi=90)


def draw_curves(molecule: str, runs: Path) -> Figure:
    """RMSD of all and of heavy atoms, and valid structures, against the number of beads."""
    states = sorted(frames_of(molecule, runs, MODEL, BEADS[molecule][0])[0])
    figure = Figure(figsize=(10, 3.1 * len(states)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(states), 3, squeeze=False)
    for row, state in zip(axes, states, strict=True):
        draw_state(row, molecule, runs, "" if state == "all" else f", {state}", state)
    axes[0, 0].legend(fontsize=7)
    axes[0, 2].legend(fontsize=7)
    return figure


def draw_state(row: NDArray, molecule: str, runs: Path, what: str, state: str) -> None:
    """One row of plots."""
    for axis, part, curves, label in (
        (row[0], "", CURVES, f"RMSD in Å, all atoms{what}"),
        (row[1], "_heavy", CURVES, f"RMSD in Å, heavy atoms{what}"),
        (row[2], "", VALID, f"valid structures in %{what}"),
    ):
        for name, kind, key, style in curves:
            found = [
                [measured[state][key + part] for measured in frames_of(molecule, runs, kind, n)]
                for n in BEADS[molecule]
            ]
            means, spreads = [np.mean(values) for values in found], [np.std(values) for values in found]
            colour = f"C{KINDS.index(kind)}"
            axis.errorbar(BEADS[molecule], means, spreads, fmt=style, color=colour, capsize=2, markersize=4, label=name)
        axis.set_xlabel("beads")
        axis.set_title(label, fontsize=9)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)


def frames_of(molecule: str, runs: Path, kind: str, n_beads: int) -> list[dict[str, dict[str, float]]]:
    """What was measured, one entry per seed."""
    files = [runs / f"{molecule}_{n_beads}_{kind}_{seed}.json" for seed in SEEDS]
    return [json.loads(file.read_text()) for file in files if file.exists()]


@torch.no_grad()
def draw_samples(molecule: str, frames: MoleculeSet, runs: Path) -> Figure:
    """Relaxed samples of one test frame, beside the frame itself."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    shown = OVERLAID[molecule]
    axes = figure.subplots(1, len(shown) + 1)
    state = shown[0][1]
    truth = frames.test[state][len(frames.test[state]) // 2]
    flat = np.linalg.svd(truth, full_matrices=False)[2][:2].T  # seen from where it is widest
    draw(axes[0], frames, truth[None], flat, None, "test frame")
    for axis, (n_beads, _, samples) in zip(axes[1:], shown, strict=True):
        partition = beads_of(frames, molecule, n_beads, runs)
        model = trained(frames, partition, MODEL, 0, runs / f"{molecule}_{n_beads}_{MODEL}_0.safetensors")
        beads = model.operator @ torch.from_numpy(truth)
        noise = torch.randn(samples * n_beads, model.settings.latent, generator=torch.Generator().manual_seed(0))
        found = settle(model(beads.expand(samples, -1, -1), noise), shape_of(frames), model.operator, model.lift)
        draw(axis, frames, found.numpy(), flat, beads.numpy(), f"{samples} samples from {n_beads} beads")
    return figure


def draw(axis, frames: MoleculeSet, x: NDArray, flat: NDArray, beads: NDArray | None, title: str) -> None:
    """Bonds of structures in one plane, each half in the colour of its atom."""
    one = len(x) == 1
    ends = np.concatenate([frames.bonds, frames.bonds[:, ::-1]])
    places = x @ flat  # (n, n_atoms, 2)
    halves = np.stack([places[:, ends[:, 0]], places[:, ends].mean(2)], 2)  # (n, 2 n_bonds, 2, 2)
    colours = [COLOURS[frames.elements[a]] for a in ends[:, 0]] * len(x)
    lines = halves.reshape(-1, 2, 2)
    axis.add_collection(LineCollection(lines, colors=colours, linewidths=1.8 if one else 0.6, alpha=1 if one else 0.5))
    axis.autoscale()
    if beads is not None:
        axis.plot(*(beads @ flat).T, "o", color="#e8a000", markersize=9, alpha=0.8)
    axis.set_title(title, fontsize=9)
    axis.set_aspect("equal")
    axis.set_axis_off()


if __name__ == "__main__":
    main()
