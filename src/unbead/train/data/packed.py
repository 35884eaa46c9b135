"""Protein chains for training, packed as arrays: 20 residue types, up to 14 heavy atoms each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import SLOTS
from unbead.errors import UnbeadError

SHORTEST = 10  # residues; fragments below teach little


@dataclass(frozen=True)
class Chain:
    """One chain without incomplete residues.

    Attributes
    ----------
    name : str
        Identifier.
    kind : ndarray, shape=(n,), dtype=int64
        Residue types, in the alphabetical order of the three-letter names.
    positions : ndarray, shape=(n, 14, 3), dtype=float32
        Heavy atoms in Å, in template order; NaN where a residue has fewer.
    bonded_to_previous : ndarray, shape=(n,), dtype=bool
        Whether a residue is bonded to the one before.
    """

    name: str
    kind: NDArray[np.int64]
    positions: NDArray[np.float32]
    bonded_to_previous: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.kind)

    def select(self, keep: NDArray[np.int64]) -> "Chain":
        """Return some residues, by increasing index; bonds survive between those that stay adjacent.

        Parameters
        ----------
        keep : ndarray, shape=(n_kept,), dtype=int64
            Indices of residues.

        Returns
        -------
        Chain
            The kept residues.
        """
        adjacent = np.diff(keep, prepend=-2) == 1
        return Chain(self.name, self.kind[keep], self.positions[keep], self.bonded_to_previous[keep] & adjacent)


def load_packed(path: Path) -> list[Chain]:
    """Load a packed set of chains.

    Parameters
    ----------
    path : Path
        A ``.npz`` file with ``offset``, ``mask``, ``dca``, ``atoms``, ``restype``, ``break_before``, ``complete`` and
        ``id``; integers are milli-Å, `atoms` holds byte planes of the vectors from each residue's Cα.

    Returns
    -------
    list of Chain
        The chains that have at least `SHORTEST` complete residues.

    Raises
    ------
    UnbeadError
        If the file is missing or is not a packed set.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            packed = {name: file[name] for name in file.files}
        offset, names = packed["offset"].astype(int), packed["id"]
        present = ((packed["mask"][:, None] >> np.arange(SLOTS)) & 1).astype(bool)
        ca = np.cumsum(packed["dca"], axis=0, dtype=np.int64)
        planes = np.ascontiguousarray(packed["atoms"].transpose(2, 0, 1))  # (n_atoms, 3, 2) bytes
        vectors = planes.view(np.int16)[..., 0]
        kind, breaks, complete = packed["restype"], packed["break_before"], packed["complete"]
    except (OSError, EOFError, KeyError, ValueError) as error:
        raise UnbeadError(f"{path}: not a packed set of chains ({error}); see docs/training.md") from None
    positions = np.full((len(ca), SLOTS, 3), np.nan, np.float32)
    others = present.copy()
    others[:, 1] = False
    row, slot = np.nonzero(others)
    positions[row, slot] = (ca[row] + vectors) * 1e-3
    positions[:, 1] = ca * 1e-3
    chains = []
    for i, name in enumerate(names):
        part = slice(offset[i], offset[i + 1])
        whole = Chain(str(name), kind[part].astype(np.int64), positions[part], ~breaks[part].astype(bool))
        chain = whole.select(np.flatnonzero(complete[part]))
        if len(chain) >= SHORTEST:
            chains.append(chain)
    return chains
