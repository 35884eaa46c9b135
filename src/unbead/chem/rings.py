"""Small rings, and bonds that run through them, which no motion of a molecule can undo."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import KDTree

from unbead.chem.templates import Template, template

LARGEST = 6  # atoms of the largest ring looked for: benzene's; larger ones are wide enough for a chain
EDGE = 1e-9  # how far outside a triangle, in its own coordinates, still counts as on its edge


@cache
def rings(known: Template) -> tuple[tuple[int, ...], ...]:
    """Find the small rings of heavy atoms of a residue.

    Parameters
    ----------
    known : Template
        A residue.

    Returns
    -------
    tuple of tuple of int
        Atoms of each ring, in the order of its bonds; both rings of an indole, not their outline.
    """
    n = known.n_heavy
    bonds = known.bonds[(known.bonds < n).all(1)]
    found: dict[frozenset[int], tuple[int, ...]] = {}
    for i, j in bonds.tolist():
        graph = np.zeros((n, n))
        graph[bonds[:, 0], bonds[:, 1]] = graph[bonds[:, 1], bonds[:, 0]] = 1
        graph[i, j] = graph[j, i] = 0
        distance, before = shortest_path(graph, unweighted=True, indices=i, return_predecessors=True)
        if distance[j] < LARGEST:
            path = [j]
            while path[-1] != i:
                path.append(int(before[path[-1]]))
            found.setdefault(frozenset(path), tuple(path))
    return tuple(found.values())


def ring_table(residues: NDArray[np.str_], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """List the rings of a system.

    Parameters
    ----------
    residues : ndarray, shape=(n_residues,), dtype=str
        Template of each residue; names without a template have no rings.
    first : ndarray, shape=(n_residues,), dtype=int64
        First atom of each residue, whose heavy atoms follow in the order of the template.

    Returns
    -------
    ndarray, shape=(n_rings, 6), dtype=int64
        Atoms of each ring, filled up with -1.
    """
    rows = [np.zeros((0, LARGEST), np.int64)]
    for name in np.unique(residues):
        known = template(str(name))
        starts = first[residues == name]
        for ring in rings(known) if known is not None else ():
            row = np.full((len(starts), LARGEST), -1, np.int64)
            row[:, : len(ring)] = starts[:, None] + np.array(ring)
            rows.append(row)
    return np.concatenate(rows)


def pierced(
    positions: NDArray, rings_index: NDArray[np.int64], bonds: NDArray[np.int64], cell: NDArray | None = None
) -> NDArray[np.int64]:
    """Find the bonds that run through rings.

    A ring is the fan of triangles from its centre to its bonds; a bond is a straight line. Bonds with an atom in the
    ring cannot pierce it.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Atoms in Å; those of rings and bonds must be finite.
    rings_index : ndarray, shape=(n_rings, 6), dtype=int64
        Atoms of each ring in the order of its bonds, filled up with -1.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows; molecules are whole, and images of bonds count.

    Returns
    -------
    ndarray, shape=(n, 2), dtype=int64
        Index of the ring and index of the bond of each piercing, in increasing order.
    """
    if not len(rings_index) or not len(bonds):
        return np.zeros((0, 2), np.int64)
    x = np.asarray(positions, np.float64)
    there = rings_index >= 0
    corners = np.where(there[..., None], x[rings_index], 0.0)
    centre = corners.sum(1) / there.sum(1)[:, None]
    radius = np.linalg.norm(corners - centre[:, None], axis=-1)[there].max()
    start, end = x[bonds[:, 0]], x[bonds[:, 1]]
    reach = np.linalg.norm(end - start, axis=1) / 2 + radius
    middle = (start + end) / 2
    bond, ring = _near(middle, centre, reach, cell)
    move = lattice_shift(centre[ring] - middle[bond], cell)
    start, end = start[bond] + move, end[bond] + move
    apart = ~(rings_index[ring][:, :, None] == bonds[bond][:, None, :]).any((1, 2))
    ring, bond, start, end = ring[apart], bond[apart], start[apart], end[apart]

    # The corner after the last is the first; slots that are filled up make triangles without area, which nothing hits.
    size = there.sum(1)
    following = np.where(np.arange(LARGEST) + 1 < size[:, None], np.arange(LARGEST) + 1, 0)
    other = np.take_along_axis(corners, following[..., None], 1)
    other = np.where(there[..., None], other, corners)
    hit = _crosses(start[:, None], end[:, None], centre[ring][:, None], corners[ring], other[ring]).any(1)
    pairs = np.stack([ring[hit], bond[hit]], 1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def lattice_shift(arrows: NDArray, cell: NDArray | None) -> NDArray[np.float64]:
    """Find the lattice vectors nearest to vectors that are nearly lattice vectors.

    Parameters
    ----------
    arrows : ndarray, shape=(n, 3), dtype=float
        Vectors in Å.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n, 3), dtype=float64
        Lattice vectors in Å; zeros without a box.
    """
    return np.zeros(arrows.shape) if cell is None else np.round(arrows @ np.linalg.inv(cell)) @ cell


def _near(
    middle: NDArray, centre: NDArray, reach: NDArray, cell: NDArray | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bonds and rings that are near each other, also through the faces of the box."""
    ring = np.arange(len(centre))
    if cell is not None:
        inverse = np.linalg.inv(cell)
        middle, inside = ((x - np.floor(x @ inverse) @ cell) for x in (middle, centre))
        pad = float(reach.max()) * np.linalg.norm(inverse, axis=0)  # of a face, in fractions of the box
        images = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3), -1).reshape(-1, 1, 3)
        fractions = inside @ inverse + images
        shown = ((fractions > -pad) & (fractions < 1 + pad)).all(-1)
        ring, centre = np.broadcast_to(ring, shown.shape)[shown], (fractions @ cell)[shown]
    tree = KDTree(centre)
    bond = np.flatnonzero(tree.query(middle, distance_upper_bound=float(reach.max()))[1] < len(centre))
    near = tree.query_ball_point(middle[bond], reach[bond])
    count = [len(hits) for hits in near]
    return np.repeat(bond, count), ring[np.concatenate([np.zeros(0, np.int64), *near]).astype(np.int64)]


def _crosses(p: NDArray, q: NDArray, a: NDArray, b: NDArray, c: NDArray) -> NDArray[np.bool_]:
    """Whether segments p-q meet triangles a-b-c (Möller and Trumbore, J. Graphics Tools 1997, 2, 21)."""
    along, u, v, s = q - p, b - a, c - a, p - a
    h, k = np.cross(along, v), np.cross(s, u)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / (u * h).sum(-1)
        first, second, place = (s * h).sum(-1) * scale, (along * k).sum(-1) * scale, (v * k).sum(-1) * scale
        inside = (first >= -EDGE) & (second >= -EDGE) & (first + second <= 1 + EDGE)
        return inside & (place >= 0) & (place <= 1)
