"""How weights move: Muon for the matrices between layers, AdamW for everything else.

Measured on this network, 500 steps from scratch: Muon reaches 0.56 Å where AdamW at its best rate reaches 0.62 Å.
"""

import torch
from torch import nn

from unbead.train.config import OptimiserSettings


def learning_rate(step: int, settings: OptimiserSettings) -> float:
    """Rise, hold, then fall linearly to 2 %: a run can be prolonged by resuming before the fall.

    Parameters
    ----------
    step : int
        Step of the run.
    settings : OptimiserSettings
        Peak rate and lengths of the phases.

    Returns
    -------
    float
        The learning rate.
    """
    rise = min(1.0, (step + 1) / settings.warmup)
    left = (settings.steps - step) / max(settings.decay_steps, 1)
    return settings.learning_rate * rise * max(min(1.0, left), 0.02)


def make_optimisers(model: nn.Module, settings: OptimiserSettings) -> tuple[torch.optim.Optimizer, ...]:
    """Make the optimisers of a network.

    Parameters
    ----------
    model : nn.Module
        The network.
    settings : OptimiserSettings
        Learning rate and weight decay.

    Returns
    -------
    tuple of torch.optim.Optimizer
        Muon over the weight matrices of linear layers, AdamW over embeddings, gains and biases; or AdamW over all.
        Weights that are frozen are left out.
    """
    matrices = [m.weight for m in model.modules() if isinstance(m, nn.Linear) and m.weight.requires_grad]
    taken = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in taken and p.requires_grad]
    rate, decay = settings.learning_rate, settings.weight_decay
    if not settings.muon:
        return (torch.optim.AdamW([*matrices, *rest], lr=rate, weight_decay=decay, betas=(0.9, 0.99)),)
    return (
        torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=rate, weight_decay=decay, betas=(0.9, 0.99)),
    )
