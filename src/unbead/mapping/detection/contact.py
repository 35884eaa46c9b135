"""Chains that touch: whether two residues are neighbours in a chain, or the ends of two chains in contact.

Where a file names no chains and numbers go on, a distance that a bond allows may also be that of two chains which touch
end to end. What the file says of bonds decides; else two hypotheses are compared: the distance and the directions of
bonded residues in crystals, with the motion that the system itself shows, and a contact from any side. Sequences that
begin or end again speak for a contact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from MDAnalysis.lib.distances import calc_bonds
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import Particles, Residues
from unbead.mapping.detection.reference import reference_beads, reference_chains
from unbead.mapping.detection.spacing import (
    FEWEST,
    middle_bead,
    middle_beads,
    reference_name,
    robust_fit,
    spacing,
)
from unbead.mapping.mapping import Mapping

SHORTEST = 8  # residues by which a sequence is known again
SMALLEST = 4  # residues of a peptide that is a chain of its own
VARIED = 4  # different residues among these; fewer are found within chains of low complexity
LEAST = 1e-6  # Å, spread of a fit, against division by zero
FINEST = 0.05  # Å, standard deviation of distances; GRO rounds to 0.01 Å, bonds of crystals vary by 0.05 Å
UPPER = 95.0  # percentile that tells how far the distances of a system scatter to the far side
REACH = 1.645  # standard deviations from the mean of a normal distribution to that percentile
LONG = 1.5  # standard deviations, from which on the name of a residue counts
STRAY = 2e-4  # per Å, density of bonds that nothing explains
NEAREST, FARTHEST = 3.5, 6.0  # Å, between which beads of two chains may touch, or up to 1 Å beyond any bond
TOLERANCE = 0.2  # Å beyond the largest distance in crystals, within which no chain is parted without a sequence
# Odds of an end to a bond where numbers go on: for any place, and by how much a sequence changes them. Tuned on
# simulations of Martini 2 and 3, ElNeDyn and CALVADOS, and on copies of ubiquitin put together at 3.8 to 4.7 Å.
ANY, AGAIN, START = 1 / 300, 20.0, 25 / 300  # of a sequence that comes again 20, of methionine 1 : 12
RESTARTED = 1 / 30  # of these where numbers begin anew with other chains of the file
DOUBT = 0.01  # odds from which on a bond is told to be a guess
VAGUE = 0.5  # Å, spread of distances, as of centres of mass, that tell nothing of single bonds
SHOWN = 3  # places in a note
SHARE = 0.5  # share of neighbours that must have a bond in a file which tells the bonds of chains


@dataclass(frozen=True, eq=False)
class _Bonded:
    """Distances of bonded residues in crystals, by their names and by the distances to the residues about them.

    Attributes
    ----------
    shares : ndarray, shape=(n_columns,), dtype=float64
        What each column of `_columns` adds to the distance, in Å.
    usual : tuple of float
        Mean distances from the residue before and to the residue after, in Å.
    spread : float
        Standard deviation of what is left, in Å.
    """

    shares: NDArray[np.float64]
    usual: tuple[float, float]
    spread: float


def part_contacts(beads: Particles, mapping: Mapping) -> tuple[Particles, tuple[str, ...]]:
    """Break chains where two of them touch.

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
        What was parted, and which bonds are a guess, a line each.
    """
    residues = beads.residues
    of_file = _bonds_of_file(beads)
    bonded = residues.bonded_to_previous & (of_file >= 0)
    broken = np.flatnonzero(residues.bonded_to_previous & ~bonded).tolist()
    notes = [f"chains parted where the file tells no bond: {_places(beads, broken)}"] if broken else []
    beads = replace(beads, residues=replace(residues, bonded_to_previous=bonded))
    rows, distance, likely, strained = _likelihood(beads, mapping)
    usual = spacing(mapping)
    free = (of_file[rows] == 0) & _inner(bonded, rows)
    rows, distance, likely, strained = rows[free], distance[free], likely[free], strained[free]
    if usual is None or not len(rows):
        return beads, tuple(notes)
    reach = max(FARTHEST, usual.largest + 1)
    touching = np.where(distance >= NEAREST, 3 * distance**2 / (reach**3 - NEAREST**3), 0.0)
    ratio = touching / likely * (RESTARTED if _restarted(beads) else 1.0)
    far = distance > usual.largest + TOLERANCE
    begins = strained & (residues.names[rows] == "MET")
    step = dict(zip(rows.tolist(), distance.tolist(), strict=True))
    parted: list[int] = []
    again = np.zeros(len(rows), bool)
    while True:  # ends that were found tell others
        again |= _sequence_again(residues, bonded, rows, parted)
        odds = ratio * np.where(again, AGAIN, np.where(begins, START, ANY))
        new = rows[(odds > 1) & (again | far) & bonded[rows]]
        if not len(new):
            break
        bonded[new] = False
        parted += new.tolist()
    if parted:
        notes.append(f"taken for ends of chains that touch: {_places(beads, sorted(parted), step)}")
    nameless = (residues.chains[rows] == "") & (residues.segments[rows] == "")
    unsure = bonded[rows] & nameless & (again | ((odds > DOUBT) & (usual.spread < VAGUE)))
    if unsure.any():
        notes.append(
            "taken to be bonded, though they may be ends of chains that touch (chain names, TER or a topology would"
            f" tell): {_places(beads, rows[unsure].tolist(), step)}"
        )
    return replace(beads, residues=replace(residues, bonded_to_previous=bonded)), tuple(notes)


def _bonds_of_file(beads: Particles) -> NDArray[np.int64]:
    """What the file's bonds say of each residue and the one before: 1 bonded, -1 not, 0 nothing."""
    residues = beads.residues
    said = np.zeros(len(residues), np.int64)
    pairs = beads.residue_index[beads.bonds]
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    next_to = pairs[pairs[:, 1] - pairs[:, 0] == 1, 1]
    said[next_to] = 1
    inside = residues.bonded_to_previous
    if (said[inside] == 1).mean() < SHARE if inside.any() else True:
        return said  # such bonds as those of disulfides or of an elastic network
    has = said == 1
    beside = np.zeros(len(said), bool)  # both residues have bonds to others of their chains
    before, after = np.append(False, has[:-1]), np.append(has[1:], False)
    beside[1:] = before[1:] & after[1:]
    said[inside & ~has & beside] = -1
    return said


def _goes_on(residues: Residues) -> NDArray[np.bool_]:
    """Whether chain and segment of each residue are those of the one before, and its number is the next or the same."""
    same = (residues.chains[1:] == residues.chains[:-1]) & (residues.segments[1:] == residues.segments[:-1])
    return np.append(False, same & np.isin(np.diff(residues.numbers), (0, 1)))


def _inner(bonded: NDArray[np.bool_], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each residue and the one before are far enough from the ends of their chain to be ends of peptides."""
    starts = np.append(np.flatnonzero(~bonded), len(bonded))
    after = np.searchsorted(starts, rows, side="right")
    return (rows - starts[after - 1] >= SMALLEST) & (starts[after] - rows >= SMALLEST)


def _restarted(beads: Particles) -> bool:
    """Whether numbers begin anew with chains, and no chain begins where they go on."""
    residues = beads.residues
    amino = np.array([_number(name) >= 0 for name in residues.names.tolist()], bool)
    begins = ~residues.bonded_to_previous & amino & np.append(False, amino[:-1])
    goes_on = _goes_on(residues)
    return bool((begins & ~goes_on).any() and not (begins & goes_on).any())


def _sequence_again(
    residues: Residues, bonded: NDArray[np.bool_], rows: NDArray[np.int64], parted: Sequence[int]
) -> NDArray[np.bool_]:
    """Whether the sequence after each place begins as a chain does, or that before it ends so.

    Chains that only a distance has broken tell nothing.
    """
    starts = np.flatnonzero(~bonded)
    ends = np.append(starts[1:], len(bonded))
    words = residues.names.tolist()
    known = ~_goes_on(residues)
    known[list(parted)] = True
    known = np.append(known, True)
    long = [(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if b - a >= SHORTEST]
    heads = {tuple(words[a : a + SHORTEST]) for a, _ in long if known[a]}
    tails = {tuple(words[b - SHORTEST : b]) for _, b in long if known[b]}
    found = []
    for k in rows.tolist():
        chain = int(np.searchsorted(starts, k, side="right")) - 1
        a, b = int(starts[chain]), int(ends[chain])
        after, before = tuple(words[k : min(k + SHORTEST, b)]), tuple(words[max(k - SHORTEST, a) : k])
        found.append((after in heads and _varied(after)) or (before in tails and _varied(before)))
    return np.array(found, bool)


def _varied(words: Sequence[str]) -> bool:
    return len(set(words)) >= VARIED


def _likelihood(beads: Particles, mapping: Mapping) -> tuple[NDArray[np.int64], NDArray, NDArray, NDArray]:
    """Bonded residues, the distance from the one before in Å, how likely it is per Å, and whether it is a long one."""
    residues, middle = beads.residues, middle_beads(beads, mapping)
    kinds = np.array([_number(str(name)) for name in residues.names.tolist()], np.int64)
    bonded = residues.bonded_to_previous.copy()
    bonded[0] = False
    usable = (middle >= 0) & (kinds >= 0)
    site = np.where(usable, beads.names[np.maximum(middle, 0)], "")
    bonded &= usable & np.append(False, usable[:-1]) & np.append(False, site[1:] == site[:-1])
    x = beads.positions[np.maximum(middle, 0)]
    every = [(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, bool))]
    for name in np.unique(site[bonded]).tolist():
        known = _bonded(mapping, name)
        rows = np.flatnonzero(bonded & (site == name))
        if known is None or len(rows) < FEWEST:
            continue
        distance, before, after = _measured(x, rows, bonded, beads.box)
        rest = distance - _columns(kinds, rows, before, after, known.usual) @ known.shares
        rest -= np.median(rest)
        spread = max(
            FINEST, known.spread, 1.4826 * float(np.median(np.abs(rest))), float(np.percentile(rest, UPPER)) / REACH
        )
        density = np.exp(-0.5 * (rest.clip(0) / spread) ** 2) / (spread * np.sqrt(2 * np.pi))
        every.append((rows, distance, density + STRAY, rest > LONG * spread))
    rows, distance, density, long = (np.concatenate(column) for column in zip(*every, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], distance[order], density[order], long[order]


def _number(name: str) -> int:
    """Number of an amino acid by its residue name; -1 for others."""
    known = reference_name(name)
    return AMINO_ACIDS.index(known) if known in AMINO_ACIDS else -1


def _measured(x: NDArray, rows: NDArray, bonded: NDArray, box: NDArray | None) -> tuple[NDArray, NDArray, NDArray]:
    """Distances in Å: to the residue before, from that before it, and from it to the residue after; NaN at ends."""
    x = np.concatenate([x, np.zeros((1, 3), x.dtype)]).astype(np.float32)
    distance = calc_bonds(x[rows - 1], x[rows], box=box)
    before, after = calc_bonds(x[rows - 2], x[rows], box=box), calc_bonds(x[rows - 1], x[rows + 1], box=box)
    before[~bonded[rows - 1]] = np.nan
    after[~np.append(bonded, False)[rows + 1]] = np.nan
    return distance, before, after


def _columns(kinds: NDArray, rows: NDArray, before: NDArray, after: NDArray, usual: tuple[float, float]) -> NDArray:
    """What the distance of bonded residues depends on: both names, and both distances about them with their squares."""
    n = len(AMINO_ACIDS)
    table = np.zeros((len(rows), 2 * n + 4))
    table[np.arange(len(rows)), kinds[rows - 1]] = 1
    table[np.arange(len(rows)), n + kinds[rows]] = 1
    for k, (values, mean) in enumerate(zip((before, after), usual, strict=True)):
        off = np.nan_to_num(values - mean)
        table[:, 2 * n + 2 * k], table[:, 2 * n + 2 * k + 1] = off, off**2
    return table


@cache
def _bonded(mapping: Mapping, bead: str) -> _Bonded | None:
    """Measure a mapping's bonded residues in crystals, for residues with a bead of this name."""
    chains = reference_chains()
    n = len(chains.bonded_to_previous)
    x, kinds = np.full((n, 3), np.nan), np.zeros(n, np.int64)
    for name, found in chains.residues.items():
        if name not in AMINO_ACIDS:
            continue
        for molecule in mapping.candidates(name):
            if middle_bead(molecule, "amino") == bead:
                x[found.rows] = reference_beads(name, molecule)[:, molecule.beads.index(bead)]
                kinds[found.rows] = AMINO_ACIDS.index(name)
                break
    there = np.isfinite(x[:, 0])
    bonded = chains.bonded_to_previous & there & np.append(False, there[:-1])
    rows = np.flatnonzero(bonded)
    if len(rows) < FEWEST:
        return None
    distance, before, after = _measured(x, rows, bonded, None)
    usual = float(np.nanmean(before)), float(np.nanmean(after))
    table = _columns(kinds, rows, before, after, usual)
    shares, spread = robust_fit(table, distance, LEAST)
    return _Bonded(shares, usual, spread)


def _places(beads: Particles, rows: Sequence[int], step: dict[int, float] | None = None) -> str:
    label = beads.residues.label
    shown = [
        f"{label(k - 1)} and {label(k)}" + (f" ({step[k]:.1f} Å)" if step is not None else "") for k in rows[:SHOWN]
    ]
    return ", ".join(shown) + (f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else "")
