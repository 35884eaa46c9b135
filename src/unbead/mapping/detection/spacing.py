"""How far apart the beads of a mapping are: within a residue, and from one residue of a chain to the next.

Nothing of this is set by hand. A mapping's beads are placed on crystal structures
(`unbead.mapping.detection.reference`), and the distances between them are measured there, for shipped
mappings and for those of the user.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from MDAnalysis.lib.distances import calc_bonds
from numpy.typing import NDArray
from scipy.stats import norm

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.mapping.detection.reference import reference_beads, reference_chains
from unbead.mapping.mapping import Mapping
from unbead.mapping.molecule import MoleculeMapping

MIDDLE = {"amino": ("CA",), "nucleotide": ("C4'", "P")}  # atoms whose bead stands for a residue in its chain
ROUGHEST = 99.8  # percentile of the distances in crystals that counts as bonded
UPPER = 95.0  # percentile by which motion is told: distances of simulations reach beyond those of crystals
THERMAL = 5.0  # standard deviations of the motion that a bond is allowed
LEAST_MOTION = 0.14  # Å; tuned on 25 proteins of CALVADOS and 12 systems of Martini 2 and 3, none of which breaks
MOST_MOTION = 0.56  # Å; beads that are farther off than simulations have them do not widen the limit
FEWEST = 5  # distances, to judge the motion by
ROUNDS = 4  # of reweighting
SPREAD_FLOOR = 0.03  # Å, of a distance in crystals


@dataclass(frozen=True)
class Spacing:
    """Distance from the bead that stands for a residue to that of the next in its chain.

    Attributes
    ----------
    typical : float
        Mean in crystals in Å.
    spread : float
        Standard deviation there in Å.
    upper : float
        95 % of the distances are smaller, in Å.
    largest : float
        Largest that is bonded in crystals in Å; beads in motion may be farther apart, see `bond_limit`.
    """

    typical: float
    spread: float
    upper: float
    largest: float


def middle_bead(molecule: MoleculeMapping, kind: str) -> str:
    """Find the bead that stands for a residue in its chain.

    Parameters
    ----------
    molecule : MoleculeMapping
        Mapping of the residue.
    kind : str
        ``amino`` or ``nucleotide``.

    Returns
    -------
    str
        The bead that holds most of CA (of C4' or P in nucleotides), as BB in Martini; else the first.
    """
    for atom in MIDDLE.get(kind, ()):
        column = molecule.column(atom)
        if column >= 0 and molecule.weights[:, column].any():
            return molecule.beads[int(np.argmax(molecule.weights[:, column] / molecule.weights.sum(1)))]
    return molecule.beads[0]


def reference_name(residue: str) -> str:
    """Name the reference residue that a residue is like.

    Parameters
    ----------
    residue : str
        Residue name, such as ``HID``.

    Returns
    -------
    str
        One of the 28 names, such as ``HIS``; "" for what is no amino acid and no nucleotide.
    """
    known = template(residue)
    if known is None:
        return ""
    return next((name for name in (known.parent, known.name) if name in reference_chains().residues), "")


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances between two sites of the reference chains by the names of their residues: a sum of two shares.

    Attributes
    ----------
    mean, spread : dict of tuple of str to float
        Mean and standard deviation in Å.
    overall : Spacing
        All of them together.
    """

    mean: dict[tuple[str, str], float]
    spread: float
    overall: Spacing


def neighbour_distances(left: dict[str, NDArray], right: dict[str, NDArray]) -> Distances | None:
    """Measure distances from a site of one residue to a site of the next in its chain.

    Parameters
    ----------
    left, right : dict of str to ndarray, shape=(n, 3), dtype=float64
        Positions of the sites on all reference residues of each name.

    Returns
    -------
    Distances or None
        None where fewer than five are there.
    """
    chains = reference_chains()
    n = len(chains.bonded_to_previous)
    x, y = np.full((n, 3), np.nan), np.full((n, 3), np.nan)
    names = sorted({*left, *right})
    which = np.full(n, -1)
    for sites, table in ((left, x), (right, y)):
        for name, positions in sites.items():
            table[chains.residues[name].rows] = positions
    for number, name in enumerate(names):
        which[chains.residues[name].rows] = number
    distance = np.linalg.norm(y[1:] - x[:-1], axis=1)
    pairs = np.flatnonzero(chains.bonded_to_previous[1:] & np.isfinite(distance))
    distance, a, b = distance[pairs], which[pairs], which[pairs + 1]
    if len(distance) < FEWEST:
        return None
    rows = np.zeros((len(distance), 2 * len(names)))
    rows[np.arange(len(a)), a], rows[np.arange(len(a)), len(names) + b] = 1.0, 1.0
    share, spread = robust_fit(rows, distance, SPREAD_FLOOR)
    mean = {
        (one, other): float(share[i] + share[len(names) + j])
        for i, one in enumerate(names)
        for j, other in enumerate(names)
    }
    upper, largest = np.percentile(distance, (UPPER, ROUGHEST))
    overall = Spacing(float(distance.mean()), float(distance.std()), float(upper), float(largest))
    return Distances(mean, spread, overall)


def robust_fit(
    columns: NDArray[np.float64], values: NDArray[np.float64], least: float
) -> tuple[NDArray[np.float64], float]:
    """Fit a sum of columns to values, where outliers (unstacked bases, cis peptides) do not count much.

    Parameters
    ----------
    columns : ndarray, shape=(n, n_columns), dtype=float64
        What each value depends on.
    values : ndarray, shape=(n,), dtype=float64
        The values.
    least : float
        Least standard deviation.

    Returns
    -------
    shares : ndarray, shape=(n_columns,), dtype=float64
        What each column adds, by least squares with a small ridge and the weights of Huber.
    spread : float
        Standard deviation of what is left, by its median.
    """
    weight, shares, spread = np.ones(len(values)), np.zeros(columns.shape[1]), least
    for _ in range(ROUNDS):
        weighted = columns * weight[:, None]
        shares = np.linalg.solve(weighted.T @ columns + 0.1 * np.eye(columns.shape[1]), weighted.T @ values)
        off = np.abs(values - columns @ shares)
        spread = max(1.4826 * float(np.median(off)), least)
        weight = 1 / np.maximum(off / spread, 1)
    return shares.astype(np.float64), spread


@cache
def site_distances(mapping: Mapping, kind: str) -> dict[tuple[str, str], Distances]:
    """Measure the distances of neighbours by the names of the two beads that stand for them.

    Parameters
    ----------
    mapping : Mapping
        A mapping.
    kind : str
        ``amino`` or ``nucleotide``.

    Returns
    -------
    dict of tuple of str to Distances
        One entry where all residues have such a bead of one name, such as BB; more where one bead may be at several
        places, such as P and C4', and for side chains with Cα for glycine.
    """
    sites: dict[str, dict[str, NDArray]] = {}
    for name in reference_chains().residues:
        if (name in AMINO_ACIDS) != (kind == "amino"):
            continue
        for molecule in mapping.candidates(name):
            middle = middle_bead(molecule, kind)
            if name not in sites.setdefault(middle, {}):
                sites[middle][name] = reference_beads(name, molecule)[:, molecule.beads.index(middle)]
    found = {(one, other): neighbour_distances(sites[one], sites[other]) for one in sites for other in sites}
    return {pair: measured for pair, measured in found.items() if measured is not None}


@cache
def _spacings(mapping: Mapping) -> dict[str, Spacing]:
    """Spacing of the amino acids and of the nucleotides, as far as a mapping has them."""
    found = {}
    for kind in MIDDLE:
        sites: dict[str, NDArray] = {}
        for name in reference_chains().residues:
            molecule = mapping.find(name)
            if molecule is not None and (name in AMINO_ACIDS) == (kind == "amino"):
                bead = molecule.beads.index(middle_bead(molecule, kind))
                sites[name] = reference_beads(name, molecule)[:, bead]
        measured = neighbour_distances(sites, sites) if sites else None
        if measured is not None:
            found[kind] = measured.overall
    return found


def spacing(mapping: Mapping, kind: str = "amino") -> Spacing | None:
    """Tell the distance of neighbouring residues.

    Parameters
    ----------
    mapping : Mapping
        A mapping.
    kind : str
        ``amino`` or ``nucleotide``.

    Returns
    -------
    Spacing or None
        None for a mapping without residues of this kind.
    """
    return _spacings(mapping).get(kind)


def bond_limit(known: Spacing, distances: NDArray) -> float:
    """Tell how far apart bonded neighbours may be in a system, by how much its beads move.

    Parameters
    ----------
    known : Spacing
        What crystals have.
    distances : ndarray, shape=(n,), dtype=float
        Distances in Å of neighbours that may be bonded.

    Returns
    -------
    float
        Limit in Å: the largest of crystals and five times the motion. Motion is told by how far the distances reach
        beyond those of crystals, but is at least 0.14 Å.
    """
    near = distances[distances < known.largest + THERMAL * MOST_MOTION]
    motion = LEAST_MOTION
    if len(near) >= FEWEST:
        motion = (float(np.percentile(near, UPPER)) - known.upper) / float(norm.ppf(UPPER / 100))
    return known.largest + THERMAL * float(np.clip(motion, LEAST_MOTION, MOST_MOTION))


def middle_beads(beads: Particles, mapping: Mapping) -> NDArray[np.int64]:
    """Find the bead of each residue that stands for it in its chain.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : Mapping
        The mapping it was made with.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Index of the bead; -1 for residues that are no part of a chain, that the mapping lacks, or without this bead.
    """
    names = beads.residues.names
    found = np.full(len(names), -1, np.int64)
    row_names = names[beads.residue_index]
    for name in np.unique(row_names).tolist():
        known = template(name)
        if known is None or known.kind not in MIDDLE:
            continue
        rows = np.flatnonzero(row_names == name)[::-1]
        for molecule in reversed(mapping.candidates(name)):
            mine = rows[beads.names[rows] == middle_bead(molecule, known.kind)]
            found[beads.residue_index[mine]] = mine
    return found


def revise_bonds(beads: Particles, mapping: Mapping) -> Particles:
    """Break chains where neighbours are farther apart than the mapping allows.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system as read, when the mapping was not known.
    mapping : Mapping
        The mapping it was made with.

    Returns
    -------
    Particles
        The same with fewer bonds between residues.
    """
    middle = middle_beads(beads, mapping)
    residues = beads.residues
    bonded = residues.bonded_to_previous.copy()
    kinds, which = np.unique(residues.names, return_inverse=True)
    known = [template(str(name)) for name in kinds]
    for kind in MIDDLE:
        mine = np.array([found is not None and found.kind == kind for found in known], bool)[which] & (middle >= 0)
        rows = np.flatnonzero(bonded[1:] & mine[1:] & mine[:-1]) + 1
        left, right = middle[rows - 1], middle[rows]
        distance = calc_bonds(beads.positions[left], beads.positions[right], box=beads.box)
        tables, usual = site_distances(mapping, kind), spacing(mapping, kind)
        for pair in {*zip(beads.names[left].tolist(), beads.names[right].tolist(), strict=True)}:
            limits = tables[pair].overall if pair in tables else usual
            here = (beads.names[left] == pair[0]) & (beads.names[right] == pair[1])
            if limits is not None:
                bonded[rows[here][distance[here] > bond_limit(limits, distance[here])]] = False
    return replace(beads, residues=replace(residues, bonded_to_previous=bonded))
