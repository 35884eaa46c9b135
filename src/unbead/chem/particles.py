"""The one array class for beads and for atoms: structs of arrays, in Å."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Residues:
    """Residues of a system, one entry per residue in file order.

    Attributes
    ----------
    names : ndarray, shape=(n_residues,), dtype=str
        Residue names as in the file.
    numbers : ndarray, shape=(n_residues,), dtype=int64
        Residue numbers, unwrapped where a format wrapped them.
    insertion_codes, chains, segments : ndarray, shape=(n_residues,), dtype=str
        Insertion codes, chain identifiers and segment identifiers ("" where absent).
    bonded_to_previous : ndarray, shape=(n_residues,), dtype=bool
        Whether the residue is polymer-bonded to the residue before it.
    """

    names: NDArray[np.str_]
    numbers: NDArray[np.int64]
    insertion_codes: NDArray[np.str_]
    chains: NDArray[np.str_]
    segments: NDArray[np.str_]
    bonded_to_previous: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.names)

    def select(self, keep: NDArray[np.bool_]) -> "Residues":
        """Return the residues of a mask, shape=(n_residues,); what lost its partner is a chain start.

        Parameters
        ----------
        keep : ndarray, shape=(n_residues,), dtype=bool
            Residues to keep.

        Returns
        -------
        Residues
            The kept residues.
        """
        after_kept = np.concatenate([[False], keep[:-1]])
        return Residues(
            names=self.names[keep],
            numbers=self.numbers[keep],
            insertion_codes=self.insertion_codes[keep],
            chains=self.chains[keep],
            segments=self.segments[keep],
            bonded_to_previous=(self.bonded_to_previous & after_kept)[keep],
        )

    def label(self, index: int) -> str:
        """Name a residue for a message, such as ``PHE 12A (chain B)``.

        Parameters
        ----------
        index : int
            Which residue.

        Returns
        -------
        str
            Name, number and chain.
        """
        chain = self.chains[index] or self.segments[index]
        number = f"{self.numbers[index]}{self.insertion_codes[index]}"
        return f"{self.names[index]} {number}" + (f" (chain {chain})" if chain else "")


@dataclass(frozen=True)
class Particles:
    """Beads or atoms of one frame.

    Attributes
    ----------
    names : ndarray, shape=(n,), dtype=str
        Bead or atom names.
    positions : ndarray, shape=(n, 3), dtype=float32
        Coordinates in Å.
    residue_index : ndarray, shape=(n,), dtype=int64
        Index into `residues`, not decreasing.
    residues : Residues
        The residues that the particles belong to.
    elements : ndarray, shape=(n,), dtype=str
        Element symbols; "" for beads and where unknown.
    b_factors : ndarray, shape=(n,), dtype=float32
        B-factor column (Å for predicted errors).
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees; None without periodicity.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds that the file tells, by particle; not all there are, and of beads not all covalent.
    order : ndarray, shape=(n,), dtype=int64, or None
        Place in its file of each particle that was just read, where residues do not stand together there; else None.
    notes : tuple of str
        What had to be decided when it was read.
    """

    names: NDArray[np.str_]
    positions: NDArray[np.float32]
    residue_index: NDArray[np.int64]
    residues: Residues
    elements: NDArray[np.str_]
    b_factors: NDArray[np.float32]
    box: NDArray[np.float32] | None = None
    bonds: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    order: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def as_in_file(self) -> NDArray[np.float32]:
        """Return the positions in the order of the file, shape=(n, 3), in Å."""
        if self.order is None:
            return self.positions
        positions = np.empty_like(self.positions)
        positions[self.order] = self.positions
        return positions

    def with_positions(self, positions: NDArray[np.float32]) -> "Particles":
        """Return the same particles at other positions, shape=(n, 3), in Å.

        Parameters
        ----------
        positions : ndarray, shape=(n, 3), dtype=float
            New positions in Å.

        Returns
        -------
        Particles
            Moved particles.
        """
        return replace(self, positions=np.asarray(positions, np.float32))

    def select(self, keep: NDArray) -> "Particles":
        """Return the particles that a mask or index array picks; `residues` stays whole.

        Parameters
        ----------
        keep : ndarray
            Mask or indices of particles.

        Returns
        -------
        Particles
            The picked particles.
        """
        rows = np.arange(len(self))[keep]
        return replace(
            self,
            names=self.names[keep],
            positions=self.positions[keep],
            residue_index=self.residue_index[keep],
            elements=self.elements[keep],
            b_factors=self.b_factors[keep],
            bonds=_renumbered(self.bonds, rows, len(self)),
            order=None,
        )

    def select_residues(self, keep: NDArray[np.bool_]) -> "Particles":
        """Return the residues of a mask, shape=(n_residues,), with their particles.

        Parameters
        ----------
        keep : ndarray, shape=(n_residues,), dtype=bool
            Residues to keep.

        Returns
        -------
        Particles
            Their particles.
        """
        chosen = self.select(keep[self.residue_index])
        new_index = np.cumsum(keep) - 1
        return replace(chosen, residue_index=new_index[chosen.residue_index], residues=self.residues.select(keep))


def _renumbered(bonds: NDArray[np.int64], rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Bonds between the particles of some rows; of a particle that is picked twice, the first has them."""
    if not len(bonds):
        return bonds
    place = np.full(n, -1)
    place[rows[::-1]] = np.arange(len(rows))[::-1]
    found = place[bonds]
    return found[(found >= 0).all(1)]


def join(parts: Sequence[Particles]) -> Particles:
    """Put systems one after the other; each begins a chain of its own.

    Parameters
    ----------
    parts : sequence of Particles
        At least one system.

    Returns
    -------
    Particles
        All of them, in the box of the first.
    """
    before = np.cumsum([0, *(len(part.residues) for part in parts)])
    columns = {
        field.name: np.concatenate([getattr(part.residues, field.name) for part in parts]) for field in fields(Residues)
    }
    starts = before[:-1][before[:-1] < before[-1]]
    rows = np.cumsum([0, *(len(part) for part in parts[:-1])])
    columns["bonded_to_previous"][starts] = False
    return replace(
        parts[0],
        names=np.concatenate([part.names for part in parts]),
        positions=np.concatenate([part.positions for part in parts]),
        residue_index=np.concatenate([part.residue_index + n for part, n in zip(parts, before[:-1], strict=True)]),
        residues=Residues(**columns),
        elements=np.concatenate([part.elements for part in parts]),
        b_factors=np.concatenate([part.b_factors for part in parts]),
        bonds=np.concatenate([part.bonds + row for part, row in zip(parts, rows.tolist(), strict=True)]),
        order=None,
    )
