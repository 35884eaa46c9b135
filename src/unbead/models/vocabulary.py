"""Atom identities that the network knows, such as ``PHE:CZ``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import template

AMINO_ACIDS = tuple("ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL".split())
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
    for residue in AMINO_ACIDS:
        known = template(residue)
        assert known is not None, f"no template for {residue}"
        names += [f"{residue}:{known.atoms[i]}" for i in np.flatnonzero(known.heavy)]
    return Vocabulary(tuple(names))
