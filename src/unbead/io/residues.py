"""Which particles are one residue: those of one key within their molecule, wherever they stand in the file.

martinize2 and mdrun write the virtual sites of a Gō model behind the last residue of the molecule, with the numbers of
the residues. A name that comes a second time begins another residue: insertion codes are lost in GRO, and some programs
give all lipids one number.
"""

from dataclasses import dataclass

import numpy as np
from MDAnalysis.lib.distances import capped_distance, distance_array
from numpy.typing import NDArray

from unbead.chem.solvent import solvent_bead
from unbead.chem.templates import POLYMERS, template
from unbead.chem.virtual import GO_SITES, SITE_RESIDUES
from unbead.io.numbering import changes

SAME_SPOT = 0.02  # Å within which a name that comes twice is one particle written twice
REACH = 15.0  # Å to the nearest particle of the residue that a later one belongs to; twice that of any bead to the next
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHOWN = 4  # residues in a note


@dataclass(frozen=True)
class Labels:
    """Labels of the particles of a file, in its order.

    Attributes
    ----------
    names, residue_names : ndarray, shape=(n,), dtype=str
        Names of the particles and of their residues.
    numbers : ndarray, shape=(n,), dtype=int64
        Residue numbers.
    codes, chains, segments : ndarray, shape=(n,), dtype=str
        Insertion codes, chain and segment identifiers.
    molecules : ndarray, shape=(n,), dtype=int64
        Molecule of each particle where the file says so (TER, a topology); another number where it ends.
    places : ndarray, shape=(n,), dtype=int64
        Another number where a residue begins for the file, whatever its labels.
    """

    names: NDArray[np.str_]
    residue_names: NDArray[np.str_]
    numbers: NDArray[np.int64]
    codes: NDArray[np.str_]
    chains: NDArray[np.str_]
    segments: NDArray[np.str_]
    molecules: NDArray[np.int64]
    places: NDArray[np.int64]


@dataclass(frozen=True)
class Grouping:
    """The residues of a file.

    Attributes
    ----------
    residue : ndarray, shape=(n,), dtype=int64
        Residue of each particle, counted as they begin in the file.
    first : ndarray, shape=(n_residues,), dtype=int64
        First particle of each.
    numbers : ndarray, shape=(n_residues,), dtype=int64
        Residue numbers.
    codes : ndarray, shape=(n_residues,), dtype=str
        Insertion codes.
    notes : tuple of str
        What had to be decided.
    """

    residue: NDArray[np.int64]
    first: NDArray[np.int64]
    numbers: NDArray[np.int64]
    codes: NDArray[np.str_]
    notes: tuple[str, ...] = ()


def group_residues(labels: Labels, positions: NDArray[np.float32], box: NDArray[np.float32] | None) -> Grouping:
    """Find the residues of a file.

    A residue is a stretch of particles with equal labels. A stretch in which the name of its first particle comes again
    is several residues. A later stretch with the labels of an earlier one belongs to it if it has other names and is
    near; water and ions stay apart.

    Parameters
    ----------
    labels : Labels
        Labels of all particles.
    positions : ndarray, shape=(n, 3), dtype=float32
        Coordinates in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.

    Returns
    -------
    Grouping
        The residues. Of amino acids and nucleotides that were told apart by their names the later ones get insertion
        codes, of other molecules numbers that go on.
    """
    stretches = changes(labels.places, labels.residue_names)
    starts = stretches | _repeats(labels.names, stretches, positions)
    piece = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    solvent = _solvent(labels)
    owner = _owners(labels, piece, first, solvent[first], positions, box)
    kept, residue = np.unique(owner, return_inverse=True)
    rank = np.zeros(len(first), np.int64)  # of a piece in its stretch
    head = np.maximum.accumulate(np.where(stretches[first], np.arange(len(first)), 0))
    rank[kept] = np.arange(len(first))[kept] - head[kept]
    rank[solvent[first]] = 0
    numbers, codes, notes = _renumbered(labels, first[kept], rank[kept])
    return Grouping(residue[piece], first[kept], numbers, codes, notes)


def _repeats(names: NDArray[np.str_], stretches: NDArray[np.bool_], positions: NDArray) -> NDArray[np.bool_]:
    """Where the name of the first particle of a stretch comes again, if that leaves no name twice in a part."""
    stretch = np.cumsum(stretches) - 1
    head = np.flatnonzero(stretches)
    again = (names == names[head][stretch]) & ~stretches
    if not again.any():
        return again
    rows = np.flatnonzero(again | stretches)
    before = rows[np.searchsorted(rows, np.flatnonzero(again)) - 1]
    twice = np.abs(positions[again] - positions[before]).max(1) <= SAME_SPOT
    part = np.cumsum(stretches | again)
    code = np.unique(names, return_inverse=True)[1]
    pairs, counts = np.unique(part * (code.max() + 1) + code, return_counts=True)
    bad = np.unique(pairs[counts > 1] // (code.max() + 1))
    wrong = np.zeros(len(head), bool)
    wrong[stretch[np.isin(part, bad)]] = True
    wrong[stretch[np.flatnonzero(again)[twice]]] = True
    return again & ~wrong[stretch]


def _solvent(labels: Labels) -> NDArray[np.bool_]:
    """Which particles are water or ions, by their names."""
    pairs, which = np.unique(np.char.add(np.char.add(labels.residue_names, "|"), labels.names), return_inverse=True)
    return np.array([solvent_bead(*pair.split("|", 1), False) is not None for pair in pairs.tolist()], bool)[which]


def _owners(
    labels: Labels,
    piece: NDArray[np.int64],
    first: NDArray[np.int64],
    solvent: NDArray[np.bool_],
    positions: NDArray[np.float32],
    box: NDArray[np.float32] | None,
) -> NDArray[np.int64]:
    """Piece that each piece belongs to: an earlier one, or itself."""
    n = len(first)
    owner = np.arange(n)
    place = np.zeros(n, np.int64)
    for column in (labels.numbers, labels.codes, labels.chains, labels.segments):
        place = place * (n + 1) + np.unique(column[first], return_inverse=True)[1]
        place = np.unique(place, return_inverse=True)[1]
    bare = np.isin(np.char.upper(labels.residue_names[first]), list(SITE_RESIDUES))
    name = np.unique(labels.residue_names[first], return_inverse=True)[1]
    keys = np.unique(place * (n + 1) + name, return_inverse=True)[1]
    for k in np.flatnonzero(bare[1:] & (place[1:] == place[:-1])).tolist():  # sites beside their residues
        owner[k + 1] = owner[k]
    on = _sites_on_others(labels, piece, first, positions, box)
    owner[on >= 0] = on[on >= 0]
    keys[solvent | (on >= 0)] = -1
    order = np.argsort(keys, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(keys[order])) + 1)
    end = np.append(first[1:], len(piece))
    for group in groups:
        if len(group) > 1 and keys[group[0]] >= 0:
            _join(
                group.tolist(),
                owner,
                [np.arange(int(first[k]), int(end[k])) for k in group],
                labels.names,
                positions,
                box,
            )
    return owner


def _sites_on_others(
    labels: Labels,
    piece: NDArray[np.int64],
    first: NDArray[np.int64],
    positions: NDArray[np.float32],
    box: NDArray[np.float32] | None,
) -> NDArray[np.int64]:
    """Piece on which each piece of nothing but sites of a Gō model lies, of the same residue name; -1 for others.

    MDAnalysis counts the residues of a TPR file, so that sites behind the last residue do not have their numbers.
    """
    site = np.isin(np.char.upper(labels.names), list(GO_SITES))
    owner = np.full(len(first), -1, np.int64)
    bare = np.logical_and.reduceat(site, first)
    mine, others = np.flatnonzero(bare[piece]), np.flatnonzero(~site)
    if not len(mine) or not len(others):
        return owner
    found = capped_distance(positions[mine], positions[others], SAME_SPOT, box=box, return_distances=False)
    one, other = mine[found[:, 0]], others[found[:, 1]]
    same = (labels.residue_names[one] == labels.residue_names[other]) & (piece[one] > piece[other])
    owner[piece[one[same]]] = piece[other[same]]
    return owner


def _join(
    group: list[int],
    owner: NDArray[np.int64],
    rows: list[NDArray[np.int64]],
    names: NDArray[np.str_],
    positions: NDArray[np.float32],
    box: NDArray[np.float32] | None,
) -> None:
    """Give pieces of one key to the nearest earlier piece with other names, if one is near enough."""
    residues: dict[frozenset[str], list[tuple[int, NDArray[np.int64]]]] = {}  # by their names so far
    for k, mine in zip(group, rows, strict=True):
        own = frozenset(names[mine].tolist())
        best, chosen = REACH, None
        for theirs, found in residues.items():
            if own.isdisjoint(theirs):
                for place, (_, others) in enumerate(found):
                    away = float(distance_array(positions[others], positions[mine[:1]], box=box).min())
                    if away < best:
                        best, chosen = away, (theirs, place)
        if chosen is None:
            residues.setdefault(own, []).append((k, mine))
        else:
            first, others = residues[chosen[0]].pop(chosen[1])
            owner[k] = first
            residues.setdefault(chosen[0] | own, []).append((first, np.concatenate([others, mine])))


def _lost_codes(
    labels: Labels, first: NDArray[np.int64], rank: NDArray[np.int64], kinds: dict[str, str]
) -> NDArray[np.int64]:
    """Count on where the next residue has the number of the one before and another name, as 52 and 52A in GRO.

    Only where a file has neither chains nor codes: elsewhere equal numbers are alternatives, or meant.
    """
    names = labels.residue_names[first]
    bare = (labels.chains[first] == "") & (labels.segments[first] == "") & (labels.codes[first] == "")
    polymer = bare & np.array([kinds.get(name) in POLYMERS for name in names.tolist()], bool)
    numbers, molecules = labels.numbers[first], labels.molecules[first]
    again = (np.diff(numbers) == 0) & (np.diff(molecules) == 0) & (names[1:] != names[:-1])
    rank = rank.copy()
    for k in np.flatnonzero(again & polymer[1:] & polymer[:-1]).tolist():
        rank[k + 1] = rank[k] + 1
    return rank


def _renumbered(
    labels: Labels, first: NDArray[np.int64], rank: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.str_], tuple[str, ...]]:
    """Numbers and insertion codes of residues that were told apart by their names, and what to say of it."""
    numbers, codes = labels.numbers[first].copy(), labels.codes[first].astype("U8")
    kinds = {name: known.kind for name in np.unique(labels.residue_names[first]).tolist() if (known := template(name))}
    rank = _lost_codes(labels, first, rank, kinds)
    later = np.flatnonzero(rank)
    if not len(later):
        return numbers, codes, ()
    told = []
    for k in later.tolist():
        name, step = str(labels.residue_names[first[k]]), int(rank[k])
        before = f"{name} {numbers[k]}{codes[k]}"
        if kinds.get(name) in POLYMERS and step + LETTERS.find(codes[k] or " ") < len(LETTERS):
            codes[k] = LETTERS[step + LETTERS.find(codes[k] or " ")]
        else:
            numbers[k] += step
        told.append(f"{before} as {numbers[k]}{codes[k]}")
    shown = ", ".join(told[:SHOWN]) + (f" and {len(told) - SHOWN} more" if len(told) > SHOWN else "")
    return numbers, codes, (f"residues of one number told apart by their names and particles: {shown}",)
