"""Training of the `cgvae` family on one molecule's frames."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from unbead.models.cgvae import CGVAENetwork
from unbead.train.cgvae import CGVAEWeights, Shape, cgvae_loss
from unbead.train.config import OptimiserSettings
from unbead.train.optimiser import learning_rate


def fit(
    model: CGVAENetwork,
    frames: Tensor,
    shape: Shape,
    weights: CGVAEWeights,
    options: OptimiserSettings,
    seed: int,
    log: Callable[[int, dict[str, float]], None] = lambda step, parts: None,
) -> dict[str, Tensor]:
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay, betas=(0.9, 0.99), fused=True
    )
    noise = torch.Generator().manual_seed(seed)
    parameters = list(model.parameters())
    average = [p.detach().clone() for p in parameters]
    order = torch.empty(0, dtype=torch.long)
    for step in range(options.steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, options)
        if len(order) < options.batch:
            order = torch.randperm(len(frames), generator=noise)
        chosen, order = order[: options.batch], order[options.batch :]
        loss, parts = cgvae_loss(model, frames[chosen], shape, weights, step, noise)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, options.clip)
        optimiser.step()
        torch._foreach_lerp_(average, parameters, 1 - min(options.ema, (2 + step) / (11 + step)))
        log(step, parts)
    return dict(zip((name for name, _ in model.named_parameters()), average, strict=True))
