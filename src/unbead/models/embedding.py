"""What a bead is, by its atoms."""

import torch
from torch import Tensor, nn

from unbead.models import keys
from unbead.nn.activation import SiLU


class BeadEmbedding(nn.Module):
    """Scalars of a bead from the atoms that it averages and the atoms that it places.

    Parameters
    ----------
    vocabulary : int
        Number of atom identities.
    width : int
        Width of an atom's embedding.
    scalars : int
        Width of the result.
    """

    def __init__(self, vocabulary: int, width: int, scalars: int):
        super().__init__()
        self.centre = nn.Embedding(vocabulary, width)
        self.owned = nn.Embedding(vocabulary, width)
        self.net = nn.Sequential(nn.Linear(2 * width, scalars), SiLU(), nn.Linear(scalars, scalars))

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """Embed the bead types of a batch, shape (n_types, scalars).

        Parameters
        ----------
        batch : dict of str to Tensor
            The component fields of `unbead.models.keys`.

        Returns
        -------
        Tensor, shape=(n_types, scalars)
            One row per bead type.
        """
        kind, atom = batch[keys.COMPONENT_TYPE], batch[keys.COMPONENT_ATOM]
        parts = torch.cat(
            [
                batch[keys.COMPONENT_WEIGHT][:, None] * self.centre(atom) * 2.0,
                batch[keys.COMPONENT_OWNED][:, None] * self.owned(atom),
            ],
            1,
        )
        n_types = int(torch.maximum(batch[keys.BEAD_TYPE].max(), kind.max())) + 1
        return self.net(parts.new_zeros(n_types, parts.shape[1]).index_add(0, kind, parts))
