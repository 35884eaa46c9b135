"""The border to MDAnalysis: universes in and out."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import MDAnalysis as mda
import numpy as np
from MDAnalysis.guesser.tables import masses as MASSES
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.borrowed import Borrowed, atoms_of, first_atoms, frames_of, timestep, universe_of
from unbead.io.columns import chosen_locations, finish, grouped
from unbead.io.formats.bond_records import kept_bonds
from unbead.io.frame import Snapshot, cut_off
from unbead.io.residues import Labels
from unbead.structure.box import usable_box


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


def from_universe(universe: Borrowed, frame: int | None = None, source: str = "universe") -> Particles:
    """Take one frame of a universe, or of some of its atoms.

    Parameters
    ----------
    universe : MDAnalysis.Universe, or a group of it
        Topology and coordinates; it is not moved (with transformations, see `unbead.io.borrowed.left_alone`).
    frame : int, optional
        Frame, from zero; the current one if not given.
    source : str
        What to call the input in messages.

    Returns
    -------
    Particles
        All particles; of alternate locations one of each residue; see `chosen_locations`.

    Raises
    ------
    UnbeadError
        If there are no coordinates, no such frame, or coordinates that cannot be.
    """
    atoms: Any = atoms_of(universe, source)
    whole: Any = universe_of(universe)
    with quiet():
        step = timestep(whole, frame, source)
    rows, first, index = first_atoms(atoms)
    picked = particle_rows(atoms)
    place = index[picked]
    chains, segments = _chains(label_column(atoms, "chainIDs")[first], label_column(rows, "segids"))
    molecules = atoms.molnums[first] if hasattr(atoms, "molnums") else np.zeros(len(rows), np.int64)
    box = None if step.dimensions is None else step.dimensions.astype(np.float32)
    labels = Labels(
        names=label_column(atoms, "names")[picked],
        residue_names=label_column(rows, "resnames")[place],
        numbers=np.asarray(rows.resids, np.int64)[place],
        codes=label_column(rows, "icodes")[place],
        chains=chains[place],
        segments=segments[place],
        molecules=np.asarray(molecules, np.int64)[place],
        places=place,
    )
    positions = np.array(step.positions, np.float32)[atoms.ix[picked]]
    particles, ends = grouped(labels, positions, usable_box(box, len(picked), source))
    picked = picked if particles.order is None else picked[particles.order]
    particles = replace(
        particles,
        elements=np.char.capitalize(label_column(atoms, "elements"))[picked],
        b_factors=np.asarray(getattr(atoms, "tempfactors", np.zeros(len(atoms))), np.float32)[picked],
        box=box,
        bonds=kept_bonds(_bonds(whole), atoms.ix[picked], len(whole.atoms)),
    )
    return finish(particles, ends, source)


def to_universe(
    particles: Particles,
    bonds: NDArray[np.int64] | None = None,
    frames: NDArray[np.float32] | None = None,
) -> mda.Universe:
    """Make a universe in memory.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64, optional
        Bonds.
    frames : ndarray, shape=(n_frames, n, 3), dtype=float32, optional
        Positions in Å; those of the particles if not given.

    Returns
    -------
    MDAnalysis.Universe
        Names, elements, types, masses, chains and segments; predicted errors are its ``tempfactors``.
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
            "elements": np.char.capitalize(particles.elements),
            "types": np.char.capitalize(particles.elements),
            "masses": np.array([MASSES.get(element.upper(), 0.0) for element in particles.elements.tolist()]),
            "ids": np.arange(1, len(particles) + 1),
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
        universe.load_new(particles.positions[None].copy() if frames is None else frames, dimensions=particles.box)
    return universe


def particle_rows(atoms: Any) -> NDArray[np.int64]:
    """Find the atoms of a group that `from_universe` takes, in its order.

    Parameters
    ----------
    atoms : AtomGroup
        Some atoms.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Rows of the group: residue by residue, of alternate locations one of each; see `chosen_locations`.
    """
    index = first_atoms(atoms)[2]
    order = np.argsort(index, kind="stable")
    occupancies = np.asarray(getattr(atoms, "occupancies", np.ones(len(atoms))), float)
    return order[chosen_locations(label_column(atoms, "altLocs")[order], index[order], occupancies[order])]


class UniverseFrames:
    """The frames of a universe, or of some of its atoms, read beside it (see `unbead.io.borrowed.frames_of`).

    Parameters
    ----------
    universe : MDAnalysis.Universe, or a group of it
        Topology and trajectory.
    """

    def __init__(self, universe: Borrowed):
        atoms: Any = atoms_of(universe, "universe")
        self._rows = atoms.ix[particle_rows(atoms)]
        self._frames = frames_of(universe_of(universe), "universe")
        self.n_particles, self.n_frames = len(self._rows), len(self._frames)

    def read(self, wanted: range) -> Iterator[Snapshot]:
        """Read frames, first to last; see `FrameFile.read`.

        Parameters
        ----------
        wanted : range
            Frames, counted from zero.

        Yields
        ------
        Snapshot
            Each of them.
        """
        for k in wanted:
            try:
                step: Any = self._frames[k]
            except (OSError, EOFError, IndexError):
                raise cut_off("universe", k) from None
            box = None if step.dimensions is None else step.dimensions.astype(np.float32)
            positions = np.array(step.positions, np.float32)[self._rows]
            yield Snapshot(positions, box, float(step.time), int(step.data.get("step", k)))


def label_column(group: Any, name: str) -> NDArray[np.str_]:
    """Return an attribute of a group of atoms or residues as text.

    Parameters
    ----------
    group : AtomGroup or ResidueGroup
        Atoms or residues.
    name : str
        Which attribute.

    Returns
    -------
    ndarray, shape=(len(group),), dtype=str
        The attribute, stripped; "" where the universe has none.
    """
    if not hasattr(group, name):
        return np.full(len(group), "")
    return np.array([str(value).strip() for value in getattr(group, name)], dtype=str)


def _bonds(universe: mda.Universe) -> NDArray[np.int64]:
    """Bonds that the topology of a universe tells."""
    bonds: Any = getattr(universe, "bonds", None)
    return np.zeros((0, 2), np.int64) if bonds is None or not len(bonds) else np.asarray(bonds.indices, np.int64)


def _chains(chains: NDArray[np.str_], segments: NDArray[np.str_]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Chain and segment identifiers without the names that MDAnalysis makes up."""
    segments = np.where((segments == "SYSTEM") | (segments == chains), "", segments)
    made_up = np.char.startswith(segments, "seg_")  # of TPR: seg_0_Protein_A, and Protein_A as the chain
    if made_up.any():
        last = np.array([name.rpartition("_")[2] for name in segments.tolist()])
        chains = np.where(made_up, np.where(np.char.str_len(last) == 1, last, ""), chains)
        segments = np.where(made_up, "", segments)
    return chains, segments
