"""Hydrogen bonds, salt bridges and stacked rings of a reference, and which of them a structure keeps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.amino import AMINO_ACIDS, CB, SLOTS, Slots, slot_elements, swapped_slots
from unbead.chem.rings import ring_table

POLAR = 3.3  # Å, farthest polar atoms that interact in the reference
POLAR_KEPT = 4.0  # Å, within which the interaction still counts as kept
STACKED = 5.5  # Å between centres of rings in the reference
STACKED_KEPT = 6.0
AROMATIC = ("HIS", "PHE", "TRP", "TYR")


@dataclass(frozen=True)
class Interactions:
    """Interactions between residues that are not neighbours in the chain.

    Attributes
    ----------
    polar : ndarray, shape=(n, 2), dtype=int64
        Flat slots of nitrogens and oxygens; at least one belongs to a side chain.
    stacked : ndarray, shape=(n, 2), dtype=int64
        Rings, as rows of `rings`.
    rings : ndarray, shape=(n_rings, 6), dtype=int64
        Flat slots of aromatic rings, filled up with -1.
    """

    polar: NDArray[np.int64]
    stacked: NDArray[np.int64]
    rings: NDArray[np.int64]


def find_interactions(slots: Slots) -> Interactions:
    """Find the interactions of a structure.

    Parameters
    ----------
    slots : Slots
        Amino acids, the reference.

    Returns
    -------
    Interactions
        Its interactions.
    """
    flat = slots.positions.reshape(-1, 3).astype(np.float64)
    elements = slot_elements()[slots.kind].reshape(-1)
    polar = np.flatnonzero(np.isin(elements, ["N", "O"]) & slots.present.reshape(-1))
    pairs = polar[KDTree(flat[polar]).query_pairs(POLAR, output_type="ndarray")].reshape(-1, 2)
    residue = pairs // SLOTS
    side = (pairs % SLOTS >= CB).any(1)

    names = np.array(AMINO_ACIDS)[slots.kind]
    rings = ring_table(np.where(np.isin(names, AROMATIC), names, ""), np.arange(len(names)) * SLOTS)
    centre = ring_centres(flat, rings)
    whole = np.flatnonzero(np.isfinite(centre[:, 0]))
    stacked = whole[KDTree(centre[whole]).query_pairs(STACKED, output_type="ndarray")].reshape(-1, 2)
    of_ring = rings[:, 0] // SLOTS
    return Interactions(pairs[side & _apart(residue, slots)], stacked[_apart(of_ring[stacked], slots)], rings)


def interactions_kept(slots: Slots, wanted: Interactions) -> dict[str, float | None]:
    """Measure how many interactions of the reference a structure has.

    Parameters
    ----------
    slots : Slots
        Amino acids, the same as the reference's.
    wanted : Interactions
        Interactions of the reference.

    Returns
    -------
    dict of str to float or None
        The number of interactions; the share kept, with atoms of symmetric groups standing for each other; and
        GenZProt's score, the mean of how far they are beyond the distance at which they are kept, in Å.
    """
    flat = slots.positions.reshape(-1, 3).astype(np.float64)
    a, b = wanted.polar.T
    c, d = (row // SLOTS * SLOTS + swapped_slots()[slots.kind[row // SLOTS], row % SLOTS] for row in (a, b))
    polar = np.min([np.linalg.norm(flat[i] - flat[j], axis=1) for i in (a, c) for j in (b, d)], axis=0)
    centre = ring_centres(flat, wanted.rings)
    stacked = np.linalg.norm(centre[wanted.stacked[:, 0]] - centre[wanted.stacked[:, 1]], axis=1)
    excess = np.concatenate([polar - POLAR_KEPT, stacked - STACKED_KEPT])
    excess = excess[np.isfinite(excess)]
    n = len(excess)
    return {
        "interactions": float(n),
        "interactions_kept_percent": float(100 * (excess <= 0).mean()) if n else None,
        "interaction_score": float(np.maximum(excess, 0).mean()) if n else None,
    }


def ring_centres(flat: NDArray[np.float64], rings: NDArray[np.int64]) -> NDArray[np.float64]:
    """Compute the centres of rings.

    Parameters
    ----------
    flat : ndarray, shape=(n_atoms, 3), dtype=float64
        Atoms in Å.
    rings : ndarray, shape=(n_rings, 6), dtype=int64
        Atoms of each ring, filled up with -1.

    Returns
    -------
    ndarray, shape=(n_rings, 3), dtype=float64
        Mean positions in Å; NaN where an atom is absent.
    """
    there = rings >= 0
    return np.where(there[..., None], flat[rings], 0.0).sum(1) / there.sum(1)[:, None]


def _apart(residues: NDArray[np.int64], slots: Slots) -> NDArray[np.bool_]:
    """Which pairs are of two residues that no peptide bond joins."""
    early, late = residues.min(1), residues.max(1)
    return (late > early) & ~((late == early + 1) & slots.residues.bonded_to_previous[late])
