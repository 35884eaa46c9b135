"""How well the distances between beads fit those that a mapping has in crystals."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from MDAnalysis.lib.distances import calc_bonds
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.mapping.detection.reference import reference_beads
from unbead.mapping.detection.spacing import (
    MIDDLE,
    SPREAD_FLOOR,
    Distances,
    middle_bead,
    neighbour_distances,
    reference_name,
)
from unbead.mapping.mapping import Mapping
from unbead.mapping.molecule import MoleculeMapping

MOTION = (
    0.0,
    0.2,
    0.45,
    0.7,
)  # Å by which distances may vary: mapped, CALVADOS' bonds, beads with 0.3 and 0.5 Å of noise
STRAY = 0.03  # share of distances that nothing explains, such as those of cis peptides
FARTHEST = 15.0  # Å, up to where these lie
CLEAR = 6.0  # by which the logarithm of the likelihood must be larger to go against a name, or to choose without one


def log_likelihood(
    distance: NDArray, mean: NDArray, spread: NDArray | float, motion: float = 0.0
) -> NDArray[np.float64]:
    """Tell how well distances fit those of crystals.

    Parameters
    ----------
    distance, mean : ndarray, shape=(n,), dtype=float
        Distances that are there, and those of crystals, in Å.
    spread : ndarray, shape=(n,), dtype=float, or float
        Standard deviation in crystals in Å.
    motion : float
        Standard deviation in Å that motion or noise adds.

    Returns
    -------
    ndarray, shape=(n,), dtype=float64
        Logarithms of densities per Å.
    """
    wide = np.sqrt(np.asarray(spread) ** 2 + motion**2)
    density = np.exp(-0.5 * ((distance - mean) / wide) ** 2) / (wide * np.sqrt(2 * np.pi))
    return np.log((1 - STRAY) * density + STRAY / FARTHEST)


@dataclass(frozen=True)
class Likeness:
    """Distances of a system against those of a mapping in crystals.

    Attributes
    ----------
    score : float
        Logarithm of the likelihood, summed over all distances, with the motion that fits best.
    count : int
        Number of distances.
    step, expected_step : float
        Median distance of neighbours in a chain, and what the mapping has for the same residues, in Å; NaN without any.
    inside, expected_inside : float
        Mean distance from the bead that stands for a residue to its others, likewise.
    """

    score: float
    count: int
    step: float
    expected_step: float
    inside: float
    expected_inside: float


@dataclass(frozen=True, eq=False)
class _Known:
    """Distances of a mapping in crystals: of neighbours by kind, and inside residues by name and bead."""

    neighbours: dict[str, Distances]
    inside: dict[tuple[str, str], tuple[float, float]]
    middle: dict[str, str]


@cache
def _known(mapping: Mapping, only: tuple[tuple[str, MoleculeMapping], ...]) -> _Known:
    """Measure the distances of a mapping for reference residues whose molecules are given."""
    sites: dict[str, dict[str, NDArray]] = {}
    inside: dict[tuple[str, str], tuple[float, float]] = {}
    middle: dict[str, str] = {}
    for name, molecule in only:
        kind = "amino" if name in AMINO_ACIDS else "nucleotide"
        placed = reference_beads(name, molecule)
        middle[name] = middle_bead(molecule, kind)
        centre = placed[:, molecule.beads.index(middle[name])]
        sites.setdefault(kind, {})[name] = centre
        for bead, positions in zip(molecule.beads, placed.swapaxes(0, 1), strict=True):
            distance = np.linalg.norm(positions - centre, axis=1)
            distance = distance[np.isfinite(distance)]
            if bead != middle[name] and len(distance):
                inside[name, bead] = float(distance.mean()), max(float(distance.std()), SPREAD_FLOOR)
    measured = {kind: neighbour_distances(found, found) for kind, found in sites.items()}
    return _Known({kind: found for kind, found in measured.items() if found is not None}, inside, middle)


def likeness(beads: Particles, mapping: Mapping) -> Likeness:
    """Compare a system's distances with those of a mapping.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : Mapping
        A mapping.

    Returns
    -------
    Likeness
        Over the amino acids and nucleotides that the mapping has; lipids have no reference.
    """
    row_names = beads.residues.names[beads.residue_index]
    references = {str(name): reference_name(str(name)) for name in np.unique(row_names)}
    chosen: dict[str, MoleculeMapping] = {}
    for name, reference in references.items():
        there = np.unique(beads.names[row_names == name]).tolist() if reference else []
        molecule = mapping.find(name, there) if reference else None
        if molecule is not None:
            chosen.setdefault(reference, molecule)
    known = _known(mapping, tuple(sorted(chosen.items())))
    middle = np.full(len(beads.residues), -1, np.int64)
    kinds = np.full(len(beads.residues), "", "U10")
    found: list[tuple[NDArray, NDArray, NDArray]] = []
    for name, reference in references.items():
        if reference not in chosen:
            continue
        rows = np.flatnonzero((row_names == name) & (beads.names == known.middle[reference]))[::-1]
        middle[beads.residue_index[rows]] = rows
        kind = template(name)
        kinds[beads.residue_index[rows]] = "" if kind is None else kind.kind
    for name, reference in references.items():
        for (of, bead), (mean, spread) in known.inside.items():
            rows = np.flatnonzero((row_names == name) & (beads.names == bead)) if of == reference else np.zeros(0, int)
            rows = rows[middle[beads.residue_index[rows]] >= 0]
            centre = beads.positions[middle[beads.residue_index[rows]]]
            distance = calc_bonds(centre, beads.positions[rows], box=beads.box)
            found.append((distance, np.full(len(rows), mean), np.full(len(rows), spread)))
    inside = [np.concatenate(column) for column in zip(*found, strict=True)] if found else [np.zeros(0)] * 3
    steps = [(np.zeros(0), np.zeros(0), np.zeros(0))]
    for kind in MIDDLE:
        if kind in known.neighbours:
            steps.append(_steps(beads, known.neighbours[kind], middle, kinds == kind, references))
    step = [np.concatenate(column) for column in zip(*steps, strict=True)]
    columns = [np.concatenate(both) for both in zip(inside, step, strict=True)]
    return Likeness(
        score=max(float(log_likelihood(columns[0], columns[1], columns[2], motion).sum()) for motion in MOTION),
        count=len(inside[0]) + len(step[0]),
        step=_middle(step[0]),
        expected_step=_middle(step[1]),
        inside=float(inside[0].mean()) if len(inside[0]) else np.nan,
        expected_inside=float(inside[1].mean()) if len(inside[1]) else np.nan,
    )


def _steps(
    beads: Particles, table: Distances, middle: NDArray, mine: NDArray, references: dict[str, str]
) -> tuple[NDArray, NDArray, NDArray]:
    """Distances of bonded neighbours, and their means and spreads in crystals."""
    residues = beads.residues
    fits = mine & (middle >= 0)
    rows = np.flatnonzero(residues.bonded_to_previous[1:] & fits[1:] & fits[:-1]) + 1
    distance = calc_bonds(beads.positions[middle[rows - 1]], beads.positions[middle[rows]], box=beads.box)
    names = [references[str(name)] if name in references else "" for name in residues.names.tolist()]
    mean = np.array([table.mean[names[row - 1], names[row]] for row in rows], float)
    return distance, mean, np.full(len(rows), table.spread)


def _middle(values: NDArray) -> float:
    return float(np.median(values)) if len(values) else np.nan
