"""A tiny model with latents, of reference geometry and random weights."""

import torch

from unbead.models.genzprot import GenZProtNetwork
from unbead.models.reference import reference_internal
from unbead.models.settings import GenZProtSettings
from unbead.models.store import save_model
from unbead.models.vocabulary import protein_vocabulary

SMALL = GenZProtSettings(
    scalars=16, vectors=4, layers=1, rows=2, sent=8, neighbours=8, latent=3, hidden=16, atom_hidden=8
)


def small_model():
    """The network and its vocabulary."""
    torch.manual_seed(0)
    vocabulary = protein_vocabulary()
    network = GenZProtNetwork(SMALL, len(vocabulary))
    with torch.no_grad():
        network.table.weight.copy_(reference_internal())
    return network.eval(), vocabulary


def write_model(folder):
    """Write it; return the path of its weights."""
    path = folder / "small.safetensors"
    save_model(path, *small_model(), {})
    return path
