"""Systems of molecules for training: frames of atoms under the names of their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.errors import UnbeadError

_FIELDS = ("names", "residue_index", "residues", "positions_mA", "box")


@dataclass(frozen=True)
class System:
    """Some molecules in one or more frames.

    Attributes
    ----------
    name : str
        Identifier.
    atoms : Particles
        The first frame: whole molecules, atoms named as in their templates, hydrogens or not.
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Positions in Å.
    boxes : ndarray, shape=(n_frames, 6), dtype=float32
        Lengths in Å and angles in degrees; zeros where a frame is not periodic.
    """

    name: str
    atoms: Particles
    frames: NDArray[np.float32]
    boxes: NDArray[np.float32]

    def box(self, frame: int) -> NDArray[np.float32] | None:
        """Return the box of a frame.

        Parameters
        ----------
        frame : int
            Which frame.

        Returns
        -------
        ndarray, shape=(6,), dtype=float32, or None
            Lengths in Å and angles in degrees; None where the frame is not periodic.
        """
        return self.boxes[frame] if self.boxes[frame].any() else None


def make_system(
    name: str,
    names: NDArray[np.str_],
    residue_index: NDArray[np.int64],
    residues: NDArray[np.str_],
    frames: NDArray[np.float32],
    boxes: NDArray[np.float32] | None = None,
) -> System:
    """Make a system of molecules, one residue each.

    Parameters
    ----------
    name : str
        Identifier.
    names : ndarray, shape=(n_atoms,), dtype=str
        Atom names of the templates.
    residue_index : ndarray, shape=(n_atoms,), dtype=int64
        Molecule of each atom, not decreasing.
    residues : ndarray, shape=(n_residues,), dtype=str
        Residue names.
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Positions in Å; molecules are whole.
    boxes : ndarray, shape=(n_frames, 6), dtype=float32, optional
        Lengths in Å and angles in degrees.

    Returns
    -------
    System
        The system.
    """
    boxes = np.zeros((len(frames), 6), np.float32) if boxes is None else boxes
    return System(name, _particles(names, residue_index, residues, frames[0]), frames, boxes)


def save_systems(path: Path, systems: Sequence[System]) -> None:
    """Write a packed set of systems.

    Parameters
    ----------
    path : Path
        The ``.npz`` file; positions are kept to 0.001 Å.
    systems : sequence of System
        Systems of different names.
    """
    arrays = {}
    for system in systems:
        atoms = system.atoms
        columns = (atoms.names, atoms.residue_index, atoms.residues.names)
        positions = np.round(system.frames * 1000).astype(np.int32)
        for field, value in zip(_FIELDS, (*columns, positions, system.boxes), strict=True):
            arrays[f"{system.name}/{field}"] = value
    np.savez_compressed(path, **arrays)


def load_systems(path: Path) -> list[System]:
    """Load a packed set of systems.

    Parameters
    ----------
    path : Path
        A file written by `save_systems`.

    Returns
    -------
    list of System
        Systems in the order of the file.

    Raises
    ------
    UnbeadError
        If the file is missing or is no such set.
    """
    try:
        with np.load(path) as data:
            names = list(dict.fromkeys(key.rpartition("/")[0] for key in data.files))
            columns = [[data[f"{name}/{field}"] for field in _FIELDS] for name in names]
    except (OSError, ValueError, KeyError) as error:
        raise UnbeadError(f"{path}: not a packed set of molecules ({error}); see docs/training.md") from None
    systems = []
    for name, (atoms, index, residues, positions, boxes) in zip(names, columns, strict=True):
        frames = positions.astype(np.float32) * np.float32(1e-3)
        systems.append(make_system(name, atoms, index, residues, frames, boxes))
    return systems


def _particles(
    names: NDArray[np.str_],
    residue_index: NDArray[np.int64],
    residues: NDArray[np.str_],
    positions: NDArray[np.float32],
) -> Particles:
    n, blank = len(residues), np.full(len(residues), "")
    return Particles(
        names=names,
        positions=positions,
        residue_index=residue_index,
        residues=Residues(residues, np.arange(1, n + 1), blank, blank, blank, np.zeros(n, bool)),
        elements=np.full(len(names), ""),
        b_factors=np.zeros(len(names), np.float32),
    )
