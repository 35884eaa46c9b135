"""The training loop: resumable, on one or several processes."""

import json
import os
import time
from pathlib import Path

import torch
import torch.distributed as dist
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from unbead.models.family import Network, make_network
from unbead.models.genzprot import GenZProtNetwork
from unbead.models.reference import reference_internal
from unbead.models.store import (
    HEAD,
    LATENTS,
    POSTERIOR,
    ROTAMERS,
    holds_part,
    load_bead_weights,
    load_card,
    load_weights,
    save_model,
)
from unbead.train.checkpoint import checkpoint_in, load_checkpoint, save_checkpoint
from unbead.train.config import TrainSettings, load_config
from unbead.train.data.dataset import data_hash
from unbead.train.data.molecules import Molecules
from unbead.train.data.proteins import Proteins
from unbead.train.losses.objective import make_objective
from unbead.train.optimiser import learning_rate, make_optimisers
from unbead.train.plot import plot_log

LOG_EVERY = 50  # steps
TRAINED = {"torsions": (HEAD,), "latents": (LATENTS, POSTERIOR), "rotamers": (ROTAMERS,)}  # what `only` does not freeze


def train(config: Path, resume: bool = False) -> Path:
    """Train a network.

    Parameters
    ----------
    config : Path
        YAML file of `TrainSettings`. Started under ``torchrun``, every process takes its share of each step.
    resume : bool
        Go on from the last checkpoint in the output folder.

    Returns
    -------
    Path
        The folder with the trained model.

    Raises
    ------
    UnbeadError
        If the configuration, the data or the checkpoint cannot be used.
    """
    settings = load_config(config)
    several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if several:
        dist.init_process_group("nccl" if settings.device == "cuda" else "gloo")
    try:
        return _Run(settings, resume).go()
    finally:
        if several:
            dist.destroy_process_group()


class _Run:
    """State of one training run."""

    def __init__(self, settings: TrainSettings, resume: bool):
        self.settings = settings
        self.rank = int(os.environ.get("RANK", "0"))
        self.world = int(os.environ.get("WORLD_SIZE", "1"))
        local = os.environ.get("LOCAL_RANK", "0")
        self.device = torch.device(f"cuda:{local}" if settings.device == "cuda" else settings.device)
        self.output = settings.output
        self.checkpoint = checkpoint_in(self.output, resume)
        torch.manual_seed(settings.seed)
        self.sampler = {"proteins": Proteins, "molecules": Molecules}[settings.data.kind](settings)
        self.vocabulary = self.sampler.vocabulary
        frozen = settings.start if settings.only is not None else None  # the rest of this network stays as it is
        self.keeps_rotamers = settings.only == "rotamers" or (frozen is not None and holds_part(frozen, ROTAMERS))
        self.model = self._network()
        if settings.only is not None:
            for name, parameter in self.model.named_parameters():
                parameter.requires_grad_(name.startswith(TRAINED[settings.only]))
        if settings.compile:
            for layer in (*self.model.messages, *self.model.updates):
                layer.compile(dynamic=True)
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.optimisers = make_optimisers(self.model, settings.optimiser)
        self.objective = make_objective(self.model, settings)
        if settings.start is not None and not resume:
            self._start_from(settings.start)
        self.average = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self.step = 0
        if resume and self.checkpoint.exists():
            self.step = load_checkpoint(self.checkpoint, self.model, self.average, self.optimisers)
        self.hash = data_hash(settings.data.train)
        self.sums: dict[str, float] = {}
        self.summed = 0

    def go(self) -> Path:
        options = self.settings.optimiser
        saved = checked = time.monotonic()
        with Progress(
            TextColumn("step {task.completed}/{task.total}"),
            BarColumn(),
            TextColumn("{task.fields[loss]}"),
            TimeRemainingColumn(),
            disable=self.rank > 0,
        ) as progress:
            bar = progress.add_task("train", total=options.steps, completed=self.step, loss="")
            try:
                while self.step < options.steps:
                    started = time.monotonic()
                    parts = self._one_step()
                    parts["seconds"] = time.monotonic() - started
                    for name, value in parts.items():
                        self.sums[name] = self.sums.get(name, 0.0) + value
                    progress.update(bar, advance=1, loss="{} {:.3f}".format(*next(iter(parts.items()))))
                    self.summed += 1
                    if self.step % LOG_EVERY == 0:  # a resumed run sums up fewer steps at first
                        self._log({name: value / self.summed for name, value in self.sums.items()})
                        self.sums, self.summed = {}, 0
                    now = time.monotonic()
                    if self._together(now - checked > 60 * self.settings.validate_minutes):
                        self._validate()
                        checked = time.monotonic()
                    if self.rank == 0 and now - saved > 60 * self.settings.checkpoint_minutes:
                        self._save()
                        saved = time.monotonic()
            except KeyboardInterrupt:
                self._save()
                raise
        metrics = self._validate()
        self._save()
        if self.rank == 0:
            self._finish(metrics)
        return self.output

    def _one_step(self) -> dict[str, float]:
        options = self.settings.optimiser
        rate = learning_rate(self.step, options)
        for group in (group for optimiser in self.optimisers for group in optimiser.param_groups):
            group["lr"] = rate
        batch = {k: v.to(self.device) for k, v in self.sampler.batch(self.step, self.rank).items()}
        loss, parts = self.objective(batch, self.step, self.rank)
        self.model.zero_grad(set_to_none=False)
        loss.backward()
        if self.world > 1:
            self._share_gradients()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, options.clip)
        if torch.isfinite(norm):
            for optimiser in self.optimisers:
                optimiser.step()
        self.step += 1
        decay = min(options.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                self.average[name].lerp_(parameter, 1 - decay)
        return parts | {"gradient": float(norm), "learning_rate": rate}

    def _share_gradients(self) -> None:
        flat = torch.cat([p.grad.reshape(-1) for p in self.parameters if p.grad is not None])
        dist.all_reduce(flat)
        flat /= self.world
        start = 0
        for p in self.parameters:
            if p.grad is not None:
                p.grad.copy_(flat[start : start + p.numel()].view_as(p))
                start += p.numel()

    def _together(self, wish: bool) -> bool:
        """Decide as process 0 does; asked for with every log line only, since it makes processes wait."""
        if self.world == 1:
            return wish
        if self.step % LOG_EVERY:
            return False
        flag = torch.tensor(int(wish), device=self.device)
        dist.broadcast(flag, 0)
        return bool(flag)

    def _network(self) -> Network:
        model = make_network(self.settings.network, len(self.vocabulary))
        if isinstance(model, GenZProtNetwork):
            with torch.no_grad():
                model.table.weight.copy_(reference_internal())
        else:
            if not self.sampler.torsions:
                model.torsion_head = None
            if not self.keeps_rotamers:
                model.rotamer_head = None
            if not self.settings.loss.get("posterior"):
                model.posterior = None
        return model.to(self.device)

    def _start_from(self, weights: Path) -> None:
        same = load_card(weights).get("family", "unbead") == self.settings.family
        if same:
            load_weights(weights, self.model, tuple(part for parts in TRAINED.values() for part in parts))
        else:
            load_bead_weights(weights, self.model)

    def _averaged(self) -> Network:
        model = self._network()
        model.load_state_dict(self.average)
        return model.eval()

    def _validate(self) -> dict[str, dict[str, float]]:
        model = self._averaged()
        mine = self.settings.check[self.rank :: self.world]
        found = {name: self.sampler.validate(model, name, self.device) for name in mine}
        if self.world > 1:
            gathered: list = [None] * self.world
            dist.all_gather_object(gathered, found)
            found = {name: row for part in gathered for name, row in part.items()}
        self._log({"valid": found})
        return found

    def _log(self, record: dict) -> None:
        if self.rank > 0:
            return
        with (self.output / "log.jsonl").open("a") as file:
            file.write(json.dumps({"step": self.step, "time": round(time.time(), 1)} | record) + "\n")

    def _save(self) -> None:
        if self.rank == 0:
            save_checkpoint(self.checkpoint, self.model, self.average, self.optimisers, self.step)

    def _finish(self, metrics: dict) -> None:
        settings = self.settings
        card = {
            "steps": self.step,
            "data_hash": self.hash,
            "mappings": settings.mappings,
            "settings": settings.model_dump(mode="json", include={"noise", "optimiser", "loss", "seed"}),
            "validation": metrics,
        }
        if settings.only is not None and settings.start is not None:  # the rest keeps its history
            card = load_card(settings.start) | {settings.only: card}
        save_model(self.output / "model.safetensors", self._averaged(), self.vocabulary, card)
        plot_log(self.output / "log.jsonl", self.output / "training.png")
