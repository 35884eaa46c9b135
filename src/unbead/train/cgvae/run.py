"""A training run of the `cgvae` family, from its configuration to the model."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from unbead.models.cgvae import CGVAENetwork
from unbead.models.molecule import Molecule, save_molecule_model
from unbead.relax.molecule import make_shape
from unbead.structure.bond_graph import wrong_edges
from unbead.train.cgvae.config import CGVAEConfig
from unbead.train.cgvae.fit import fit
from unbead.train.cgvae.molecule import frames_of, make_cgvae, read_molecule
from unbead.train.checkpoint import checkpoint_in
from unbead.train.config import check_config, read_config

LOG_EVERY = 50  # steps


def train_cgvae(config: Path, resume: bool = False) -> Path:
    """Train a network on the frames of one molecule.

    Parameters
    ----------
    config : Path
        YAML file of `CGVAEConfig`.
    resume : bool
        Go on from the last checkpoint in the output folder.

    Returns
    -------
    Path
        The folder with the trained model.

    Raises
    ------
    UnbeadError
        If the configuration, the molecule or the checkpoint cannot be used.
    """
    settings = check_config(config, read_config(config), CGVAEConfig)
    output = settings.output
    checkpoint = checkpoint_in(output, resume)
    molecule, mapped, frames = read_molecule(settings.structure, settings.mapping, settings.train)
    valid = frames_of(settings.valid, molecule.atoms, settings.structure, molecule.bonds)
    torch.manual_seed(settings.seed)
    model = make_cgvae(settings.network, mapped).to(settings.device)
    shape = make_shape(molecule.atoms.elements.tolist(), molecule.pairs, molecule.lengths).to(settings.device)
    steps = settings.optimiser.steps
    with Progress(
        TextColumn("step {task.completed}/{task.total}"),
        BarColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
    ) as progress:
        log = _Log(
            output / "log.jsonl", settings.checkpoint_minutes, progress, progress.add_task("", total=steps, loss="")
        )
        x = torch.from_numpy(frames).to(settings.device)
        average = fit(model, x, shape, settings.loss, settings.optimiser, settings.seed, checkpoint, log)
    model.load_state_dict(model.state_dict() | average)
    card = {
        "steps": steps,
        "settings": settings.model_dump(mode="json", include={"optimiser", "loss", "seed", "mapping"}),
        "validation": validate(model.eval().cpu(), molecule, valid),
    }
    save_molecule_model(output / "model.safetensors", model, molecule, card)
    return output


def validate(model: CGVAENetwork, molecule: Molecule, frames: NDArray[np.float32]) -> dict[str, float]:
    """Measure a network on held-out frames.

    Parameters
    ----------
    model : CGVAENetwork
        The network.
    molecule : Molecule
        What it knows.
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Frames in Å.

    Returns
    -------
    dict of str to float
        RMSD in Å of the structure rebuilt with the posterior's mean (``reconstruction``), of that at the prior's mean
        (``mean``) and of a sample (``sample``); ``valid_percent``, the share of samples with the right bond graph.
    """
    atoms, elements = torch.from_numpy(frames), molecule.atoms.elements.tolist()
    numbers: dict[str, float] = {}
    with torch.inference_mode():
        read = model.read(model.operator @ atoms)
        if not model.settings.latent:
            return {"mean": _rmsd(model.decode(read, None), atoms)}
        prior = model.expect(read)
        latents = {
            "reconstruction": model.recognise(read, atoms).mean,
            "mean": prior.mean,
            "sample": prior.draw(torch.Generator().manual_seed(0)),
        }
        for name, z in latents.items():
            found = model.decode(read, z)
            numbers[name] = _rmsd(found, atoms)
    missing, extra = wrong_edges(found.numpy(), elements, molecule.bonds)
    return numbers | {"valid_percent": 100 * float((missing + extra == 0).mean())}


def _rmsd(found: torch.Tensor, truth: torch.Tensor) -> float:
    """Mean over frames."""
    return float((found - truth).square().sum(-1).mean(-1).sqrt().mean())


@dataclass
class _Log:
    """Shows and writes the terms of the loss, and asks for checkpoints."""

    path: Path
    minutes: float
    progress: Progress
    task: object
    sums: dict[str, float] = field(default_factory=dict)
    summed: int = 0
    saved: float = field(default_factory=time.monotonic)

    def __call__(self, step: int, parts: dict[str, float]) -> bool:
        for name, value in parts.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        self.summed += 1
        self.progress.update(self.task, completed=step + 1, loss=f"{parts['cartesian']:.3f} Å²")  # type: ignore[arg-type]
        if (step + 1) % LOG_EVERY == 0:
            means = {name: value / self.summed for name, value in self.sums.items()}
            with self.path.open("a") as file:
                file.write(json.dumps({"step": step + 1, "time": round(time.time(), 1)} | means) + "\n")
            self.sums, self.summed = {}, 0
        if time.monotonic() - self.saved > 60 * self.minutes:
            self.saved = time.monotonic()
            return True
        return False
