"""From a batch to the loss of a family."""

from collections.abc import Callable

import torch
from torch import Tensor

from unbead.errors import UnbeadError
from unbead.models import keys
from unbead.models.family import Network
from unbead.models.genzprot import GenZProtNetwork
from unbead.models.network import UnbeadNetwork
from unbead.train.config import TrainSettings
from unbead.train.data.examples import CHI, TORSION_BEAD, TORSIONS
from unbead.train.losses.atoms import LossWeights, total_loss
from unbead.train.losses.genzprot import GenZProtWeights, genzprot_loss
from unbead.train.losses.latents import LatentWeights, latent_loss
from unbead.train.losses.rotamers import rotamer_loss
from unbead.train.losses.torsions import torsion_loss

Objective = Callable[[dict[str, Tensor], int, int], tuple[Tensor, dict[str, float]]]


def make_objective(model: Network, settings: TrainSettings) -> Objective:
    """Make what a run minimises.

    Parameters
    ----------
    model : Network
        The network.
    settings : TrainSettings
        Weights of the terms, the seed, and what is trained.

    Returns
    -------
    callable
        Takes a batch, the step and the process; returns the loss and its parts, unweighted.

    Raises
    ------
    UnbeadError
        If a weight is not one of the family's.
    """
    weights = LatentWeights if settings.only == "latents" else LossWeights
    if isinstance(model, GenZProtNetwork):
        weights = GenZProtWeights
    unknown = set(settings.loss) - set(weights.__dataclass_fields__)
    if unknown:
        known = ", ".join(weights.__dataclass_fields__)
        raise UnbeadError(f"loss: family {settings.family} has no term {min(unknown)}; it has {known}")
    if isinstance(model, GenZProtNetwork):
        return _genzprot(model, GenZProtWeights(**settings.loss), settings.seed)
    if settings.only == "rotamers":
        return _rotamers(model)
    if settings.only == "latents":
        return _latents(model, LatentWeights(**settings.loss), settings.seed)
    return _unbead(model, LossWeights(**settings.loss), settings.only)


def _encoded(model: Network, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    with torch.autocast(batch[keys.BEAD_POSITIONS].device.type, torch.bfloat16):  # rounding is noise to training
        s, v = model.encode(batch)
    return s.float(), v.float()


def _genzprot(model: GenZProtNetwork, weights: GenZProtWeights, seed: int) -> Objective:
    def objective(batch: dict[str, Tensor], step: int, process: int) -> tuple[Tensor, dict[str, float]]:
        s, v = _encoded(model, batch)
        noise = torch.Generator(s.device).manual_seed(hash((seed, step, process)))
        return genzprot_loss(model, batch, s, v, weights, step, noise)

    return objective


def _latents(model: UnbeadNetwork, weights: LatentWeights, seed: int) -> Objective:
    def objective(batch: dict[str, Tensor], step: int, process: int) -> tuple[Tensor, dict[str, float]]:
        with torch.no_grad():
            s, v = _encoded(model, batch)
        noise = torch.Generator(s.device).manual_seed(hash((seed, step, process)))
        return latent_loss(model, batch, s, v, weights, step, noise)

    return objective


def _rotamers(model: UnbeadNetwork) -> Objective:
    def objective(batch: dict[str, Tensor], step: int, process: int) -> tuple[Tensor, dict[str, float]]:
        with torch.no_grad():
            s, v = model.encode(batch)
            placed, log_sigma, _ = model.place(batch, s, v)
        return rotamer_loss(model.require_rotamers(), model.side_chains(batch, s, v, placed, log_sigma), batch[CHI])

    return objective


def _unbead(model: UnbeadNetwork, weights: LossWeights, only: str | None) -> Objective:
    def objective(batch: dict[str, Tensor], step: int, process: int) -> tuple[Tensor, dict[str, float]]:
        if only == "torsions":
            with torch.no_grad():
                s, v = model.encode(batch)
            loss, parts, weight = s.new_zeros(()), {}, 1.0
        else:
            s, v = _encoded(model, batch)
            loss, parts = total_loss(*model.place(batch, s, v), batch, weights)
            weight = weights.torsions
        if model.torsion_head is None:
            return loss, parts
        torsions = torsion_loss(model.torsions(s, v, batch[TORSION_BEAD]), batch[TORSIONS])
        return loss + weight * torsions, parts | {"torsions": float(torsions.detach())}

    return objective
