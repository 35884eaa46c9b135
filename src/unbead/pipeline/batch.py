"""Frames through the backmapper: several at a time where the system is small, as copies in one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from MDAnalysis.lib.mdamath import triclinic_vectors
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.io.frame import AtomFrame
from unbead.io.trajectory import BeadFrame
from unbead.io.whole import make_whole
from unbead.mapping.assemble import assemble
from unbead.pipeline.backmapper import Backmapper, Frame
from unbead.pipeline.prepare import Prepared
from unbead.relax.left import Left

BEADS = {"cpu": 512}  # of all copies together; more brings nothing
BEADS_ELSEWHERE = 16_384  # on accelerators, where starting a computation takes longer than a small one
APART = 30.0  # Å between copies, and from a molecule to its image, beyond which neither sees the other
T = TypeVar("T", Particles, Residues)


@dataclass(frozen=True)
class Built(AtomFrame):
    """A backmapped frame.

    Attributes
    ----------
    number : int
        Its place in the trajectory.
    problems : dict of str to list of str
        Residues of each kind of fault that could not be mended.
    repairs : dict of str to int
        What was mended; for a whole batch with its first frame.
    """

    number: int
    problems: dict[str, list[str]]
    repairs: dict[str, int]


class FrameMapper:
    """Backmaps frames of a trajectory.

    Parameters
    ----------
    prepared : Prepared
        What is to be built, and how.

    Attributes
    ----------
    at_once : int
        Frames of a batch.
    """

    def __init__(self, prepared: Prepared):
        self._prepared = prepared
        self._backmappers: dict[int, Backmapper] = {1: prepared.backmapper()}
        budget = 0 if prepared.backbone == "herobm" else BEADS.get(prepared.device, BEADS_ELSEWHERE)
        self.at_once = max(budget // len(prepared.assembly.beads), 1)

    def levels(self, frame: BeadFrame) -> list[float]:
        """Estimate the perturbation of the beads of a frame, as each network sees it.

        Parameters
        ----------
        frame : BeadFrame
            A frame, with all beads of the input.

        Returns
        -------
        list of float
            Levels in Å.
        """
        return self._backmappers[1].levels(frame.positions[self._prepared.assembly.kept], frame.box)

    def __call__(self, frames: Sequence[BeadFrame], levels: Sequence[float]) -> list[Built]:
        """Backmap frames.

        Parameters
        ----------
        frames : sequence of BeadFrame
            Frames, with all beads of the input; batches begin with the first.
        levels : sequence of float
            Perturbation of the beads in Å for each network, the same for all frames.

        Returns
        -------
        list of Built
            Their atoms.
        """
        starts = range(0, len(frames), self.at_once)
        return [built for start in starts for built in self._batch(frames[start : start + self.at_once], levels)]

    def _batch(self, frames: Sequence[BeadFrame], levels: Sequence[float]) -> list[Built]:
        assembly = self._prepared.assembly
        beads = [replace(assembly.beads, positions=f.positions[assembly.kept], box=f.box) for f in frames]
        whole = [make_whole(each) for each in beads]
        if len(frames) == 1 or not all(map(_alone, whole)):
            answers = [self._run(each.positions, each.box, levels) for each in whole]
            return [self._split(answer, [frame])[0] for answer, frame in zip(answers, frames, strict=True)]
        x = [each.positions for each in whole]
        centres = np.array([each.mean(0) for each in x])
        offset = _grid(len(x), max(np.ptp(each, axis=0).max() for each in x) + APART) - centres
        together = self._run(np.concatenate(x), None, levels, len(x), np.repeat(offset, len(x[0]), 0))
        return self._split(together, frames)

    def _run(
        self,
        positions: NDArray[np.float32],
        box: NDArray[np.float32] | None,
        levels: Sequence[float],
        copies: int = 1,
        offset: NDArray[np.float64] | None = None,
    ) -> Frame:
        if copies not in self._backmappers:
            several = assemble(repeat(self._prepared.beads, copies), self._prepared.mapping)
            self._backmappers[copies] = self._prepared.backmapper(several)
        return self._backmappers[copies](positions, box, self._prepared.consistency, levels, offset)

    def _split(self, answer: Frame, frames: Sequence[BeadFrame]) -> list[Built]:
        """The answer for copies, frame by frame."""
        residues, n = self._prepared.assembly.atoms.residues, len(frames)
        atoms = answer.positions.reshape(n, -1, 3)
        errors = answer.errors.reshape(n, -1)
        relaxed = answer.relaxed
        built = []
        for k, frame in enumerate(frames):
            problems = {} if relaxed is None else _of_copy(relaxed.left, k, len(residues)).described(residues)
            repairs = {} if relaxed is None or k else relaxed.repairs.counts()
            built.append(Built(atoms[k], frame.box, frame.time, frame.step, errors[k], frame.number, problems, repairs))
        return built


def repeat(beads: Particles, copies: int) -> Particles:
    """Put copies of a system behind each other.

    Parameters
    ----------
    beads : Particles
        A system.
    copies : int
        How many.

    Returns
    -------
    Particles
        All of them, at the same place.
    """
    n = len(beads.residues)
    index = (np.arange(copies)[:, None] * n + beads.residue_index).reshape(-1)
    return replace(
        _tiled(beads, copies, "residues", "box"), residue_index=index, residues=_tiled(beads.residues, copies)
    )


def _tiled(columns: T, copies: int, *others: str) -> T:
    names = [field.name for field in fields(columns) if field.name not in others]
    tiled = {name: np.concatenate([getattr(columns, name)] * copies) for name in names}
    return replace(columns, **tiled)


def _of_copy(left: Left, copy: int, n_residues: int) -> Left:
    """What is left wrong in one of several copies."""
    rows = {field.name: getattr(left, field.name) for field in fields(left)}
    return Left(**{name: row[row // n_residues == copy] - copy * n_residues for name, row in rows.items()})


def _alone(beads: Particles) -> bool:
    """Whether no part of a system is near an image of another."""
    if beads.box is None:
        return True
    cell = triclinic_vectors(beads.box).astype(np.float64)
    normals = np.cross(np.roll(cell, -1, 0), np.roll(cell, -2, 0))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    heights = np.abs((cell * normals).sum(1))
    return bool((np.ptp(beads.positions @ normals.T, axis=0) + APART < heights).all())


def _grid(n: int, spacing: float) -> NDArray[np.float64]:
    """Points of a cubic grid, shape (n, 3), in Å."""
    side = int(np.ceil(round(n ** (1 / 3), 6)))
    return spacing * np.stack(np.unravel_index(np.arange(n), (side, side, side)), 1).astype(np.float64)
