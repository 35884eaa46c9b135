"""Particles from the columns that the readers find, checked."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.errors import UnbeadError
from unbead.io.formats.bond_records import kept_bonds
from unbead.io.numbering import changes
from unbead.io.residues import Labels, group_residues
from unbead.structure.box import usable_box
from unbead.structure.chains import bonded_to_previous

FARTHEST = 1e5  # Å; coordinates beyond are nonsense


def from_columns(
    names: NDArray[np.str_],
    positions: NDArray[np.float32],
    residue_names: NDArray[np.str_],
    numbers: NDArray[np.int64],
    *,
    codes: NDArray[np.str_] | None = None,
    chains: NDArray[np.str_] | None = None,
    segments: NDArray[np.str_] | None = None,
    after_end: NDArray[np.bool_] | None = None,
    locations: NDArray[np.str_] | None = None,
    occupancies: NDArray[np.floating] | None = None,
    elements: NDArray[np.str_] | None = None,
    b_factors: NDArray[np.float32] | None = None,
    box: NDArray | None = None,
    bonds: NDArray[np.int64] | None = None,
    source: str,
) -> Particles:
    """Make particles from one label per particle.

    Parameters
    ----------
    names : ndarray, shape=(n,), dtype=str
        Names of the particles.
    positions : ndarray, shape=(n, 3), dtype=float32
        Coordinates in Å.
    residue_names : ndarray, shape=(n,), dtype=str
        Names of their residues.
    numbers : ndarray, shape=(n,), dtype=int64
        Residue numbers.
    codes, chains, segments : ndarray, shape=(n,), dtype=str, optional
        Insertion codes, chain and segment identifiers.
    after_end : ndarray, shape=(n,), dtype=bool, optional
        Whether the end of a chain stands before the particle.
    locations : ndarray, shape=(n,), dtype=str, optional
        Alternate locations; one of each place in the sequence is kept, even where residues differ in name.
    occupancies : ndarray, shape=(n,), dtype=float, optional
        Occupancies, which decide among the locations; see `chosen_locations`.
    elements : ndarray, shape=(n,), dtype=str, optional
        Element symbols.
    b_factors : ndarray, shape=(n,), dtype=float32, optional
        B-factors.
    box : ndarray, shape=(6,), dtype=float, optional
        Lengths in Å and angles in degrees.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64, optional
        Bonds that the file tells.
    source : str
        What to call the input in messages.

    Returns
    -------
    Particles
        Particles with residues, chain breaks and a box that can be, or None.
    """
    n = len(names)
    blank = np.full(n, "")
    codes, chains, segments = (blank if x is None else x for x in (codes, chains, segments))
    elements = blank if elements is None else elements
    b_factors = np.zeros(n, np.float32) if b_factors is None else b_factors
    after_end = np.zeros(n, bool) if after_end is None else after_end
    place = np.cumsum(changes(numbers, codes, chains, segments) | after_end, dtype=np.int64)
    rows = np.arange(n) if locations is None else np.flatnonzero(chosen_locations(locations, place, occupancies))
    labels = Labels(
        names[rows],
        residue_names[rows],
        numbers[rows],
        codes[rows],
        chains[rows],
        segments[rows],
        molecules=np.cumsum(after_end, dtype=np.int64)[rows],
        places=place[rows],
    )
    box = None if box is None else np.asarray(box, np.float32)
    particles, ends = grouped(labels, positions[rows], usable_box(box, len(rows), source))
    rows = rows if particles.order is None else rows[particles.order]
    told = np.zeros((0, 2), np.int64) if bonds is None else bonds
    particles = replace(particles, elements=elements[rows], b_factors=b_factors[rows], bonds=kept_bonds(told, rows, n))
    return finish(particles, ends, source)


def grouped(
    labels: Labels, positions: NDArray[np.float32], box: NDArray[np.float32] | None
) -> tuple[Particles, NDArray[np.bool_]]:
    """Put particles in the order of their residues.

    Parameters
    ----------
    labels : Labels
        Labels of all particles, in the order of the file.
    positions : ndarray, shape=(n, 3), dtype=float32
        Coordinates in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.

    Returns
    -------
    particles : Particles
        The particles, without elements, B-factors and bonds between residues.
    ends : ndarray, shape=(n_residues,), dtype=bool
        Whether the file says that a molecule ends after a residue.
    """
    found = group_residues(labels, positions, box)
    order = np.argsort(found.residue, kind="stable")
    first, n = found.first, len(labels.names)
    particles = Particles(
        names=labels.names[order],
        positions=positions[order],
        residue_index=found.residue[order],
        residues=Residues(
            names=labels.residue_names[first],
            numbers=found.numbers,
            insertion_codes=found.codes,
            chains=labels.chains[first],
            segments=labels.segments[first],
            bonded_to_previous=np.zeros(len(first), bool),
        ),
        elements=np.full(n, ""),
        b_factors=np.zeros(n, np.float32),
        box=box,
        order=order if (np.diff(order) != 1).any() else None,
        notes=found.notes,
    )
    ends = np.append(np.diff(labels.molecules[first]) != 0, True) if len(first) else np.zeros(0, bool)
    return particles, ends


def chosen_locations(
    locations: NDArray[np.str_], place: NDArray[Any], occupancies: NDArray[np.floating] | None = None
) -> NDArray[np.bool_]:
    """Keep particles without alternate location, and those of one location of their place in the sequence.

    Parameters
    ----------
    locations : ndarray, shape=(n,), dtype=str
        Alternate locations, "" for none.
    place : ndarray, shape=(n,), dtype=int
        Place in the sequence.
    occupancies : ndarray, shape=(n,), dtype=float, optional
        Occupancies; all the same if not given.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        Particles to keep: of each place the location of the highest mean occupancy, of equals the first in the file.
    """
    keep = locations == ""
    rows = np.flatnonzero(~keep)
    if len(rows):
        letters, letter = np.unique(locations[rows], return_inverse=True)
        _, first, group = np.unique(place[rows] * len(letters) + letter, return_index=True, return_inverse=True)
        mean = np.ones(len(first))
        if occupancies is not None:
            mean = np.bincount(group, np.nan_to_num(occupancies[rows])) / np.bincount(group)
        order = np.lexsort((first, -mean.round(3), place[rows][first]))  # 3: more digits than files have
        best = order[np.unique(place[rows][first][order], return_index=True)[1]]
        keep[rows] = np.isin(group, best)
    return keep


def finish(particles: Particles, ends: NDArray[np.bool_], source: str) -> Particles:
    """Check freshly read particles, and find their chain breaks.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.
    ends : ndarray, shape=(n_residues,), dtype=bool
        Whether a chain is known to end after a residue.
    source : str
        What to call the input in messages.

    Returns
    -------
    Particles
        The same, with `Residues.bonded_to_previous`, and no box where its lengths are zero.

    Raises
    ------
    UnbeadError
        If there are no particles, coordinates or a box that cannot be.
    """
    if not len(particles):
        raise UnbeadError(f"{source}: no atoms or beads in it; is it a structure?")
    refuse_impossible(particles, source)
    particles = replace(particles, box=usable_box(particles.box, len(particles), source))
    bonded = bonded_to_previous(particles, ends)
    return replace(particles, residues=replace(particles.residues, bonded_to_previous=bonded))


def refuse_impossible(particles: Particles, source: str) -> None:
    """Complain of coordinates that cannot be.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.
    source : str
        What to call the input in messages.

    Raises
    ------
    UnbeadError
        If one is not a number, or farther than 100,000 Å out.
    """
    wrong = ~(np.abs(particles.positions) <= FARTHEST).all(1)  # not so for NaN
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        where = particles.residues.label(int(particles.residue_index[i]))
        raise UnbeadError(
            f"{source}: {where}: {particles.names[i]} has coordinates that cannot be ({particles.positions[i]});"
            f" {int(wrong.sum())} in all; repair the file"
        )
