"""Training of the `cgvae` family on one molecule's frames."""

from collections.abc import Callable
from pathlib import Path

import torch
from pydantic import Field
from torch import Tensor

from unbead.models.cgvae import CGVAENetwork
from unbead.relax.molecule import Shape
from unbead.train.cgvae.losses import CGVAEWeights, cgvae_loss
from unbead.train.checkpoint import load_checkpoint, save_checkpoint
from unbead.train.config import OptimiserSettings
from unbead.train.optimiser import learning_rate

Log = Callable[[int, dict[str, float]], bool]


class FrameOptimiser(OptimiserSettings):
    """How the weights move, where a step takes frames of one molecule."""

    warmup: int = Field(default=50, ge=1, description="First steps, over which the learning rate rises.")
    learning_rate: float = Field(default=2.5e-3, gt=0)
    ema: float = Field(default=0.99, gt=0, lt=1, description="Decay of the averaged weights.")
    batch: int = Field(default=64, ge=2, description="Frames of a step.")


def fit(
    model: CGVAENetwork,
    frames: Tensor,
    shape: Shape,
    weights: CGVAEWeights,
    options: FrameOptimiser,
    seed: int,
    checkpoint: Path | None = None,
    log: Log = lambda step, parts: False,
) -> dict[str, Tensor]:
    """Train a network in place.

    Muon, which the other families use, is left out: it costs more than a step of this network.

    Parameters
    ----------
    model : CGVAENetwork
        The network.
    frames : Tensor, shape=(n_frames, n_atoms, 3)
        Training frames in Å.
    shape : Shape
        The molecule.
    weights : CGVAEWeights
        Weights of the loss.
    options : FrameOptimiser
        Steps and rates.
    seed : int
        Of the frames drawn and of the noise; each step has its own, so that a resumed run goes on as it would have.
    checkpoint : Path, optional
        File to go on from, if it is there, and to write when `log` asks for it and when training ends, however it does.
    log : callable
        Gets the step and the terms of the loss; returns whether to write the checkpoint.

    Returns
    -------
    dict of str to Tensor
        Averaged weights.
    """
    model.start_from(frames)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay, betas=(0.9, 0.99), fused=True
    )
    average = {name: p.detach().clone() for name, p in model.named_parameters()}
    done = 0
    if checkpoint is not None and checkpoint.exists():
        done = load_checkpoint(checkpoint, model, average, (optimiser,))
    parameters = list(model.parameters())
    model.train()

    def _save() -> None:
        if checkpoint is not None:
            save_checkpoint(checkpoint, model, average, (optimiser,), done)

    try:
        for step in range(done, options.steps):
            noise = torch.Generator(frames.device).manual_seed(hash((seed, step)))
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(step, options)
            chosen = torch.randint(len(frames), (options.batch,), generator=noise, device=frames.device)
            loss, parts = cgvae_loss(model, frames[chosen], shape, weights, step, noise)
            optimiser.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(parameters, options.clip)
            if torch.isfinite(norm):
                optimiser.step()
            decay = min(options.ema, (1 + step) / (10 + step))
            with torch.no_grad():
                for name, parameter in model.named_parameters():
                    average[name].lerp_(parameter, 1 - decay)
            done = step + 1
            if log(step, parts):
                _save()
    finally:
        _save()
    return average
