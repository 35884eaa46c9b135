"""Atom identities that the network knows, such as ``PHE:CZ``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, amino_template

UNKNOWN = -1


@dataclass(frozen=True)
class Vocabulary:
    """A fixed list of atom identities.

    Attributes
    ----------
    names : tuple of str
        Identities as ``RESIDUE:ATOM``, in the order of the network's embeddings.
    """

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    def ids(self, residues: Iterable[str], atoms: Sequence[str]) -> NDArray[np.int64]:
        """Look up identities.

        Parameters
        ----------
        residues : iterable of str
            Canonical residue name of each atom.
        atoms : sequence of str
            Atom names.

        Returns
        -------
        ndarray, shape=(n_atoms,), dtype=int64
            Vocabulary ids, `UNKNOWN` for atoms that the network was not trained on.
        """
        found = [self._index.get(f"{r}:{a}", UNKNOWN) for r, a in zip(residues, atoms, strict=True)]
        return np.array(found, np.int64)


def protein_vocabulary() -> Vocabulary:
    """Return the heavy atoms of the 20 amino acids."""
    names = []
    for kind, residue in enumerate(AMINO_ACIDS):
        known = amino_template(kind)
        names += [f"{residue}:{atom}" for atom in known.atoms[: known.n_heavy]]
    return Vocabulary(tuple(names))
