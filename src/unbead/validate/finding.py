"""What one test of a structure found, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import CA, SLOTS, Slots, amino_template


@dataclass(frozen=True)
class Finding:
    """Faults of one kind.

    Attributes
    ----------
    where : ndarray, shape=(n_found, k), dtype=int64
        Flat slots (residue × 14 + slot) of the atoms of each fault.
    tested : int
        How many bonds, angles or residues were looked at.
    amount : ndarray, shape=(n_found,), dtype=float64
        How bad each is; the worst are named first.
    """

    where: NDArray[np.int64]
    tested: int
    amount: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.where)

    @property
    def percent(self) -> float | None:
        """Share of what was tested, None if nothing was."""
        return 100.0 * len(self) / self.tested if self.tested else None

    def describe(self, slots: Slots, most: int) -> list[str]:
        """Name the worst faults.

        Parameters
        ----------
        slots : Slots
            The structure.
        most : int
            How many to name.

        Returns
        -------
        list of str
            Such as ``PHE 12 (chain A) CZ, LEU 40 (chain A) CD1``; faults of whole residues name no atom.
        """
        order = np.argsort(-self.amount, kind="stable") if len(self.amount) else np.arange(len(self))
        return [describe_atoms(slots, self.where[i].tolist()) for i in order[:most]]


def of_residues(rows: NDArray[np.int64], tested: int, amount: NDArray | None = None) -> Finding:
    """Make a finding about residues.

    Parameters
    ----------
    rows : ndarray, shape=(n_found,), dtype=int64
        Residues.
    tested : int
        How many residues were looked at.
    amount : ndarray, shape=(n_found,), dtype=float, optional
        How bad each is.

    Returns
    -------
    Finding
        The finding; residues stand as their Cα.
    """
    return Finding(rows[:, None] * SLOTS + CA, tested, np.zeros(0) if amount is None else amount)


def describe_atoms(slots: Slots, where: Sequence[int]) -> str:
    """Name atoms by residue.

    Parameters
    ----------
    slots : Slots
        The structure.
    where : sequence of int
        Flat slots; a single Cα stands for its residue.

    Returns
    -------
    str
        Residues with their atoms.
    """
    names: dict[int, list[str]] = {}
    for atom in where:
        residue, slot = divmod(atom, SLOTS)
        names.setdefault(residue, []).append(amino_template(int(slots.kind[residue])).atoms[slot])
    alone = list(where) == [where[0]] and where[0] % SLOTS == CA
    return ", ".join(slots.residues.label(r) + ("" if alone else " " + "-".join(atoms)) for r, atoms in names.items())
