"""Atomistic trajectories as training systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import MDAnalysis as mda
import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import guess_element
from unbead.chem.templates import Template, template
from unbead.errors import UnbeadError
from unbead.io.universe import quiet
from unbead.structure.bonds_by_distance import bonds_by_distance, whole_along_bonds
from unbead.train.config import TrajectorySource
from unbead.train.data.name_matching import rename, same_isomer
from unbead.train.data.systems import System, make_system

KINDS = ("lipid", "sterol", "molecule")  # what is read; proteins train as chains, and water is not learnt


@dataclass(frozen=True)
class _Kind:
    """All molecules of one residue name with the same atoms, those of the template in its order."""

    known: Template
    slots: NDArray[np.int64]  # (n_present,), places in the template
    positions: NDArray[np.float32]  # (n_frames, n_molecules, n_present, 3)


def read_trajectory(source: TrajectorySource) -> System:
    """Read the lipids, and the molecules of the user's own, of a trajectory.

    Atoms go by the names of the template; where a heavy atom's name is unknown, all are named by the bond graph.
    Molecules that are another isomer than the template in any frame are left out.

    Parameters
    ----------
    source : TrajectorySource
        Files, frames and residue names.

    Returns
    -------
    System
        Whole molecules, one kind after the other.

    Raises
    ------
    UnbeadError
        If a file cannot be read, no residue has a template, or molecules are others than their templates.
    """
    universe, where = _open(source), source.structure
    groups: dict[tuple[str, tuple[str, ...]], list[NDArray[np.int64]]] = {}
    every: Any = universe.atoms
    for residue in every.residues:
        name = source.residues.get(str(residue.resname), str(residue.resname))
        groups.setdefault((name, tuple(residue.atoms.names)), []).append(residue.atoms.indices)
    steps = universe.trajectory[source.start : source.stop : source.step]
    frames = np.array([step.positions.copy() for step in steps], np.float32)
    if not len(frames):
        there = len(universe.trajectory)
        raise UnbeadError(f"{where}: no frame from {source.start} on to {source.stop}; there are {there}")
    boxes = np.zeros((len(frames), 6), np.float32)
    for box, step in zip(boxes, steps, strict=True):
        box[:] = 0 if step.dimensions is None else step.dimensions
    boxes[(boxes[:, :3] < 1).any(1)] = 0
    elements = _elements(every)
    kinds = []
    for (name, atoms), members in groups.items():
        known = template(name)
        if known is not None and known.kind in KINDS:
            x = frames[:, np.array(members)]
            kinds.append(_kind(known, atoms, elements[members[0]].tolist(), x, boxes))
    if not kinds:
        names = ", ".join(sorted({name for name, _ in groups})[:5])
        raise UnbeadError(
            f"{where}: no lipid or molecule with a template among {names}; name its structure under data.molecules"
        )
    return _joined(where.stem, kinds, boxes)


def _open(source: TrajectorySource) -> mda.Universe:
    files = [path for path in (source.structure, source.trajectory) if path is not None]
    for path in files:
        if not path.is_file():
            raise UnbeadError(f"{path}: no such file; check the data paths")
    try:
        with quiet():
            return mda.Universe(*map(str, files))
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise UnbeadError(f"{files[-1]}: cannot be read ({str(error).splitlines()[0]}); check the file") from None


def _elements(atoms: Any) -> NDArray[np.str_]:
    told = getattr(atoms, "elements", None)
    guessed = np.array([guess_element(str(name)) or "C" for name in atoms.names])
    return guessed if told is None else np.where(told == "", guessed, np.char.capitalize(np.asarray(told, str)))


def _kind(
    known: Template,
    names: Sequence[str],
    elements: Sequence[str],
    x: NDArray[np.float32],
    boxes: NDArray[np.float32],
) -> _Kind:
    place = np.array([names.index(name) if name in names else -1 for name in known.atoms])
    if (place[: known.n_heavy] < 0).any():
        bonds = bonds_by_distance(elements, x[0, 0], _periodic(boxes[0]))
        x = _whole(x, bonds, boxes)
        order = rename(elements, bonds.tolist(), x.reshape(-1, len(names), 3), known)
        place = _with_hydrogens(known, order, elements, bonds.tolist())
    slots = np.flatnonzero(place >= 0)
    x = x[:, :, place[slots]]
    rank = np.cumsum(place >= 0) - 1
    inner = known.bonds[(place[known.bonds] >= 0).all(1)]
    x = _whole(x, rank[inner], boxes)
    heavy = x[:, :, : known.n_heavy]
    good = same_isomer(heavy.reshape(-1, known.n_heavy, 3), known).reshape(len(x), -1).all(0)
    if not good.any():
        raise UnbeadError(f"{known.name}: no molecule is the isomer that its template is; check the structure")
    return _Kind(known, slots, x[:, good])


def _with_hydrogens(
    known: Template, order: NDArray[np.int64], elements: Sequence[str], bonds: Sequence[tuple[int, int]]
) -> NDArray[np.int64]:
    """Atom of each place in the template; hydrogens follow their heavy atom where it has as many as in the template."""
    place = np.full(len(known.atoms), -1)
    place[: known.n_heavy] = order
    for slot, atom in enumerate(order.tolist()):
        wanted = [b for a, b in known.bonds.tolist() if a == slot and b >= known.n_heavy]
        there = [a + b - atom for a, b in bonds if atom in (a, b) and elements[a + b - atom] == "H"]
        if len(wanted) == len(there):
            place[wanted] = there
    return place


def _whole(x: NDArray[np.float32], bonds: NDArray[np.int64], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Put molecules together, shape (n_frames, n_molecules, n_atoms, 3)."""
    frames = [whole_along_bonds(frame, bonds, _periodic(box)) for frame, box in zip(x, boxes, strict=True)]
    return np.array(frames, np.float32)


def _periodic(box: NDArray[np.float32]) -> NDArray[np.float32] | None:
    return box if box.any() else None


def _joined(name: str, kinds: Sequence[_Kind], boxes: NDArray[np.float32]) -> System:
    names = [np.tile(np.array(kind.known.atoms)[kind.slots], kind.positions.shape[1]) for kind in kinds]
    sizes = np.concatenate([np.full(kind.positions.shape[1], len(kind.slots)) for kind in kinds])
    residues = np.concatenate([np.full(kind.positions.shape[1], kind.known.name) for kind in kinds])
    positions = [kind.positions.reshape(len(boxes), -1, 3) for kind in kinds]
    index = np.repeat(np.arange(len(sizes)), sizes)
    return make_system(name, np.concatenate(names), index, residues, np.concatenate(positions, 1), boxes)
