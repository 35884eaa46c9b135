"""The border to MDAnalysis: universes in and out."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import MDAnalysis as mda
import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.errors import UnbeadError
from unbead.io.chains import bonded_to_previous


@contextmanager
def quiet() -> Iterator[None]:
    """Silence MDAnalysis' warnings on missing masses, elements and the like; they say nothing about beads."""
    logger = logging.getLogger("MDAnalysis")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def from_universe(
    universe: mda.Universe, frame: int = 0, ends: NDArray[np.bool_] | None = None, source: str = "universe"
) -> Particles:
    """Take one frame of a universe.

    Parameters
    ----------
    universe : MDAnalysis.Universe
        Topology and coordinates.
    frame : int
        Frame, from zero.
    ends : ndarray, shape=(n_residues,), dtype=bool, optional
        Whether a chain is known to end after a residue.
    source : str
        What to call the input in messages.

    Returns
    -------
    Particles
        All particles; of alternate locations the first of each residue.

    Raises
    ------
    UnbeadError
        If there is no such frame.
    """
    n_frames = len(universe.trajectory)
    if not 0 <= frame < n_frames:
        raise UnbeadError(f"{source}: no frame {frame}; it has {n_frames}, counted from 0")
    with quiet():
        step = universe.trajectory[frame]
    atoms: Any = universe.atoms  # MDAnalysis types them as optional
    rows: Any = universe.residues
    n = len(atoms)
    order = np.argsort(atoms.resindices, kind="stable")
    chains = _attribute(atoms, "chainIDs", n)
    first = np.full(len(rows), -1)
    first[atoms.resindices[::-1]] = np.arange(n)[::-1]
    segments = np.array([str(name) for name in rows.segids])
    chains = chains[first]
    segments = np.where((segments == "SYSTEM") | (segments == chains), "", segments)
    residues = Residues(
        names=np.array([str(name) for name in rows.resnames]),
        numbers=np.asarray(rows.resids, np.int64),
        insertion_codes=_attribute(rows, "icodes", len(rows)),
        chains=chains,
        segments=segments,
        bonded_to_previous=np.zeros(len(rows), bool),
    )
    factors = atoms.tempfactors if hasattr(atoms, "tempfactors") else np.zeros(n)
    box = None if step.dimensions is None or not np.any(step.dimensions[:3]) else step.dimensions.astype(np.float32)
    particles = Particles(
        names=np.array([str(name) for name in atoms.names])[order],
        positions=np.array(step.positions, np.float32)[order],
        residue_index=np.asarray(atoms.resindices, np.int64)[order],
        residues=residues,
        elements=np.char.capitalize(_attribute(atoms, "elements", n))[order],
        b_factors=np.asarray(factors, np.float32)[order],
        box=box,
    )
    particles = particles.select(_first_locations(_attribute(atoms, "altLocs", n)[order], particles.residue_index))
    return finish(particles, np.zeros(len(rows), bool) if ends is None else ends)


def finish(particles: Particles, ends: NDArray[np.bool_]) -> Particles:
    """Find the chain breaks of freshly read particles.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.
    ends : ndarray, shape=(n_residues,), dtype=bool
        Whether a chain is known to end after a residue.

    Returns
    -------
    Particles
        The same, with `Residues.bonded_to_previous`.
    """
    bonded = bonded_to_previous(particles, ends)
    return replace(particles, residues=replace(particles.residues, bonded_to_previous=bonded))


def to_universe(particles: Particles, bonds: NDArray[np.int64] | None = None) -> mda.Universe:
    """Make a universe in memory.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64, optional
        Bonds.

    Returns
    -------
    MDAnalysis.Universe
        A universe with one frame; predicted errors are its ``tempfactors``.
    """
    residues = particles.residues
    labels = np.char.add(np.char.add(residues.chains, "|"), residues.segments)
    segments, first, segment_of = np.unique(labels, return_index=True, return_inverse=True)
    with quiet():
        universe = mda.Universe.empty(
            len(particles),
            n_residues=len(residues),
            n_segments=len(segments),
            atom_resindex=particles.residue_index,
            residue_segindex=segment_of,
            trajectory=True,
        )
        names = np.where(residues.segments != "", residues.segments, residues.chains)[first]
        for name, values in {
            "names": particles.names,
            "elements": np.char.upper(particles.elements),
            "tempfactors": particles.b_factors,
            "occupancies": np.ones(len(particles)),
            "chainIDs": residues.chains[particles.residue_index],
            "resnames": residues.names,
            "resids": residues.numbers,
            "icodes": residues.insertion_codes,
            "segids": names,
        }.items():
            universe.add_TopologyAttr(name, values.astype(object) if values.dtype.kind == "U" else values)
        if bonds is not None:
            universe.add_TopologyAttr("bonds", [tuple(bond) for bond in bonds.tolist()])
        everything: Any = universe.atoms
        everything.positions = particles.positions
        universe.dimensions = particles.box
    return universe


def _attribute(group: Any, name: str, n: int) -> NDArray[np.str_]:
    if not hasattr(group, name):
        return np.full(n, "", dtype="U4")
    return np.array([str(value).strip() for value in getattr(group, name)], dtype=str)


def _first_locations(locations: NDArray[np.str_], residue: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Keep atoms without alternate location, and those of the first location of their residue."""
    keep = locations == ""
    rows = np.flatnonzero(~keep)
    if len(rows):
        which, first = np.unique(residue[rows], return_index=True)
        keep[rows] = locations[rows] == locations[rows[first]][np.searchsorted(which, residue[rows])]
    return keep
