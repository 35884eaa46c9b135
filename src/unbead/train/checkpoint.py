"""Checkpoints as safetensors: weights, averaged weights, optimiser state and the step."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from unbead.errors import UnbeadError
from unbead.io.output import replacing


def checkpoint_in(output: Path, resume: bool) -> Path:
    """Make the folder of a training run, and say where its checkpoint is.

    Parameters
    ----------
    output : Path
        The folder.
    resume : bool
        Whether the run goes on from a checkpoint, if there is one.

    Returns
    -------
    Path
        The checkpoint, there or not.

    Raises
    ------
    UnbeadError
        If there is one that the run does not go on from.
    """
    output.mkdir(parents=True, exist_ok=True)
    checkpoint = output / "checkpoint.safetensors"
    if checkpoint.exists() and not resume:
        raise UnbeadError(f"{output}: holds a training run; add --resume or choose another output")
    return checkpoint


def save_checkpoint(
    path: Path,
    model: nn.Module,
    average: dict[str, Tensor],
    optimisers: Sequence[torch.optim.Optimizer],
    step: int,
) -> None:
    """Write a checkpoint beside the last one, then take its place.

    Parameters
    ----------
    path : Path
        The file to write.
    model : nn.Module
        The network.
    average : dict of str to Tensor
        Averaged weights by parameter name.
    optimisers : sequence of torch.optim.Optimizer
        Their state is stored by parameter name.
    step : int
        Steps done.
    """
    tensors = {}
    for name, parameter in model.named_parameters():
        tensors[f"model/{name}"] = parameter.detach().cpu().contiguous()
        tensors[f"average/{name}"] = average[name].cpu().contiguous()
        for optimiser in optimisers:
            for key, value in optimiser.state.get(parameter, {}).items():
                tensors[f"optimiser/{key}/{name}"] = torch.as_tensor(value).cpu().contiguous()
    with replacing(path, keep=False) as file:
        file.write(save(tensors, metadata={"step": str(step)}))


def load_checkpoint(
    path: Path, model: nn.Module, average: dict[str, Tensor], optimisers: Sequence[torch.optim.Optimizer]
) -> int:
    """Restore what `save_checkpoint` stored, in place.

    Parameters
    ----------
    path : Path
        A checkpoint.
    model : nn.Module
        A network of the same settings.
    average : dict of str to Tensor
        Filled with the averaged weights.
    optimisers : sequence of torch.optim.Optimizer
        Optimisers that share the network's parameters.

    Returns
    -------
    int
        Steps done.

    Raises
    ------
    UnbeadError
        If the checkpoint is unreadable or belongs to another network.
    """
    try:
        with safe_open(path, framework="pt") as file:
            step = int(file.metadata()["step"])
            stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise UnbeadError(f"{path}: not a checkpoint ({error}); train without --resume") from None
    for name, parameter in model.named_parameters():
        saved = stored.get(f"model/{name}")
        if saved is None or saved.shape != parameter.shape:
            raise UnbeadError(f"{path}: made for other network settings ({name}); train without --resume")
        with torch.no_grad():
            parameter.copy_(saved)
        average[name] = stored[f"average/{name}"].to(parameter.device)
        owner = next((o for o in optimisers if any(parameter is p for g in o.param_groups for p in g["params"])), None)
        if owner is None:  # frozen
            continue
        for entry, value in stored.items():
            kind, _, rest = entry.partition("/")
            key, _, target = rest.partition("/")
            if kind == "optimiser" and target == name:
                owner.state[parameter][key] = value if key == "step" else value.to(parameter.device)
    return step
