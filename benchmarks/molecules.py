"""How near rebuilt molecules are to those that were coarsened: lipids by residue kind and system, single molecules.

Run: ``python benchmarks/molecules.py SET ... [--model M] [--mapping martini3] [--molecule NAME=FILE ...]``
(``--frames N``, ``--json FILE``). Sets are packed as by ``scripts/pack_lipids.py`` and ``scripts/pack_ligands.py``.
Heavy atoms, no superposition, names of symmetric atoms resolved. RMSD: over all atoms of all molecules, of the
network's answer and of what ``unbead run`` makes of it; mean, median and 95 %: of the RMSDs of the molecules.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from unbead.chem.templates import template
from unbead.mapping.assemble import Assembly
from unbead.models.store import load_models
from unbead.pipeline.user_molecules import choose_mapping, read_user_molecules
from unbead.placement.backmapper import Backmapper
from unbead.train.data.chemistry import chemistry
from unbead.train.data.molecule_examples import map_system
from unbead.train.data.molecules import vocabulary_of
from unbead.train.data.systems import System, load_systems
from unbead.validate.system import system_numbers

COUNTS = ("wrong_chirality", "turned_double_bonds", "pierced_rings", "contacts")
MEANS = ("broken_bonds_percent", "clashscore", "bead_mean")


def squared_errors(assembly: Assembly, found: NDArray, truth: NDArray) -> dict[str, NDArray]:
    """Squared errors of atoms, shape (n_molecules, n_heavy), by residue name; symmetric atoms as suits best."""
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
    errors = {}
    for name in np.unique(assembly.template_names).tolist():
        known, facts = template(name), chemistry(template(name))
        slots = first[assembly.template_names == name][:, None] + np.arange(known.n_heavy)
        squared = ((found[slots][:, :, None] - truth[slots][:, facts.ways]) ** 2).sum(-1)  # (molecules, heavy, ways)
        for group in range(facts.group.max() + 1):
            mine = facts.group == group
            best = squared[:, mine].sum(1).argmin(1)
            squared[:, mine, 0] = np.take_along_axis(squared[:, mine], best[:, None, None], 2)[..., 0]
        errors[name] = squared[..., 0]
    return errors


def measure(system: System, models, mapping, frames: int) -> tuple[dict, dict]:
    """Rebuild frames of a system: RMSDs by residue name, and what is wrong with the whole."""
    mapped = map_system(system, mapping, vocabulary_of([system]))
    answers = {relax: Backmapper(mapped.assembly, models, torch.device("cpu"), relax) for relax in (False, True)}
    errors: dict[bool, dict[str, list]] = {False: {}, True: {}}
    numbers = []
    for k in track(range(min(frames, len(system.frames))), system.name, console=Console(stderr=True), transient=True):
        beads, truth = mapped.operator @ system.frames[k], system.frames[k][mapped.place]
        for relax, backmapper in answers.items():
            answer = backmapper(beads.astype(np.float32), system.box(k), "soft" if relax else "off")
            for name, squared in squared_errors(mapped.assembly, answer.positions, truth).items():
                errors[relax].setdefault(name, []).append(squared)
        numbers.append(system_numbers(mapped.assembly, answer.positions, beads))
    rows = {}
    for name, parts in errors[True].items():
        final, network = np.concatenate(parts), np.concatenate(errors[False][name])
        each = np.sqrt(final.mean(1))
        rows[name] = {
            "molecules": len(final),
            "rmsd_network": float(np.sqrt(network.mean())),
            "rmsd": float(np.sqrt(final.mean())),
            "mean": float(each.mean()),
            "median": float(np.median(each)),
            "rmsd_95": float(np.percentile(each, 95)),
        }
    whole = {name: float(sum(n[name] for n in numbers)) for name in COUNTS}
    return rows, whole | {name: float(np.mean([n[name] for n in numbers])) for name in MEANS}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--model")
    parser.add_argument("--mapping", default="martini3")
    parser.add_argument("--molecule", nargs="*", default=[])
    parser.add_argument("--frames", type=int, default=10**6)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    systems = [system for path in options.sets for system in load_systems(path)]
    mapping = choose_mapping(systems[0].atoms, options.mapping, read_user_molecules(options.molecule, ()))
    models = load_models(options.model)
    table = Table(
        "system", "residue", "molecules", "RMSD network Å", "RMSD Å", "mean", "median", "95 %", *COUNTS, *MEANS
    )
    found = {}
    for system in systems:
        rows, whole = measure(system, models, mapping, options.frames)
        found[system.name] = {"residues": rows, "whole": whole}
        counts = [f"{whole[name]:.0f}" for name in COUNTS] + [f"{whole[name]:.2f}" for name in MEANS]
        for name, row in rows.items():
            values = (f"{row[key]:.3f}" for key in ("rmsd_network", "rmsd", "mean", "median", "rmsd_95"))
            table.add_row(system.name[:40], name, str(row["molecules"]), *values, *counts)
            counts = [""] * len(counts)
    Console(width=200).print(table)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
