"""Radial distribution functions of lipid heads and tails, rebuilt beside the reference, as a plot.

Run: ``python benchmarks/lipid_rdf.py SET [--model M] [--mapping martini3] [--output rdf.png]``. Sets are packed as by
``scripts/pack_lipids.py``. Heads are phosphorus atoms, glycerols C2, tails the last carbons of chains; pairs of one
molecule are left out. The number in each panel is the mean absolute difference of both curves up to `FAR`.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from MDAnalysis.lib.distances import capped_distance
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from unbead.chem.templates import template
from unbead.mapping.assemble import Assembly
from unbead.models.store import load_models
from unbead.pipeline.user_molecules import choose_mapping, read_user_molecules
from unbead.placement.backmapper import Backmapper
from unbead.train.data.molecule_examples import map_system
from unbead.train.data.molecules import vocabulary_of
from unbead.train.data.systems import System, load_systems

FAR, WIDTH = 15.0, 0.5  # Å
EDGES = np.arange(0.0, FAR + WIDTH, WIDTH)
GROUPS = ("heads P–P", "glycerol C2–C2", "tail ends")


def members(assembly: Assembly) -> tuple[NDArray, ...]:
    """Atoms of each of `GROUPS`: tail ends are carbons of phospholipids with one heavy neighbour."""
    atoms = assembly.atoms
    phospholipid = np.array(["P" in template(name).atoms for name in assembly.template_names])[atoms.residue_index]
    neighbours = np.bincount(assembly.bonds.reshape(-1), minlength=len(atoms))
    element = atoms.elements
    choline = np.zeros(len(atoms), bool)
    for here, there in (assembly.bonds.T, assembly.bonds.T[::-1]):
        choline[here[element[there] == "N"]] = True
    ends = (element == "C") & (neighbours == 1) & phospholipid & ~choline
    return tuple(np.flatnonzero(mask & phospholipid) for mask in (element == "P", atoms.names == "C2", ends))


def distribution(x: NDArray, molecule: NDArray, box: NDArray) -> NDArray:
    """g(r) of points of different molecules in a box, shape (n_bins,)."""
    pairs, distances = capped_distance(x, x, FAR, box=box, return_distances=True)
    apart = distances[molecule[pairs[:, 0]] != molecule[pairs[:, 1]]]
    shells = 4 / 3 * np.pi * np.diff(EDGES**3)
    return np.histogram(apart, EDGES)[0] / (shells * len(x) ** 2 / np.prod(box[:3]))


def curves(system: System, mapping, models) -> list[tuple[NDArray, NDArray]] | None:
    """g(r) of the reference and of what is rebuilt, by group; None where a system has no box."""
    if system.box(0) is None:
        return None
    mapped = map_system(system, mapping, vocabulary_of([system]))
    backmapper = Backmapper(mapped.assembly, models, torch.device("cpu"), True)
    molecule = mapped.assembly.atoms.residue_index
    found = []
    for k in range(len(system.frames)):
        beads, truth = mapped.operator @ system.frames[k], system.frames[k][mapped.place]
        answer = backmapper(beads.astype(np.float32), system.box(k), "soft").positions
        found.append(
            [
                [distribution(x[rows].astype(np.float32), molecule[rows], system.box(k)) for x in (truth, answer)]
                for rows in members(mapped.assembly)
            ]
        )
    return [tuple(pair) for pair in np.mean(found, axis=0)]


def main() -> None:
    """Draw the curves and print their differences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--model", default="unbead-lipid")
    parser.add_argument("--mapping", default="martini3")
    parser.add_argument("--output", type=Path, default=Path("rdf.png"))
    options = parser.parse_args()
    systems = load_systems(options.set)
    mapping, models = (
        choose_mapping(systems[0].atoms, options.mapping, read_user_molecules([], ())),
        load_models(options.model),
    )
    rows = [(system.name, pairs) for system in systems if (pairs := curves(system, mapping, models)) is not None]
    figure = Figure(figsize=(10, 1.9 * len(rows)), layout="constrained", dpi=110)
    axes = figure.subplots(len(rows), len(GROUPS), sharex=True, squeeze=False)
    table = Table("system", *GROUPS, title="mean |difference| of g(r)")
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    for (name, pairs), line in zip(rows, axes, strict=True):
        differences = [float(np.abs(found - truth).mean()) for truth, found in pairs]
        table.add_row(name, *(f"{difference:.3f}" for difference in differences))
        for (truth, found), panel, group, difference in zip(pairs, line, GROUPS, differences, strict=True):
            panel.plot(middle, truth, color="0.6", lw=3, label="all-atom reference")
            panel.plot(middle, found, color="tab:blue", lw=1.2, label="rebuilt from Martini 3 beads")
            panel.set_title(f"{group} ({difference:.2f})", fontsize=8)
            panel.tick_params(labelsize=7)
        line[0].set_ylabel(f"{name[:24]}\ng(r)", fontsize=8)
    for panel in axes[-1]:
        panel.set_xlabel("r (Å)", fontsize=8)
    axes[0, 0].legend(fontsize=7, frameon=False)
    FigureCanvasAgg(figure).print_png(options.output)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
