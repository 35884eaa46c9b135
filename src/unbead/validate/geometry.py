"""Is a protein structure physically right? Bonds, contacts, handedness and peptide bonds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity
from scipy.spatial import KDTree

from unbead.chem.amino import AMINO_ACIDS, SLOTS, C, N, Slots, amino_template
from unbead.chem.elements import VDW_RADII
from unbead.chem.links import DISULFIDE_LENGTH, PEPTIDE_LENGTH
from unbead.validate.dihedrals import backbone_torsions
from unbead.validate.ramachandran import ramachandran

BROKEN = 0.1  # share of the reference length
CONTACT = 1.2  # Å
OVERLAP = 0.4  # Å of van der Waals spheres
SULFUR_SLOT = 5
DISULFIDE_REACH = 2.5  # Å
REACH = 3.3  # Å, beyond which heavy atoms cannot overlap by 0.4 Å


@dataclass(frozen=True)
class Bonds:
    """Bonds between flat slots (residue × 14 + slot).

    Attributes
    ----------
    pairs : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded slots, both present.
    lengths : ndarray, shape=(n_bonds,), dtype=float64
        Reference lengths in Å.
    """

    pairs: NDArray[np.int64]
    lengths: NDArray[np.float64]


def find_disulfides(slots: Slots) -> NDArray[np.int64]:
    """Find disulfide bonds by the distance of SG atoms.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n, 2), dtype=int64
        Bonded residues.
    """
    cysteine = np.flatnonzero((slots.kind == AMINO_ACIDS.index("CYS")) & slots.present[:, SULFUR_SLOT])
    pairs = KDTree(slots.positions[cysteine, SULFUR_SLOT]).query_pairs(DISULFIDE_REACH, output_type="ndarray")
    return cysteine[pairs].reshape(-1, 2)


def find_bonds(slots: Slots, disulfides: NDArray[np.int64]) -> Bonds:
    """List the bonds that the residues and their chain should have.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    disulfides : ndarray, shape=(n, 2), dtype=int64
        Residue pairs with a disulfide bond.

    Returns
    -------
    Bonds
        Bonds within residues, peptide bonds and, last, disulfide bonds.
    """
    pairs, lengths = [], []
    for kind in np.unique(slots.kind):
        known = amino_template(int(kind))
        inner = (known.bonds < known.n_heavy).all(1)
        rows = np.flatnonzero(slots.kind == kind)
        pairs.append((rows[:, None, None] * SLOTS + known.bonds[inner]).reshape(-1, 2))
        lengths.append(np.tile(known.bond_lengths[inner], len(rows)))
    later = np.flatnonzero(slots.residues.bonded_to_previous)
    pairs.append(np.stack([(later - 1) * SLOTS + C, later * SLOTS + N], 1))
    lengths.append(np.full(len(later), PEPTIDE_LENGTH))
    pairs.append(disulfides * SLOTS + SULFUR_SLOT)
    lengths.append(np.full(len(disulfides), DISULFIDE_LENGTH))
    joined = np.concatenate(pairs)
    there = slots.present.reshape(-1)[joined].all(1)
    return Bonds(joined[there], np.concatenate(lengths)[there])


def geometry(slots: Slots, disulfides: NDArray[np.int64] | None = None) -> dict[str, float | None]:
    """Measure what needs no reference.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    disulfides : ndarray, shape=(n, 2), dtype=int64, optional
        Residue pairs that should be bonded; found by distance if not given.

    Returns
    -------
    dict of str to float or None
        Percentages of bonds and peptide bonds off by more than 10 %; contacts below 1.2 Å; overlaps above 0.4 Å per
        1,000 atoms; D-centres at Cα, wrong Cβ of Ile and Thr; cis (non-proline) peptides and share of twisted ones;
        Ramachandran outliers and favoured residues; disulfides that should be and that are.
    """
    pairs = find_disulfides(slots) if disulfides is None else disulfides
    bonds = find_bonds(slots, pairs)
    flat = slots.positions.reshape(-1, 3).astype(np.float64)
    length = np.linalg.norm(flat[bonds.pairs[:, 0]] - flat[bonds.pairs[:, 1]], axis=1)
    off = np.abs(length - bonds.lengths) > BROKEN * bonds.lengths
    n_covalent = len(off) - len(pairs)
    peptide = (bonds.pairs[:n_covalent] // SLOTS)[:, 0] != (bonds.pairs[:n_covalent] // SLOTS)[:, 1]
    contacts, overlaps = _clashes(slots, bonds)
    omega = backbone_torsions(slots)[2]
    twist = np.abs(omega[np.isfinite(omega)])
    proline = (slots.kind == AMINO_ACIDS.index("PRO"))[np.isfinite(omega)]
    return {
        "broken_bonds_percent": _percent(off[:n_covalent]),
        "broken_peptide_bonds_percent": _percent(off[:n_covalent][peptide]),
        "contacts_below_1.2": float(contacts),
        "clashscore": 1000.0 * overlaps / max(int(slots.present.sum()), 1),
        "d_centres": float(_handedness_errors(slots, "CA")),
        "wrong_cb": float(_handedness_errors(slots, "CB")),
        "cis_non_proline": float(((twist < 30) & ~proline).sum()),
        "twisted_peptides_percent": _percent((twist >= 30) & (twist < 150)),
        **ramachandran(slots),
        "disulfides": float(len(pairs)),
        "disulfides_right": float((~off[n_covalent:]).sum()),
    }


def _percent(mask: NDArray[np.bool_]) -> float | None:
    return float(100 * mask.mean()) if len(mask) else None


def _handedness_errors(slots: Slots, centre: str) -> int:
    """Count centres of a name whose three neighbours run the wrong way round."""
    wrong = 0
    for kind in np.unique(slots.kind):
        known = amino_template(int(kind))
        for row in known.chiral:
            if known.atoms[row[0]] == centre:
                p = slots.positions[slots.kind == kind][:, row].astype(np.float64)
                volume = (np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]) * (p[:, 3] - p[:, 0])).sum(-1)
                wrong += int((volume < 0).sum())
    return wrong


def _clashes(slots: Slots, bonds: Bonds) -> tuple[int, int]:
    """Count non-bonded pairs nearer than 1.2 Å, and overlaps of atoms more than three bonds apart."""
    present = np.flatnonzero(slots.present.reshape(-1))
    place = np.full(len(slots.kind) * SLOTS, -1)
    place[present] = np.arange(len(present))
    tree = KDTree(slots.positions.reshape(-1, 3)[present])
    pairs = tree.query_pairs(REACH, output_type="ndarray")
    if not len(pairs):
        return 0, 0
    distance = np.linalg.norm(tree.data[pairs[:, 0]] - tree.data[pairs[:, 1]], axis=1)
    i, j = place[bonds.pairs].T
    n = len(present)
    graph = csr_matrix((np.ones(2 * len(i), int), (np.append(i, j), np.append(j, i))), shape=(n, n))
    near = graph + csr_matrix(identity(n))
    within = csr_matrix(near @ near @ near)
    radius = _radii(slots)[present]
    close = distance < CONTACT
    bonded = _linked(graph, pairs[close])
    over = radius[pairs].sum(1) - distance > OVERLAP
    return int((~bonded).sum()), int((~_linked(within, pairs[over])).sum())


def _linked(graph: csr_matrix, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs the graph joins."""
    if not len(pairs):  # sparse matrices do not take empty indices
        return np.zeros(0, bool)
    return np.asarray(graph[pairs[:, 0], pairs[:, 1]]).ravel() > 0


def _radii(slots: Slots) -> NDArray[np.float64]:
    table = np.zeros((len(AMINO_ACIDS), SLOTS))
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        table[kind, : known.n_heavy] = [VDW_RADII[e] for e in known.elements[: known.n_heavy]]
    return table[slots.kind].reshape(-1)
