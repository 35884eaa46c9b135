"""Universes that belong to the user: their frames are read beside them, and they are left as they were."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import MDAnalysis as mda
import numpy as np
from MDAnalysis.coordinates.memory import MemoryReader
from MDAnalysis.core.groups import ComponentBase, GroupBase
from numpy.typing import NDArray

from unbead.errors import UnbeadError

Borrowed = mda.Universe | GroupBase | ComponentBase


def is_borrowed(source: object) -> bool:
    """Tell a universe, or a group of its atoms, residues or segments, from a path.

    Parameters
    ----------
    source : object
        What the user gave.

    Returns
    -------
    bool
        Whether it is one.

    Raises
    ------
    UnbeadError
        If it is neither that nor a path.
    """
    if isinstance(source, str | Path):
        return False
    if isinstance(source, mda.Universe) or (isinstance(source, GroupBase | ComponentBase) and hasattr(source, "atoms")):
        return True
    if isinstance(source, list | tuple) and any(isinstance(part, mda.Universe | GroupBase) for part in source):
        raise UnbeadError(
            "several universes or groups: give one; groups of one universe are joined by +, those of several by"
            " MDAnalysis.Merge"
        )
    raise UnbeadError(f"{type(source).__name__}: not a source of beads; give a path, a universe or an AtomGroup")


def universe_of(source: Borrowed) -> mda.Universe:
    """Return the universe of a group.

    Parameters
    ----------
    source : Universe or group
        What the user gave.

    Returns
    -------
    MDAnalysis.Universe
        The universe.
    """
    return source if isinstance(source, mda.Universe) else source.universe


def atoms_of(source: Borrowed, name: str) -> mda.AtomGroup:
    """Return the atoms that are meant, each once and in the order of the universe.

    Parameters
    ----------
    source : Universe or group
        What the user gave.
    name : str
        What to call it in messages.

    Returns
    -------
    AtomGroup
        Its atoms.

    Raises
    ------
    UnbeadError
        If there are none, or labels or coordinates are missing.
    """
    if not hasattr(universe_of(source), "trajectory"):
        raise UnbeadError(f"{name}: has no coordinates; load them into the universe")
    atoms: Any = source.atoms  # MDAnalysis types them as optional
    if not len(atoms):
        raise UnbeadError(f"{name}: has no atoms or beads; select others")
    for label in ("names", "resnames", "resids"):
        if not hasattr(atoms, label):
            raise UnbeadError(f"{name}: has no {label}; add them to the universe")
    return atoms if isinstance(source, mda.Universe) else atoms.unique


def timestep(universe: mda.Universe, frame: int | None, name: str) -> Any:
    """Look at a frame without moving a universe, but where its transformations need that (see `left_alone`).

    Parameters
    ----------
    universe : MDAnalysis.Universe
        The user's universe.
    frame : int or None
        Frame, from zero; None for the current one, with whatever the user changed in it.
    name : str
        What to call it in messages.

    Returns
    -------
    Timestep
        The frame.

    Raises
    ------
    UnbeadError
        If there is no such frame, or it cannot be read.
    """
    reader: Any = universe.trajectory
    if frame is None or frame == reader.frame:
        return reader.ts
    n_frames = len(reader)
    if not 0 <= frame < n_frames:
        raise UnbeadError(f"{name}: no frame {frame}; it has {n_frames}, counted from 0")
    return frames_of(universe, name)[frame]


def frames_of(universe: mda.Universe, name: str) -> Any:
    """Open the frames of a universe once more.

    Transformations may act through groups of the universe itself, so with them there is no other way than to move it.

    Parameters
    ----------
    universe : MDAnalysis.Universe
        The user's universe.
    name : str
        What to call it in messages.

    Returns
    -------
    ReaderBase
        A reader of its own; that of the universe if there are transformations, or only one frame.

    Raises
    ------
    UnbeadError
        If its files cannot be opened again.
    """
    reader: Any = universe.trajectory
    if len(reader) == 1:
        return reader  # which need not move
    if isinstance(reader, MemoryReader):  # its arrays are shared, not copied
        return MemoryReader(
            reader.coordinate_array,
            order=reader.stored_order,
            dimensions=reader.dimensions_array,
            dt=reader.dt,  # type: ignore[arg-type]
        )
    if reader.transformations:
        return reader
    try:
        return reader.copy()
    except Exception as error:  # whatever a reader of any format, or the system, raises
        text = " ".join(str(error).split()) or type(error).__name__
        raise UnbeadError(f"{name}: its frames cannot be opened again ({text}); write them to a file first") from None


@contextmanager
def left_alone(source: object) -> Iterator[None]:
    """Leave a universe as it was: its frame, what the user changed there, and what its transformations remember.

    Parameters
    ----------
    source : object
        A universe or a group; for anything else nothing is done.

    Yields
    ------
    None
        Control; the universe may be moved.
    """
    universe = source if isinstance(source, mda.Universe) else getattr(source, "universe", None)
    reader: Any = getattr(universe, "trajectory", None)
    if reader is None or not reader.transformations or len(reader) == 1:
        yield  # such a universe is never moved
        return
    before, frame = reader.ts.copy(), reader.frame
    memories = [(each, dict(vars(each))) for each in reader.transformations if hasattr(each, "__dict__")]
    try:
        yield
    finally:
        if reader.frame != frame:
            reader[frame]
        step = reader.ts
        for field in ("positions", "velocities", "forces"):
            if getattr(before, f"has_{field}"):
                getattr(step, field)[:] = getattr(before, field)
        step.dimensions = before.dimensions
        step.data.update(before.data)
        for each, memory in memories:
            vars(each).clear()
            vars(each).update(memory)


def universe_files(source: object) -> list[Path]:
    """List the files that a universe is read from.

    Parameters
    ----------
    source : object
        A universe or a group; anything else has none.

    Returns
    -------
    list of Path
        Its topology and its trajectories.
    """
    universe: Any = source if isinstance(source, mda.Universe) else getattr(source, "universe", None)
    if universe is None:
        return []
    reader = getattr(universe, "trajectory", None)
    several = getattr(reader, "filenames", None)
    names = [universe.filename, *([getattr(reader, "filename", None)] if several is None else several)]
    return [Path(str(name)) for name in names if isinstance(name, str | Path)]


def first_atoms(atoms: mda.AtomGroup) -> tuple[Any, NDArray[np.int64], NDArray[np.int64]]:
    """Sort atoms by their residues.

    Parameters
    ----------
    atoms : AtomGroup
        Some atoms.

    Returns
    -------
    residues : ResidueGroup
        Their residues, each once, in the order of the universe.
    first : ndarray, shape=(n_residues,), dtype=int64
        The first atom of each.
    index : ndarray, shape=(n_atoms,), dtype=int64
        The residue of each atom.
    """
    rows, first, index = np.unique(atoms.resindices, return_index=True, return_inverse=True)
    return atoms.universe.residues[rows], first, index
