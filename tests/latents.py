"""Tiny models with latents and random weights: of family genzprot, with reference geometry, and the flagship."""

import torch

from unbead.models.genzprot import GenZProtNetwork
from unbead.models.network import UnbeadNetwork
from unbead.models.reference import reference_internal
from unbead.models.settings import GenZProtSettings, NetworkSettings
from unbead.models.store import save_model
from unbead.models.vocabulary import protein_vocabulary

SMALL = GenZProtSettings(
    scalars=16, vectors=4, layers=1, rows=2, sent=8, neighbours=8, latent=3, hidden=16, atom_hidden=8
)
FLAGSHIP = NetworkSettings(
    scalars=16, vectors=4, layers=1, rows=2, sent=8, neighbours=8, readout=4, atom_hidden=8, latent=3
)


def small_flagship(latent=3):
    """The network, with so many latents, and its vocabulary."""
    torch.manual_seed(0)
    vocabulary = protein_vocabulary()
    settings = FLAGSHIP.model_copy(update={"latent": latent})
    return UnbeadNetwork(settings, len(vocabulary)).eval(), vocabulary


def small_model():
    """The network and its vocabulary."""
    torch.manual_seed(0)
    vocabulary = protein_vocabulary()
    network = GenZProtNetwork(SMALL, len(vocabulary))
    with torch.no_grad():
        network.table.weight.copy_(reference_internal())
    return network.eval(), vocabulary


def write_model(folder, model=None):
    """Write one, that of family genzprot if not given; return the path of its weights."""
    path = folder / "small.safetensors"
    save_model(path, *(model or small_model()), {})
    return path
