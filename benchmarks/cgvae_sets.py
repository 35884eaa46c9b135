"""The two molecules that CGVAE is measured on: frames in one order of atoms, cut in blocks of time."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.structure.bonds_by_distance import bonds_by_distance

TRAIN, VALID = 0.7, 0.8  # of every trajectory: the first 70 %, the next 10 %; the rest is for testing
COPIES = 50  # independent molecules of alanine dipeptide, simulated side by side
STAGES = (50, 50, 100)  # ps at 500, 400 and 300 K
CHIGNOLIN = {"folded": ("folded_340K",), "unfolded": ("extstart_340K", "unfolded_500K", "unfolded_500K_b")}


@dataclass(frozen=True, eq=False)
class MoleculeSet:
    """Frames of one molecule.

    Attributes
    ----------
    atoms : Particles
        The molecule.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.
    train, valid : ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Frames in Å, their centres at the origin.
    test : dict of str to ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Frames by state.
    """

    atoms: Particles
    bonds: NDArray[np.int64]
    train: NDArray[np.float32]
    valid: NDArray[np.float32]
    test: dict[str, NDArray[np.float32]]

    @property
    def elements(self) -> list[str]:
        """Element symbols."""
        return self.atoms.elements.tolist()


def load_set(name: str, folder: Path) -> MoleculeSet:
    """Load ``ala2`` or ``chignolin``.

    Parameters
    ----------
    name : str
        Which.
    folder : Path
        Where the files are.

    Returns
    -------
    MoleculeSet
        The frames.
    """
    return {"ala2": _ala2, "chignolin": _chignolin}[name](folder)


def _ala2(folder: Path) -> MoleculeSet:
    atoms, x = _read(folder / "ala2.pdb", folder / "ala2.xtc")
    stages = np.split(x.reshape(-1, COPIES, *x.shape[1:]), np.cumsum(STAGES)[:-1])
    return _cut(atoms, {"all": list(stages)})


def _chignolin(folder: Path) -> MoleculeSet:
    first: Particles | None = None
    goal = np.zeros(0, np.float32)
    found: dict[str, list[NDArray[np.float32]]] = {}
    for state, names in CHIGNOLIN.items():
        for name in names:
            atoms, x = _read(folder / f"chignolin_{name}_top.pdb", folder / f"chignolin_{name}.xtc")
            if first is None:
                first, goal = atoms, x[0]
            known = {label: k for k, label in enumerate(_labels(atoms))}
            x = x[:, [known[label] for label in _labels(first)]]
            found.setdefault(state, []).append(_like(x, goal, first)[:, None])
    assert first is not None
    return _cut(first, found)


def _read(structure: Path, trajectory: Path) -> tuple[Particles, NDArray[np.float32]]:
    atoms = read_structure(structure)
    frames = Trajectory(atoms, [trajectory], str(structure))
    x = np.array([frame.positions for frame in frames.read(frames.select())], np.float32)
    return atoms, x - x.mean(1, keepdims=True)


def _labels(atoms: Particles) -> list[tuple[int, str]]:
    return [(int(atoms.residues.numbers[r]), str(a)) for r, a in zip(atoms.residue_index, atoms.names, strict=True)]


def _like(x: NDArray[np.float32], goal: NDArray[np.float32], atoms: Particles) -> NDArray[np.float32]:
    """Give hydrogens of one carbon their names as in another frame: files number them either way round."""
    x = x.copy()
    bonds = bonds_by_distance(atoms.elements.tolist(), goal)
    for centre in np.flatnonzero(atoms.elements == "C"):
        around = np.sort(bonds[(bonds == centre).any(1)].sum(1) - centre)
        light = around[atoms.elements[around] == "H"]
        if len(around) == 4 and len(light) > 1:
            turns = [np.linalg.det(frame[around[:3]] - frame[centre]) for frame in (x[0], goal)]
            if turns[0] * turns[1] < 0:
                x[:, light[:2]] = x[:, light[1::-1]]
    return x


def _cut(atoms: Particles, states: dict[str, list[NDArray[np.float32]]]) -> MoleculeSet:
    """Cut trajectories, shape (n_times, n_copies, n_atoms, 3), in blocks of time."""
    parts = {
        state: [np.split(x, [int(TRAIN * len(x)), int(VALID * len(x))]) for x in trajectories]
        for state, trajectories in states.items()
    }

    def joined(part: int, *which: str) -> NDArray[np.float32]:
        return np.concatenate([x[part].reshape(-1, len(atoms), 3) for state in which for x in parts[state]])

    train = joined(0, *states)
    bonds = bonds_by_distance(atoms.elements.tolist(), train[0])
    return MoleculeSet(atoms, bonds, train, joined(1, *states), {state: joined(2, state) for state in states})
