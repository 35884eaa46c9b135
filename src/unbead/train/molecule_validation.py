"""Accuracy per mapping on held-out molecules, while training."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.family import Network
from unbead.train.data.examples import CHIRAL, PAIR_WEIGHT, PAIRS, POINTS_INTO
from unbead.train.data.molecule_examples import Mapped, make_molecule_example
from unbead.train.data.systems import System
from unbead.train.losses.atoms import resolve_swaps, signed_volume


def validate_molecules(
    model: Network, systems: Sequence[System], mapped: Sequence[Mapped], frames: int, device: torch.device
) -> dict[str, float]:
    """Measure one mapping.

    Parameters
    ----------
    model : Network
        The network.
    systems : sequence of System
        Held-out systems.
    mapped : sequence of Mapped
        The same with the mapping.
    frames : int
        Frames of each system that are looked at, the first ones.
    device : torch.device
        Where the network lives.

    Returns
    -------
    dict of str to float
        RMSD in Å (symmetric names resolved, no superposition) of all heavy atoms and by residue name; percentages of
        bonds off by more than 10 % and of handed centres that are mirrored.
    """
    rng = np.random.default_rng(0)
    squared: dict[str, list[NDArray]] = {}
    broken, mirrored = [], []
    was_training = model.training
    model.eval()
    for system, known in zip(systems, mapped, strict=True):
        names = known.assembly.template_names[known.assembly.atoms.residue_index]
        for frame in range(min(len(system.frames), frames)):
            x, box = system.frames[frame], system.box(frame)
            example = make_molecule_example(known, x, box, model.settings, rng)
            batch = {name: field.to(device) for name, field in collate([example], POINTS_INTO).items()}
            with torch.no_grad():
                predicted = model(batch)[0]
            truth = resolve_swaps(predicted, batch)
            error = ((predicted - truth) ** 2).sum(-1).cpu().numpy()
            for name in np.unique(names):
                squared.setdefault(str(name), []).append(error[names == name])
            i, j = batch[PAIRS][batch[PAIR_WEIGHT] == 1.0].unbind(1)
            length = (truth[i] - truth[j]).norm(dim=1)
            off = ((predicted[i] - predicted[j]).norm(dim=1) - length).abs() > 0.1 * length
            hands = [signed_volume(x, batch[CHIRAL]) > 0 for x in (predicted, batch[keys.ATOM_POSITIONS])]
            broken.append(off.cpu().numpy())
            mirrored.append((hands[0] != hands[1]).cpu().numpy())
    model.train(was_training)
    every = np.concatenate([part for parts in squared.values() for part in parts])
    return {
        "all": float(np.sqrt(every.mean())),
        **{name: float(np.sqrt(np.concatenate(parts).mean())) for name, parts in sorted(squared.items())},
        "broken_percent": _percent(broken),
        "mirrored_percent": _percent(mirrored),
    }


def _percent(flags: Sequence[NDArray[np.bool_]]) -> float:
    joined = np.concatenate(flags)
    return float(100 * joined.mean()) if len(joined) else 0.0
