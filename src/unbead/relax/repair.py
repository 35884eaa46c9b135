"""Repairs before relaxing: what no small move would mend."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.rings import lattice_shift, pierced
from unbead.chem.templates import template
from unbead.mapping.assemble import Assembly
from unbead.relax.residue_geometry import Bounds
from unbead.structure.superpose import superpose

CLEARANCE = 1.6  # Å that a bond is moved beyond the ring that it pierced
BENT = 0.12  # Å by which an atom of a planar group may be off
RENAMED = 0.2  # Å that other names of equal atoms must fit better by, as arginine's NH1 that is cis to CD
APART = 0.5  # Å; nearer atoms have no direction to part in
LEAVE = 1.0  # Å that such atoms are moved


WORDS = {
    "inverted": "chiral centres inverted",
    "flattened": "planar groups laid flat",
    "cis": "cis peptides made trans",
    "pierced": "bonds taken out of rings",
    "coincident": "coincident atoms parted",
    "disulfides": "disulfides closed",
    "turned": "peptide planes turned",
    "rotamers": "side chains turned",
}


@dataclass(frozen=True)
class Repairs:
    """How often what was repaired.

    Attributes
    ----------
    inverted : int
        Chiral centres turned the right way round.
    flattened : int
        Planar groups laid flat.
    cis : int
        Cis peptides that the beads did not ask for, made trans.
    pierced : int
        Bonds taken out of rings.
    coincident : int
        Pairs of atoms on top of each other, parted.
    disulfides : int
        Disulfide bonds closed.
    turned : int
        Peptide planes turned, since a residue beside them was a Ramachandran outlier.
    rotamers : int
        Side chains turned, since they were in no usual rotamer.
    """

    inverted: int = 0
    flattened: int = 0
    cis: int = 0
    pierced: int = 0
    coincident: int = 0
    disulfides: int = 0
    turned: int = 0
    rotamers: int = 0

    def counts(self) -> dict[str, int]:
        """Return what was repaired at all, in words.

        Returns
        -------
        dict of str to int
            How often, by kind of repair.
        """
        return {WORDS[name]: count for name, count in asdict(self).items() if count}


def flatten(assembly: Assembly, positions: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """Lay the ideal form of planar groups onto those that are not of that form.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.

    Returns
    -------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    count : int
        Groups that were changed.
    """
    x, count = positions.copy(), 0
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
    for name in np.unique(assembly.template_names):
        known = template(str(name))
        for group in known.planar if known is not None else ():
            rows = first[assembly.template_names == name][:, None] + np.array(group)
            ideal = known.coordinates[list(group)]  # type: ignore[union-attr]
            laid = _laid(ideal, x[rows])
            for swap in known.symmetric:  # type: ignore[union-attr]
                other = {i: j for pair in swap for i, j in (pair, pair[::-1])}
                if set(other) <= set(group):
                    swapped = rows[:, [group.index(other.get(i, i)) for i in group]]
                    again = _laid(ideal, x[swapped])
                    better = _misfit(again, x[swapped]) < _misfit(laid, x[rows]) - RENAMED
                    x[rows[better]], laid[better] = x[swapped[better]], again[better]
            bent = _misfit(laid, x[rows]) > BENT
            x[rows[bent]] = laid[bent]
            count += int(bent.sum())
    return x, count


def _laid(ideal: NDArray, goal: NDArray) -> NDArray[np.float64]:
    rotation, shift = superpose(ideal, goal.astype(np.float64))
    return ideal @ rotation + shift[:, None]


def _misfit(laid: NDArray, found: NDArray) -> NDArray[np.float64]:
    return np.linalg.norm(laid - found, axis=2).max(1)


def invert(positions: NDArray[np.float32], bounds: Bounds) -> tuple[NDArray[np.float32], int]:
    """Turn chiral centres that are the wrong way round.

    The centre is mirrored in the plane of its three neighbours, which keeps its bonds.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    bounds : Bounds
        Volumes of one sign only belong to chiral centres, first of their four atoms.

    Returns
    -------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    count : int
        Centres that were inverted.
    """
    handed = bounds.handed
    quads, sign = bounds.quads[handed], np.sign(bounds.volume_low[handed])
    p = positions[quads].astype(np.float64)
    normal = np.cross(p[:, 2] - p[:, 1], p[:, 3] - p[:, 1])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True).clip(1e-6)
    height = ((p[:, 0] - p[:, 1]) * normal).sum(1)
    wrong = height * sign > 0  # the volume is minus the height times twice the area of the neighbours
    x = positions.copy()
    x[quads[wrong, 0]] = p[wrong, 0] - 2 * (height[:, None] * normal)[wrong]
    return x, int(wrong.sum())


def unthread(
    positions: NDArray[np.float32],
    rings: NDArray[np.int64],
    bonds: NDArray[np.int64],
    cell: NDArray | None = None,
    offset: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float32], int]:
    """Take bonds out of the rings that they pierce, the shortest way; ring and bond share the move.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    rings : ndarray, shape=(n_rings, 6), dtype=int64
        Rings, filled up with -1.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows.
    offset : ndarray, shape=(n_atoms, 3), dtype=float64, optional
        See `unbead.models.batch.bead_fields`.

    Returns
    -------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    count : int
        Piercings found.
    """
    hits = pierced(positions if offset is None else positions + offset, rings, bonds, cell)
    x = positions.copy()
    for ring, bond in hits:  # few, if any
        corners = rings[ring][rings[ring] >= 0]
        centre, ends = positions[corners].mean(0), positions[bonds[bond]]
        start, end = ends + lattice_shift(centre - ends.mean(0), cell)
        *_, axes = np.linalg.svd(positions[corners] - centre)
        normal = axes[2]
        along = end - start
        share = np.dot(centre - start, normal) / (np.dot(along, normal) or 1e-6)
        out = start + np.clip(share, 0, 1) * along - centre
        out -= np.dot(out, normal) * normal
        if np.linalg.norm(out) < 0.05:
            out = positions[corners[0]] - centre
        if np.linalg.norm(out) < 1e-6:  # all atoms of the ring on one spot, from beads on one spot
            out = axes[0].astype(np.float64)
        radius = np.linalg.norm(positions[corners] - centre, axis=1).max()
        length = np.linalg.norm(out)
        move = out / length * (radius - length + CLEARANCE)
        x[bonds[bond]] += move / 2
        x[corners] -= move / 2
    return x, len(hits)


def part(
    positions: NDArray[np.float32], pairs: NDArray[np.int64], bonds: NDArray[np.int64]
) -> tuple[NDArray[np.float32], int]:
    """Move atoms that lie on top of each other apart, each towards the atoms that it is bonded to.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Pairs more than three bonds apart.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.

    Returns
    -------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    count : int
        Pairs that were parted.
    """
    near = pairs[np.linalg.norm(positions[pairs[:, 0]] - positions[pairs[:, 1]], axis=1) < APART]
    x = positions.copy()
    for i, j in near:
        back = [positions[np.append(bonds[bonds[:, 0] == k, 1], bonds[bonds[:, 1] == k, 0])].mean(0) for k in (i, j)]
        way = (back[0] - back[1]) / max(float(np.linalg.norm(back[0] - back[1])), 1e-3)
        x[i] += LEAVE / 2 * way
        x[j] -= LEAVE / 2 * way
    return x, len(near)
