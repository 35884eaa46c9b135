"""Atom identities that a network knows, such as ``PHE:CZ``."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.chem.identity import identities

UNKNOWN = -1


@dataclass(frozen=True)
class Vocabulary:
    """A fixed list of atom identities.

    Attributes
    ----------
    names : tuple of str
        Identities (see `unbead.chem.identity`), in the order of the network's embeddings.
    """

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    def ids(self, identities: Iterable[str]) -> NDArray[np.int64]:
        """Look up identities.

        Parameters
        ----------
        identities : iterable of str
            Identity of each atom (see `unbead.chem.identity`).

        Returns
        -------
        ndarray, shape=(n_atoms,), dtype=int64
            Vocabulary ids, `UNKNOWN` for atoms that the network was not trained on.
        """
        return np.array([self._index.get(identity, UNKNOWN) for identity in identities], np.int64)


def protein_vocabulary() -> Vocabulary:
    """Return the heavy atoms of the 20 amino acids."""
    return Vocabulary(tuple(name for kind in range(len(AMINO_ACIDS)) for name in identities(amino_template(kind))))
