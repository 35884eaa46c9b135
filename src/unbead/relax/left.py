"""What is wrong with a structure even after relaxing, by residue."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.rings import pierced
from unbead.mapping.assemble import Assembly
from unbead.mapping.operator import apply
from unbead.relax.bounds import Bounds

BROKEN = 0.1  # share of a bond's length
CONTACT = 1.2  # Å
STRAY = 1.0  # Å that atoms' centre may be beyond the tolerance of its bead


@dataclass(frozen=True)
class Left:
    """Residues, by index into `Assembly.template_names`, of what could not be mended.

    Attributes
    ----------
    broken : ndarray, shape=(n,), dtype=int64
        A bond is off by more than 10 %.
    inverted : ndarray, shape=(n,), dtype=int64
        A chiral centre is the wrong way round.
    touching : ndarray, shape=(n,), dtype=int64
        An atom is within 1.2 Å of one that it is not bonded to.
    pierced : ndarray, shape=(n,), dtype=int64
        A bond runs through a ring.
    stray : ndarray, shape=(n,), dtype=int64
        The atoms of a bead are not where the bead is.
    """

    broken: NDArray[np.int64]
    inverted: NDArray[np.int64]
    touching: NDArray[np.int64]
    pierced: NDArray[np.int64]
    stray: NDArray[np.int64]

    @property
    def any(self) -> bool:
        """Whether anything is wrong."""
        return any(len(rows) for rows in (self.broken, self.inverted, self.touching, self.pierced, self.stray))


def find_left(
    assembly: Assembly,
    positions: NDArray[np.float32],
    bounds: Bounds,
    pairs: NDArray[np.int64],
    rings: NDArray[np.int64],
    beads: NDArray[np.float32],
    tolerance: float | None,
    cell: NDArray[np.float64] | None,
) -> Left:
    """Look for what is still wrong.

    Parameters
    ----------
    assembly : Assembly
        What was built.
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    bounds : Bounds
        Bounds of the residues; those of chiral centres have one sign.
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Near pairs that no bond explains.
    rings : ndarray, shape=(n_rings, 6), dtype=int64
        Rings, filled up with -1.
    beads : ndarray, shape=(n_beads, 3), dtype=float32
        Beads in Å.
    tolerance : float or None
        Å that the beads leave; None if they were not to be kept.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    Left
        Residues of each kind of fault.
    """
    i, j = assembly.bonds.T
    length = _distance(positions, i, j, cell)
    broken = ~(np.abs(length - assembly.bond_lengths) <= BROKEN * assembly.bond_lengths)
    handed = (bounds.volume_low > 0) | (bounds.volume_high < 0)
    quads = bounds.quads[handed]
    arms = [_arrow(positions, quads[:, 0], quads[:, k], cell) for k in (1, 2, 3)]
    volume = (np.cross(arms[0], arms[1]) * arms[2]).sum(1)
    inverted = ~(volume * bounds.volume_low[handed] > 0)
    touching = _distance(positions, pairs[:, 0], pairs[:, 1], cell) < CONTACT
    residue = assembly.atoms.residue_index
    stray = np.zeros(0, np.int64)
    if tolerance is not None:
        away = np.linalg.norm(apply(assembly.operator, positions) - beads, axis=1)
        stray = assembly.beads.residue_index[~(away <= tolerance + STRAY)]
    threaded = pierced(positions, rings, assembly.bonds) if np.isfinite(positions).all() else np.zeros((0, 2), int)
    return Left(
        np.unique(residue[i[broken]]),
        np.unique(residue[quads[inverted, 0]]),
        np.unique(residue[pairs[touching]]),
        np.unique(residue[i[threaded[:, 1]]]),
        np.unique(stray),
    )


def _arrow(positions: NDArray, i: NDArray, j: NDArray, cell: NDArray | None) -> NDArray[np.float64]:
    arrow = positions[j].astype(np.float64) - positions[i]
    return arrow if cell is None else arrow - np.round(arrow @ np.linalg.inv(cell)) @ cell


def _distance(positions: NDArray, i: NDArray, j: NDArray, cell: NDArray | None) -> NDArray[np.float64]:
    return np.linalg.norm(_arrow(positions, i, j, cell), axis=1)
