"""Bounds within one residue, read off its template."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.rings import rings
from unbead.chem.templates import Template, template
from unbead.chem.torsions.cis_trans import forms

BOND_SHARE = 0.02  # of a bond's length; what a good structure may differ by is left alone
ANGLE_WIDTH = 8.0  # degrees
PLANE_WIDTH = 0.06  # Å of distances across a planar group
RING_WIDTH = 0.1  # Å of distances across a ring of six
FLAT = 0.25  # Å³ of the volume of four coplanar atoms; some 0.05 Å or 7 degrees
HANDED = (0.75, 1.3)  # of a chiral centre's volume


@dataclass(frozen=True)
class Bounds:
    """Distances and volumes that atoms must keep.

    Attributes
    ----------
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Atoms, or slots of a template.
    low, high : ndarray, shape=(n_pairs,), dtype=float64
        Bounds of their distance in Å.
    quads : ndarray, shape=(n_quads, 4), dtype=int64
        Atoms, or slots of a template.
    volume_low, volume_high : ndarray, shape=(n_quads,), dtype=float64
        Bounds of their signed volume (triple product of the vectors from the first atom) in Å³.
    forms : ndarray, shape=(n_forms, 5), dtype=int64
        Atoms of double bonds and the like; 1 where they are trans, 0 where cis.
    """

    pairs: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    quads: NDArray[np.int64]
    volume_low: NDArray[np.float64]
    volume_high: NDArray[np.float64]
    forms: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 5), np.int64))

    @property
    def handed(self) -> NDArray[np.bool_]:
        """Mask of the volumes of one sign, shape (n_quads,): those of chiral centres."""
        return (self.volume_low > 0) | (self.volume_high < 0)


def opposite_side(a: float, b: float, degrees: float) -> float:
    """Return the third side of a triangle from two sides in Å and the angle between them in degrees.

    Parameters
    ----------
    a, b : float
        Sides in Å.
    degrees : float
        Angle between them.

    Returns
    -------
    float
        Length in Å.
    """
    return float(np.sqrt(a * a + b * b - 2 * a * b * np.cos(np.radians(min(degrees, 180.0)))))


@cache
def residue_pattern(name: str) -> Bounds:
    """Read the bounds off a template: bonds, angles, planar groups and handedness of its heavy atoms.

    Parameters
    ----------
    name : str
        Name of the template.

    Returns
    -------
    Bounds
        Bounds by slot.
    """
    known = template(name)
    assert known is not None, f"no template {name}"
    bounds: dict[tuple[int, int], tuple[float, float]] = {}
    length = _lengths(known)
    for pair, value in length.items():
        bounds[pair] = ((1 - BOND_SHARE) * value, (1 + BOND_SHARE) * value)
    for (i, j, k), degrees in zip(known.angles, known.angle_values, strict=True):
        if max(i, j, k) < known.n_heavy:
            a, b = length[_pair(i, j)], length[_pair(j, k)]
            near, far = (opposite_side(a, b, degrees + s * ANGLE_WIDTH) for s in (-1, 1))
            bounds.setdefault(_pair(i, k), (near, far))
    for ring in rings(known):
        for i, j in zip(ring[:3], ring[3:], strict=False):  # across a ring of six, which keeps a chair a chair
            apart = float(np.linalg.norm(known.coordinates[i] - known.coordinates[j]))
            bounds.setdefault(_pair(i, j), (apart - RING_WIDTH, apart + RING_WIDTH))
    quads, low, high = _handed(known)
    for group in known.planar:
        flat = [tuple(row) for row in _flat_quads(known, group)]
        quads, low, high = quads + flat, low + [-FLAT] * len(flat), high + [FLAT] * len(flat)
        for a, i in enumerate(group):
            for j in group[a + 1 :]:
                apart = float(np.linalg.norm(known.coordinates[i] - known.coordinates[j]))
                bounds.setdefault(_pair(i, j), (apart - PLANE_WIDTH, apart + PLANE_WIDTH))
    limits = np.array(list(bounds.values())).reshape(-1, 2)
    return Bounds(
        np.array(list(bounds), np.int64).reshape(-1, 2),
        limits[:, 0],
        limits[:, 1],
        np.array(quads, np.int64).reshape(-1, 4),
        np.array(low),
        np.array(high),
        forms(known),
    )


def _pair(i: int, j: int) -> tuple[int, int]:
    return (int(min(i, j)), int(max(i, j)))


def _lengths(known: Template) -> dict[tuple[int, int], float]:
    return {
        _pair(i, j): float(length)
        for (i, j), length in zip(known.bonds, known.bond_lengths, strict=True)
        if max(i, j) < known.n_heavy
    }


def _handed(known: Template) -> tuple[list, list[float], list[float]]:
    """Chiral and prochiral centres with three heavy neighbours."""
    rows = [tuple(map(int, row)) for row in (*known.chiral, *known.prochiral) if max(row) < known.n_heavy]
    volume = [_volume(known.coordinates[list(row)]) for row in rows]
    return rows, [HANDED[0] * v for v in volume], [HANDED[1] * v for v in volume]


def _volume(p: NDArray[np.float64]) -> float:
    return float(np.dot(np.cross(p[1] - p[0], p[2] - p[0]), p[3] - p[0]))


def _flat_quads(known: Template, group: tuple[int, ...]) -> list[list[int]]:
    """Atoms with three neighbours in the group, and the dihedrals about its bonds."""
    inside = set(group)
    bonded = {i: sorted({int(b if a == i else a) for a, b in known.bonds if i in (a, b)} & inside) for i in group}
    quads = [[i, *near[:3]] for i, near in bonded.items() if len(near) >= 3]
    for j in group:
        for k in bonded[j]:
            if j < k:
                outer = [(i, m) for i in bonded[j] if i != k for m in bonded[k] if m not in (i, j)]
                quads += [[i, j, k, m] for i, m in outer[:1]]
    return quads
