"""Copies of one chain that stand end to end: the sequence tells them apart where a distance cannot."""

from dataclasses import replace

import numpy as np
from MDAnalysis.lib.distances import calc_bonds

from unbead.chem.particles import Particles
from unbead.mapping.detection.spacing import middle_beads, spacing
from unbead.mapping.mapping import Mapping

SHORTEST = 8  # residues of a copy; shorter repeats are found within chains
DOUBTFUL = 0.4  # Å beyond the largest distance in crystals; half of what the motion of beads adds at least
SHOWN = 3  # places in a note


def repeat(names: list[str]) -> int:
    """Find the number of residues after which a sequence comes again, up to its end.

    Parameters
    ----------
    names : list of str
        Residue names.

    Returns
    -------
    int
        The smallest such number; 0 where it does not come again, or is shorter than eight.
    """
    n = len(names)
    for size in range(1, n // 2 + 1):
        if n % size == 0 and names[:-size] == names[size:]:
            return size if size >= SHORTEST else 0
    return 0


def part_copies(beads: Particles, mapping: Mapping) -> tuple[Particles, tuple[str, ...]]:
    """Break chains between copies of one sequence that are farther apart than neighbours usually are.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system; distances beyond what the mapping allows have broken chains already.
    mapping : Mapping
        The mapping it was made with.

    Returns
    -------
    beads : Particles
        The same, with fewer bonds between residues.
    notes : tuple of str
        What was parted, and where the file has no chains, which residues are bonded though they are far apart.
    """
    usual = spacing(mapping)
    middle = middle_beads(beads, mapping)
    residues = beads.residues
    bonded = residues.bonded_to_previous.copy()
    rows = np.flatnonzero(bonded[1:] & (middle[1:] >= 0) & (middle[:-1] >= 0)) + 1
    if usual is None or not len(rows):
        return beads, ()
    step = np.zeros(len(residues))
    step[rows] = calc_bonds(beads.positions[middle[rows - 1]], beads.positions[middle[rows]], box=beads.box)
    names = residues.names.tolist()
    kinds = {name: mapping.find(name) for name in set(names)}
    doubtful = step > usual.largest + DOUBTFUL
    doubtful &= np.array([kinds[name] is not None for name in names], bool)
    starts = np.flatnonzero(~bonded)
    parted = []
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(names)], strict=True):
        if doubtful[start:end].any() and (size := repeat(names[start:end])):
            parted += [k for k in range(start + size, end, size) if doubtful[k]]
    bonded[parted] = False
    said = []
    if parted:
        said.append("chains of one sequence parted: " + _places(beads, parted, step))
    unsure = np.flatnonzero(doubtful & bonded & (residues.chains == "") & (residues.segments == "")).tolist()
    if unsure:
        said.append(
            "taken to be bonded, though far apart (chain names or TER would tell): " + _places(beads, unsure, step)
        )
    return replace(beads, residues=replace(residues, bonded_to_previous=bonded)), tuple(said)


def _places(beads: Particles, rows: list[int], step: np.ndarray) -> str:
    label = beads.residues.label
    shown = [f"{label(k - 1)} and {label(k)} ({step[k]:.1f} Å)" for k in rows[:SHOWN]]
    return ", ".join(shown) + (f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else "")
