"""Accuracy per mapping on held-out chains, while training."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from unbead.graph import keys
from unbead.graph.batch import collate
from unbead.mapping.mapping import load_mapping
from unbead.models.family import Network
from unbead.models.settings import BeadSettings
from unbead.train.examples import IS_BACKBONE, PAIR_WEIGHT, PAIRS, POINTS_INTO, TORSION_BEAD, TORSIONS, make_example
from unbead.train.losses import resolve_swaps
from unbead.train.packed import Chain
from unbead.train.tables import mapping_tables
from unbead.train.torsions import torsion_errors

GROUP = 4  # chains per forward pass


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
        degrees.
    """
    tables = mapping_tables(load_mapping(mapping).molecules)
    rng = np.random.default_rng(0)
    rows, angles = [], []
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
        rows += list(_per_system(predicted, batch, [len(s[keys.ATOM_ID]) for s in systems]))
    model.train(was_training)
    found = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    if angles:
        phi, psi = torch.cat(angles).nanmean(0).tolist()
        found |= {"phi_degrees": phi, "psi_degrees": psi}
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
