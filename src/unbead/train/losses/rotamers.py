"""What the side chains' head is asked to minimise, and how good its answers are while training."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from unbead.chem.torsions.rotamers import torsion_repeats
from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.network import UnbeadNetwork
from unbead.models.settings import BeadSettings
from unbead.nn.rotamer_search import likeliest
from unbead.nn.rotamers import RotamerHead, log_density
from unbead.train.data.examples import CHI, POINTS_INTO, make_example
from unbead.train.data.packed import Chain
from unbead.train.data.tables import mapping_tables

WIDTH_CHECKED = 12  # rotamers of the beam


def rotamer_loss(head: RotamerHead, h: Tensor, chi: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Mean negative log likelihood of the true torsions of residues, each given those before it.

    Parameters
    ----------
    head : RotamerHead
        The head.
    h : Tensor, shape=(n_residues, channels)
        What it knows of the residues.
    chi : Tensor, shape=(n_residues, 4)
        True torsions in radians, doubled where they repeat; NaN where there is none.

    Returns
    -------
    loss : Tensor, shape=()
        Summed over the torsions of a residue, in nats against bins; lower is better.
    parts : dict of str to float
        The mean of each torsion.
    """
    there = torch.isfinite(chi)
    loss, parts = h.new_zeros(()), {}
    residues = there[:, 0].sum().clamp(min=1)
    for k in range(chi.shape[1]):
        rows = there[:, k].nonzero()[:, 0]
        if len(rows):
            each = -log_density(head.logits(h[rows], chi[rows, :k]), chi[rows, k])
            loss = loss + each.sum() / residues
            parts[f"chi{k + 1}"] = float(each.detach().mean())
    return loss, {"rotamers": float(loss.detach())} | parts


def validate_rotamers(
    model: UnbeadNetwork, chains: Sequence[Chain], mapping: str, network: BeadSettings, device: torch.device
) -> dict[str, float]:
    """Measure the side chains' head on held-out chains, each residue alone at its likeliest torsions.

    Parameters
    ----------
    model : UnbeadNetwork
        A network with the head.
    chains : sequence of Chain
        Held-out chains.
    mapping : str
        Name of a mapping.
    network : BeadSettings
        Settings of the network.
    device : torch.device
        Where the network lives.

    Returns
    -------
    dict of str to float
        Negative log likelihood of a residue (``nll``); percentage of residues with χ1 within 20 and 40°, and with all
        torsions within 20°.
    """
    head, tables = model.require_rotamers(), mapping_tables(load_mapping(mapping).molecules)
    rng = np.random.default_rng(0)
    found = []
    with torch.inference_mode():
        for chain in chains:
            example = collate([make_example(chain, tables, network, rng)], POINTS_INTO)
            batch = {name: field.to(device) for name, field in example.items()}
            s, v = model.encode(batch)
            placed, log_sigma, _ = model.place(batch, s, v)
            h, chi = model.side_chains(batch, s, v, placed, log_sigma), batch[CHI]
            rows = torch.isfinite(chi[:, 0])
            nll = rotamer_loss(head, h, chi)[1]["rotamers"]
            n_chi = torch.isfinite(chi).sum(1)
            best = likeliest(head, h[rows], n_chi[rows], WIDTH_CHECKED)[0][:, 0]
            repeats = torch.from_numpy(torsion_repeats()).to(device)[batch[keys.RESIDUE_KIND][rows]]
            off = torch.rad2deg(torch.remainder(best - chi[rows] + torch.pi, 2 * torch.pi) - torch.pi).abs() / repeats
            near = (off < 20) | off.isnan()
            shares = [(off[:, 0] < 20), (off[:, 0] < 40), near.all(1)]
            found.append([nll, *(100 * float(share.float().mean()) for share in shares)])
    return dict(zip(("nll", "chi1_20", "chi1_40", "all_20"), np.mean(found, 0).tolist(), strict=True))
