"""Numbers of a built system of any molecules, judged by their templates: proteins, lipids, ligands, nucleic acids."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity

from unbead.chem.angles import dihedral
from unbead.chem.elements import VDW_RADII
from unbead.chem.rings import lattice_shift, pierced, ring_table
from unbead.chem.templates import template
from unbead.chem.torsions.cis_trans import forms
from unbead.mapping.assemble import Assembly
from unbead.mapping.operator import apply
from unbead.structure.pairs import find_pairs

BROKEN = 0.1  # share of the reference length
CONTACT = 1.2  # Å
OVERLAP = 0.4  # Å of van der Waals spheres
DISULFIDE = 2.5  # Å, within which sulphurs are bonded
REACH = 3.3  # Å, beyond which heavy atoms do not overlap by 0.4 Å


def system_numbers(
    assembly: Assembly, positions: NDArray, beads: NDArray, cell: NDArray | None = None
) -> dict[str, float]:
    """Judge the atoms that were built from beads.

    Parameters
    ----------
    assembly : Assembly
        What was built.
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Atoms in Å; residues are whole.
    beads : ndarray, shape=(n_beads, 3), dtype=float
        The beads in Å, at any image.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows.

    Returns
    -------
    dict of str to float
        ``broken_bonds_percent`` (by more than 10 %), ``wrong_chirality`` and ``turned_double_bonds`` (centres and
        double bonds of the other form), ``pierced_rings``, ``contacts`` (unbonded atoms within 1.2 Å),
        ``clashscore`` (overlaps above 0.4 Å per 1,000 atoms), ``bead_mean`` and ``bead_99`` (mean and 99th percentile
        of the distance of beads from the centres of their atoms, in Å).
    """
    x = np.asarray(positions, np.float64)
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
    i, j = assembly.bonds.T
    arrow = x[j] - x[i]
    length = np.linalg.norm(arrow - lattice_shift(arrow, cell), axis=1)
    centres, planes = (_rows(assembly, first, table) for table in (_centres, _forms))
    a, b, c, d = (x[planes[:, k]] for k in range(4))
    trans = np.cos(np.radians(dihedral(a, b, c, d))) < 0
    distance, overlap = _near(assembly, x, cell)
    stray = apply(assembly.operator, x) - beads
    away = np.linalg.norm(stray - lattice_shift(stray, cell), axis=1)
    rings = ring_table(assembly.template_names, first)
    return {
        "broken_bonds_percent": 100 * float(np.mean(np.abs(length / assembly.bond_lengths - 1) > BROKEN)),
        "wrong_chirality": float((_volumes(x[centres[:, :4]]) <= 0).sum()),
        "turned_double_bonds": float((trans != planes[:, 4]).sum()),
        "pierced_rings": float(len(pierced(x, rings, assembly.bonds, cell))),
        "contacts": float((distance < CONTACT).sum()),
        "clashscore": 1000 * float((overlap > OVERLAP).sum()) / len(x),
        "bead_mean": float(away.mean()),
        "bead_99": float(np.percentile(away, 99)),
    }


@cache
def _centres(name: str) -> NDArray[np.int64]:
    """Chiral centres of a residue with three heavy neighbours, shape (n, 4)."""
    known = template(name)
    assert known is not None, f"no template {name}"
    return known.chiral[(known.chiral < known.n_heavy).all(1)]


@cache
def _forms(name: str) -> NDArray[np.int64]:
    """Double bonds of a residue, shape (n, 5): four atoms and 1 where they are trans."""
    known = template(name)
    assert known is not None, f"no template {name}"
    return forms(known)


def _rows(assembly: Assembly, first: NDArray[np.int64], table) -> NDArray[np.int64]:
    """Lay the rows of each residue's table, slots in their first four columns, over the system."""
    rows = [table("GLY")[:0]]
    for name in np.unique(assembly.template_names):
        if template(str(name)) is not None:
            start = first[assembly.template_names == name]
            row = np.tile(table(str(name)), (len(start), 1))
            row[:, :4] += np.repeat(start, len(table(str(name))))[:, None]
            rows.append(row)
    return np.concatenate(rows)


def _volumes(p: NDArray) -> NDArray[np.float64]:
    return (np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]) * (p[:, 3] - p[:, 0])).sum(1)


def _near(assembly: Assembly, x: NDArray, cell: NDArray | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of near atoms that are not bonded, and overlaps of those more than three bonds apart, in Å."""
    n = len(x)
    pairs = find_pairs(x, REACH, cell)
    i, j, d = pairs.i, pairs.j, pairs.distance
    kinds, which = np.unique(assembly.atoms.elements, return_inverse=True)
    radius = np.array([VDW_RADII.get(str(kind).capitalize(), VDW_RADII["C"]) for kind in kinds])[which]
    overlap = radius[i] + radius[j] - d
    close = (overlap > OVERLAP) | (d < CONTACT)
    i, j, d, overlap = i[close], j[close], d[close], overlap[close]
    sulphur = assembly.atoms.elements == "S"
    bridge = sulphur[i] & sulphur[j] & (d < DISULFIDE)
    a, b = np.concatenate([assembly.bonds, np.stack([i[bridge], j[bridge]], 1)]).T
    bonds = csr_matrix((np.ones(2 * len(a), np.int32), (np.append(a, b), np.append(b, a))), shape=(n, n))
    step = csr_matrix(bonds + csr_matrix(identity(n)))
    unbonded = np.asarray(step[i, j]).ravel() == 0
    within = np.zeros(len(i), bool)
    for start in range(0, len(i), 10000):  # rows of the cube of a sparse matrix, a few at a time
        part = slice(start, start + 10000)
        reached = csr_matrix(step[i[part]] @ step @ step)
        within[part] = np.asarray(reached[np.arange(len(i[part])), j[part]]).ravel() > 0
    return d[unbonded], overlap[~within]
