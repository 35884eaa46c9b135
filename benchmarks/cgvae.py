"""CGVAE on alanine dipeptide or chignolin: error, spread and validity against the number of beads, beside baselines.

Run: ``python benchmarks/cgvae.py ala2|chignolin FOLDER --runs DIR [--json FILE]``; ``--runs`` keeps mappings, weights
and what was measured, and a later call goes on from there. Beads are learnt from the training frames by the
auto-encoder of ``unbead mapping new``. Baselines: the best linear lift, and the same network without latents.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from cgvae_sets import MoleculeSet, load_set
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from safetensors.torch import load_file, save_file

from unbead.design.autoencoder import AutoencoderSettings, learn_partition, moment_root
from unbead.design.compose import Partition, weights
from unbead.models.cgvae import CGVAENetwork
from unbead.models.settings import CGVAESettings
from unbead.relax.molecule import Shape, make_shape, mean_lengths, near_in_bonds, settle
from unbead.structure.bond_graph import part_of, wrong_edges
from unbead.train.cgvae.fit import FrameOptimiser, fit
from unbead.train.cgvae.losses import CGVAEWeights, cgvae_loss

BEADS = {"ala2": (3, 4, 5, 6, 7), "chignolin": (6, 8, 10, 12, 18)}
SEEDS = (0, 1, 2)
MODEL, NETWORK, LINEAR = KINDS = ("model", "network", "linear")
OPTIONS = {
    "ala2": FrameOptimiser(steps=700, decay_steps=350),
    "chignolin": FrameOptimiser(steps=450, decay_steps=225, learning_rate=4e-3, batch=32),
}
SAMPLES = 2  # of each test frame
STARTS = {"ala2": 2, "chignolin": 1}  # of the model, whose training fails now and then
RELAXED = {"ala2": 500, "chignolin": 50}  # samples
SHOWN = (
    "rmsd",
    "rmsd_heavy",
    "sampling",
    "sampling_heavy",
    "graph",
    "graph_heavy",
    "valid",
    "valid_heavy",
    "relaxed_valid",
)


def main() -> None:
    """Train what is missing, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("molecule", choices=sorted(BEADS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--beads", type=int, nargs="+", help="Only these numbers of beads.")
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--steps", type=int, help="Steps of a training.")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.runs.mkdir(parents=True, exist_ok=True)
    frames = load_set(options.molecule, options.folder)
    rows = {}
    if options.steps:
        of = {"steps": options.steps, "decay_steps": options.steps // 2}
        OPTIONS[options.molecule] = OPTIONS[options.molecule].model_copy(update=of)
    for seed in SEEDS[: options.seeds]:  # so that an interrupted run has seen every number of beads
        for n_beads in options.beads or BEADS[options.molecule]:
            partition = beads_of(frames, options.molecule, n_beads, options.runs)
            for kind in KINDS[: 3 if seed == 0 else 2]:
                name = f"{options.molecule}_{n_beads}_{kind}_{seed}"
                rows[name] = measured(frames, partition, kind, seed, options.runs / f"{name}.json")
                print(
                    name, {key: round(value, 3) for key, value in next(iter(rows[name].values())).items()}, flush=True
                )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    show(options.molecule, rows)


def beads_of(frames: MoleculeSet, molecule: str, n_beads: int, runs: Path) -> Partition:
    """Learn beads from the training frames, or take those learnt before."""
    file = runs / f"{molecule}_{n_beads}_beads.npy"
    if not file.exists():
        np.save(file, learn_partition(moment_root(frames.train), n_beads, AutoencoderSettings()).owner)
    return Partition(np.load(file))


def measured(
    frames: MoleculeSet, partition: Partition, kind: str, seed: int, file: Path
) -> dict[str, dict[str, float]]:
    """Numbers of one training by state, from its file if it has one."""
    if not file.exists():
        operator = weights(partition).astype(np.float32)
        if kind == LINEAR:
            decoder = linear_lift(frames.train, operator)
            found = {state: quality(frames, x, (decoder @ (operator @ x))[None]) for state, x in frames.test.items()}
        else:
            relaxed = RELAXED[file.name.split("_")[0]]
            model = trained(frames, partition, kind, seed, file.with_suffix(".safetensors"))
            found = {state: judge(frames, model, x, relaxed) for state, x in frames.test.items()}
        file.write_text(json.dumps(found))
    return json.loads(file.read_text())


def linear_lift(x: NDArray[np.float32], operator: NDArray[np.float32]) -> NDArray[np.float32]:
    """The best D of atoms = D beads, shape (n_atoms, n_beads), which turns and moves with the molecule."""
    beads = operator @ x
    moved = (x - beads.mean(1, keepdims=True)).astype(np.float64)
    beads = (beads - beads.mean(1, keepdims=True)).astype(np.float64)
    decoder = np.einsum("tia,tja->ij", moved, beads) @ np.linalg.pinv(
        np.einsum("tia,tja->ij", beads, beads), rcond=1e-9
    )
    return (decoder + (1.0 - decoder.sum(1, keepdims=True)) / len(operator)).astype(np.float32)


def network(partition: Partition, kind: str) -> CGVAENetwork:
    """A network with fresh weights."""
    settings = CGVAESettings(latent=0) if kind == NETWORK else CGVAESettings()
    return CGVAENetwork(settings, torch.from_numpy(partition.owner), torch.from_numpy(weights(partition)).float())


def trained(frames: MoleculeSet, partition: Partition, kind: str, seed: int, file: Path) -> CGVAENetwork:
    """A trained network, from its files if it has any: of several starts the one with the smallest validation loss."""
    molecule, shape = file.name.split("_")[0], shape_of(frames)
    found: list[tuple[float, int, CGVAENetwork]] = []
    for start in range(STARTS[molecule] if kind == MODEL else 1):
        fresh = seed + start * len(SEEDS)
        torch.manual_seed(fresh)
        model, weights_file = network(partition, kind), file.with_name(f"{file.stem}_start{start}.safetensors")
        if not weights_file.exists():
            x = torch.from_numpy(frames.train)
            average = fit(model, x, shape, CGVAEWeights(), OPTIONS[molecule], fresh)
            save_file(model.state_dict() | average, weights_file)
        model.load_state_dict(load_file(weights_file))
        valid, noise = torch.from_numpy(frames.valid), torch.Generator().manual_seed(0)
        with torch.no_grad():
            loss, _ = cgvae_loss(model.eval(), valid, shape, CGVAEWeights(), OPTIONS[molecule].steps, noise)
        found.append((float(loss), start, model))
    return min(found)[2]


def shape_of(frames: MoleculeSet) -> Shape:
    """Lengths of the training frames."""
    pairs = near_in_bonds(len(frames.atoms), frames.bonds)
    return make_shape(frames.elements, pairs, mean_lengths(frames.train, pairs))


@torch.no_grad()
def judge(frames: MoleculeSet, model: CGVAENetwork, x: NDArray[np.float32], relaxed: int) -> dict[str, float]:
    """Numbers of a network on test frames."""
    atoms = torch.from_numpy(x)
    read = model.read(model.operator @ atoms)
    if not model.settings.latent:
        return quality(frames, x, model.decode(read, None).numpy()[None])
    prior, noise = model.expect(read), torch.Generator().manual_seed(0)
    samples = np.stack([model.decode(read, prior.draw(noise)).numpy() for _ in range(SAMPLES)])
    numbers = quality(frames, x, samples)
    some = np.linspace(0, len(x) - 1, min(relaxed, len(x))).astype(int)
    settled = settle(torch.from_numpy(samples[0, some]), shape_of(frames), model.operator, model.lift).numpy()
    after = quality(frames, x[some], settled[None])
    numbers |= {f"relaxed_{key}": after[key] for key in ("valid", "valid_heavy", "rmsd", "rmsd_heavy")}
    rebuilt = quality(frames, x, model.decode(read, model.recognise(read, atoms).mean).numpy()[None])
    middle = quality(frames, x, model.decode(read, prior.mean).numpy()[None])
    for part in ("", "_heavy"):
        numbers[f"sampling{part}"] = numbers.pop(f"rmsd_valid{part}")
        numbers[f"any{part}"] = numbers.pop(f"rmsd{part}")
        numbers[f"rmsd{part}"], numbers[f"mean{part}"] = rebuilt[f"rmsd{part}"], middle[f"rmsd{part}"]
        numbers[f"rebuilt_valid{part}"] = rebuilt[f"valid{part}"]
    return numbers


def quality(frames: MoleculeSet, truth: NDArray[np.floating], found: NDArray[np.floating]) -> dict[str, float]:
    """RMSD in Å and bond graphs of structures, shape (n, n_frames, n_atoms, 3), for all and for heavy atoms.

    ``graph`` is λ = \\|E_found − E_true\\| / E_true as published, ``wrong`` the share of edges missing or too many,
    ``valid`` the share of structures without either, all in percent; ``rmsd_valid`` is over these alone.
    """
    numbers = {}
    heavy = np.flatnonzero(frames.atoms.elements != "H")
    for part, atoms in (("", np.arange(len(frames.atoms))), ("_heavy", heavy)):
        elements, bonds = frames.atoms.elements[atoms].tolist(), part_of(frames.bonds, atoms)
        missing, extra = wrong_edges(found[:, :, atoms].reshape(-1, len(atoms), 3), elements, bonds)
        apart = np.sqrt(((found - truth)[:, :, atoms] ** 2).sum(-1).mean(-1)).ravel()
        valid = missing + extra == 0
        numbers |= {
            f"rmsd{part}": float(apart.mean()),
            f"rmsd_valid{part}": float(apart[valid].mean()) if valid.any() else float("nan"),
            f"graph{part}": 100 * float(np.abs(extra - missing).mean()) / len(bonds),
            f"wrong{part}": 100 * float((extra + missing).mean()) / len(bonds),
            f"valid{part}": 100 * float(valid.mean()),
        }
    return numbers


def show(molecule: str, rows: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print means and standard deviations over seeds, a table per state."""
    for state in next(iter(rows.values())):
        table = Table("beads", "of", *SHOWN, title=f"{molecule} {state}")
        for n_beads in BEADS[molecule]:
            for kind in KINDS:
                found = [row[state] for name, row in rows.items() if name.startswith(f"{molecule}_{n_beads}_{kind}_")]
                if not found:
                    continue
                cells = []
                for key in SHOWN:
                    values = [row[key] for row in found if key in row]
                    cells.append(f"{np.mean(values):.3g} ± {np.std(values):.2g}" if values else "")
                table.add_row(str(n_beads), kind, *cells)
        Console(width=170).print(table)


if __name__ == "__main__":
    main()
