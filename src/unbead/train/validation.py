"""Accuracy per mapping on held-out chains, while training."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.family import Network
from unbead.models.settings import BeadSettings
from unbead.train.data.examples import (
    IS_BACKBONE,
    PAIR_WEIGHT,
    PAIRS,
    POINTS_INTO,
    TORSION_BEAD,
    TORSIONS,
    make_example,
)
from unbead.train.data.packed import Chain
from unbead.train.data.tables import mapping_tables
from unbead.train.losses.atoms import resolve_swaps
from unbead.train.losses.torsions import torsion_errors
from unbead.validate.diversity import coverage, truth_ranks

GROUP = 4  # chains per forward pass
SAMPLES = 8  # of each chain, of models with latents


def validate(
    model: Network, chains: Sequence[Chain], mapping: str, network: BeadSettings, device: torch.device
) -> dict[str, float]:
    """Measure one mapping.

    Parameters
    ----------
    model : Network
        The network.
    chains : sequence of Chain
        Held-out chains; all their residues are complete.
    mapping : str
        Name of a mapping.
    network : BeadSettings
        Settings of the network.
    device : torch.device
        Where the network lives.

    Returns
    -------
    dict of str to float
        RMSD in Å (symmetric names resolved, no superposition), mean over chains, of backbone, side chain and all
        heavy atoms; percentage of bonds off by more than 10 %; mean errors of φ and ψ of the head, if there is one, in
        degrees. Of models with latents also means over samples: ``sample_*`` of the same RMSDs and bonds, the RMSD
        between two samples (``spread``), and the truths among the nearest 50 and 90 % of the samples (percent).
    """
    tables = mapping_tables(load_mapping(mapping).molecules)
    rng = np.random.default_rng(0)
    rows, angles, drawn = [], [], []
    was_training = model.training
    model.eval()
    for start in range(0, len(chains), GROUP):
        systems = [make_example(chain, tables, network, rng) for chain in chains[start : start + GROUP]]
        batch = {name: field.to(device) for name, field in collate(systems, POINTS_INTO).items()}
        with torch.no_grad():
            s, v = model.encode(batch)
            predicted = model.place(batch, s, v)[0]
            if model.torsion_head is not None:
                bead = batch[TORSION_BEAD]
                angles.append(torsion_errors(model.torsion_head(s[bead], v[bead]), batch[TORSIONS]))
            sizes = [len(each[keys.ATOM_ID]) for each in systems]
            if model.settings.latent:
                noise = torch.from_numpy(rng.standard_normal((SAMPLES, len(s), model.settings.latent), np.float32))
                samples = [model.sample(batch, s, v, each.to(device))[0] for each in noise]
                drawn += _of_samples(samples, batch, sizes)
        rows += list(_per_system(predicted, batch, sizes))
    model.train(was_training)
    found = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    if drawn:
        found |= {name: float(np.mean([row[name] for row in drawn])) for name in drawn[0]}
    if angles:
        phi, psi = torch.cat(angles).nanmean(0).tolist()
        found |= {"phi_degrees": phi, "psi_degrees": psi}
    return found


def _of_samples(samples: list[Tensor], batch: dict[str, Tensor], sizes: Sequence[int]) -> list[dict[str, float]]:
    """Errors of samples, their spread, and whether it covers the truth; one row for each system."""
    truth = batch[keys.ATOM_POSITIONS]
    each = [list(_per_system(sample, batch, sizes)) for sample in samples]
    named = torch.stack([resolve_swaps(truth, batch | {keys.ATOM_POSITIONS: sample}) for sample in samples])
    found = []
    for k, (a, b) in enumerate(pairwise(np.cumsum([0, *sizes]).tolist())):
        x = named[:, a:b]
        row = {f"sample_{name}": float(np.mean([rows[k][name] for rows in each])) for name in each[0][k]}
        row["spread"] = float((x[1:] - x[:-1]).square().sum(-1).mean(1).sqrt().mean())
        covered = coverage(truth_ranks(x.double().cpu().numpy(), truth[a:b].double().cpu().numpy()))
        found.append(row | {name: share for name, share in covered.items() if share is not None})
    return found


def _per_system(predicted: Tensor, batch: dict[str, Tensor], sizes: Sequence[int]) -> Iterator[dict[str, float]]:
    squared = ((predicted - resolve_swaps(predicted, batch)) ** 2).sum(-1)
    i, j = batch[PAIRS][batch[PAIR_WEIGHT] == 1.0].unbind(1)
    truth = batch[keys.ATOM_POSITIONS]
    length = (truth[i] - truth[j]).norm(dim=1)
    broken = ((predicted[i] - predicted[j]).norm(dim=1) - length).abs() > 0.1 * length
    first = torch.cumsum(torch.tensor([0, *sizes]), 0).to(predicted.device)
    for a, b in pairwise(first):
        backbone, error = batch[IS_BACKBONE][a:b], squared[a:b]
        yield {
            "backbone": float(error[backbone].mean().sqrt()),
            "side_chain": float(error[~backbone].mean().sqrt()),
            "all": float(error.mean().sqrt()),
            "broken_percent": float(100 * broken[(i >= a) & (i < b)].float().mean()),
        }
