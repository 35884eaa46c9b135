"""Frames through a system: several at a time where it is small, as copies in one assembly."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import join
from unbead.io.frame import AtomFrame
from unbead.io.trajectory import BeadFrame
from unbead.mapping.assemble import assemble
from unbead.pipeline.input_checks import COINCIDENT, find_coincident
from unbead.pipeline.periodic_images import IMAGES
from unbead.pipeline.system import System
from unbead.placement.backmapper import Backmapper, Frame
from unbead.placement.bead_summary import BeadSummary
from unbead.placement.latent_noise import LatentNoise
from unbead.placement.mirrored import MIRRORED
from unbead.relax.violations import Violations
from unbead.structure.box import box_vectors
from unbead.structure.canonical import at_origin

BEADS = {"cpu": 512}  # of all copies together; more brings nothing
BEADS_ELSEWHERE = 16_384  # on accelerators, where starting a computation takes longer than a small one
APART = 30.0  # Å between copies, and from a molecule to its image, beyond which neither sees the other


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
    beads : BeadSummary
        How far the beads are from the centres of their atoms.
    """

    number: int
    problems: dict[str, list[str]]
    repairs: dict[str, int]
    beads: BeadSummary


class FrameMapper:
    """Backmaps frames of a trajectory.

    Parameters
    ----------
    system : System
        What is to be built, and how.

    Attributes
    ----------
    at_once : int
        Frames of a batch; one where there is solvent, or molecules laid by template, or the backbone is optimised.
    """

    def __init__(self, system: System):
        self._system = system
        self._several: dict[int, Backmapper] = {}
        budget = BEADS.get(system.backmapper.device.type, BEADS_ELSEWHERE)
        alone = len(system.solvent_beads) or system.backmapper.layer or system.how.backbone == "herobm"
        self.at_once = 1 if alone else min(max(budget // len(system.assembly.beads), 1), system.memory.copies)

    def __call__(self, frames: Sequence[BeadFrame], levels: Sequence[float] | None = None) -> list[Built]:
        """Backmap frames.

        Parameters
        ----------
        frames : sequence of BeadFrame
            Frames, with all beads of the input; batches begin with the first.
        levels : sequence of float, optional
            Perturbation of the beads in Å for each network, the same for all frames; estimated for each batch if not
            given.

        Returns
        -------
        list of Built
            Their atoms.
        """
        starts = range(0, len(frames), self.at_once)
        return [built for start in starts for built in self._batch(frames[start : start + self.at_once], levels)]

    def _batch(self, frames: Sequence[BeadFrame], levels: Sequence[float] | None) -> list[Built]:
        system, n = self._system, len(frames)
        origins = [at_origin(f.positions, f.box, system.molecules) for f in frames] if n > 1 else []
        if not origins or not all(_alone(o.positions, f.box) for o, f in zip(origins, frames, strict=True)):
            alone = (system(f.positions, f.box, levels, self._draws([f])) for f in frames)
            return [
                built for answer, f in zip(alone, frames, strict=True) for built in self._split(answer, [f], levels)
            ]
        x = np.stack([origin.positions[system.solute] for origin in origins])
        offset = _grid(n, np.ptp(x, axis=1).max() + APART) - x.mean(1, dtype=np.float64)
        answer = self._copies(n)(
            x.reshape(-1, 3),
            None,
            system.how.consistency,
            levels,
            np.repeat(offset, x.shape[1], 0),
            self._draws(frames),
        )
        found = answer.positions.reshape(n, -1, 3)
        back = [origin.back(atoms, system.residue) for origin, atoms in zip(origins, found, strict=True)]
        return self._split(replace(answer, positions=np.concatenate(back)), frames, levels)

    def _draws(self, frames: Sequence[BeadFrame]) -> LatentNoise | None:
        """Random numbers of frames, which are numbered as `SampledFrames` does."""
        how = self._system.how
        if not how.samples:
            return None
        copies = tuple((frame.number % how.samples, frame.number // how.samples) for frame in frames)
        return LatentNoise(how.seed, how.temperature, copies, how.coherent)

    def _copies(self, n: int) -> Backmapper:
        if n not in self._several:
            _, mapping, models, device, how, _ = self._system.ingredients
            one = self._system.assembly
            links = [link.shifted(k * len(one.template_names)) for k in range(n) for link in one.links]
            several = assemble(join([one.beads] * n), mapping, links)
            self._several[n] = Backmapper(
                several, models, device, how.relax, how.backbone, self._system.memory.block, how.answer
            )
        return self._several[n]

    def _split(self, answer: Frame, frames: Sequence[BeadFrame], levels: Sequence[float] | None) -> list[Built]:
        """The answer for copies, frame by frame; one that the common level strains is done again with its own."""
        system, n = self._system, len(frames)
        size = len(system.assembly.template_names)
        atoms, errors = answer.positions.reshape(n, -1, 3), answer.errors.reshape(n, -1)
        relaxed = answer.relaxed
        built = []
        for k, frame in enumerate(frames):
            problems, repairs = {}, {}
            if relaxed is not None:
                left = _of_copy(relaxed.left, k, size)
                if levels is not None and system.how.consistency == "soft" and any(system.backmapper.strained(left)):
                    built += self._split(system(frame.positions, frame.box, None, self._draws([frame])), [frame], None)
                    continue
                problems = left.described(system.assembly.atoms.residues)
                repairs = {} if k else relaxed.repairs.counts()
            if len(answer.overlapping):
                beads = system.ingredients[0]
                problems[IMAGES] = [beads.residues.label(row) for row in answer.overlapping.tolist()]
            box = None if len(answer.overlapping) else frame.box
            if coincident := find_coincident(replace(system.atoms, positions=atoms[k], box=box)):
                problems[COINCIDENT] = coincident
            mirrored = answer.mirrored[answer.mirrored // size == k] - k * size
            if len(mirrored):
                problems[MIRRORED] = [system.assembly.atoms.residues.label(row) for row in mirrored.tolist()]
            built.append(
                Built(
                    atoms[k],
                    frame.box,
                    frame.time,
                    frame.step,
                    errors[k],
                    frame.number,
                    problems,
                    repairs,
                    answer.bead_summary(k, n),
                )
            )
        return built


def _of_copy(left: Violations, copy: int, n_residues: int) -> Violations:
    """What is left wrong in one of several copies."""
    rows = {field.name: getattr(left, field.name) for field in fields(left)}
    return Violations(**{name: row[row // n_residues == copy] - copy * n_residues for name, row in rows.items()})


def _alone(positions: NDArray[np.float32], box: NDArray[np.float32] | None) -> bool:
    """Whether no part of a system is near an image of another."""
    if box is None:
        return True
    cell = box_vectors(box)
    normals = np.cross(np.roll(cell, -1, 0), np.roll(cell, -2, 0))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    heights = np.abs((cell * normals).sum(1))
    return bool((np.ptp(positions @ normals.T, axis=0) + APART < heights).all())


def _grid(n: int, spacing: float) -> NDArray[np.float64]:
    """Points of a cubic grid, shape (n, 3), in Å."""
    side = int(np.ceil(round(n ** (1 / 3), 6)))
    return spacing * np.stack(np.unravel_index(np.arange(n), (side, side, side)), 1).astype(np.float64)
