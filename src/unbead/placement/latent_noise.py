"""Samples: which random numbers a structure is made with, and every frame as often as it is wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.io.trajectory import BeadFrame, Trajectory
from unbead.nn.noise import coherent_noise, counter_noise

RANKS = 2**40  # apart are the numbers of a residue's beads, the first of which has that of the residue


@dataclass(frozen=True)
class LatentNoise:
    """Random numbers of one structure, or of several that are computed as copies in one system.

    Attributes
    ----------
    seed : int
        Another seed gives other structures.
    temperature : float
        Scale of the spread.
    copies : tuple of tuple of int
        Sample and frame of each copy.
    coherent : bool
        Whether the numbers of a sample vary smoothly from frame to frame.
    """

    seed: int
    temperature: float
    copies: tuple[tuple[int, int], ...]
    coherent: bool = False

    def noise(self, residue: NDArray[np.int64], n_residues: int, size: int) -> NDArray[np.float32]:
        """Return standard normal numbers of beads; a bead of a copy has its own whatever else is computed.

        Parameters
        ----------
        residue : ndarray, shape=(n,), dtype=int64
            Residue of each bead, counted through all copies.
        n_residues : int
            Residues of all copies.
        size : int
            Numbers per bead.

        Returns
        -------
        ndarray, shape=(n, size), dtype=float32
            The numbers.
        """
        each = n_residues // len(self.copies)
        number = residue % each + RANKS * _ranks(residue)
        draw = coherent_noise if self.coherent else counter_noise
        found = np.zeros((len(residue), size), np.float32)
        for copy, (sample, frame) in enumerate(self.copies):
            mine = residue // each == copy
            found[mine] = draw(self.seed, sample, frame, number[mine], size)
        return found


class SampledFrames:
    """The frames of a trajectory, each as often as it is sampled; frame f as sample k has number f · times + k.

    Parameters
    ----------
    trajectory : Trajectory
        The frames.
    times : int
        Samples of each frame.
    """

    def __init__(self, trajectory: Trajectory, times: int):
        self._trajectory = trajectory
        self._times = times

    def numbers(self, wanted: range) -> Sequence[int]:
        """Return the numbers of frames that are repeated.

        Parameters
        ----------
        wanted : range
            Frames of the trajectory.

        Returns
        -------
        sequence of int
            Numbers, by increasing value.
        """
        times = self._times
        if times == 1:
            return wanted
        if wanted.step == 1:
            return range(wanted.start * times, wanted.stop * times)
        return tuple(frame * times + sample for frame in wanted for sample in range(times))

    def read(self, numbers: Sequence[int]) -> Iterator[BeadFrame]:
        """Read frames, first to last.

        Parameters
        ----------
        numbers : sequence of int
            Of `numbers`, a stretch without gaps.

        Yields
        ------
        BeadFrame
            Each of them.
        """
        times = self._times
        first, last = numbers[0] // times, numbers[-1] // times
        following = next((number // times for number in numbers if number // times > first), first + 1)
        skip = numbers[0] % times
        left = len(numbers)
        for frame in self._trajectory.read(range(first, last + 1, following - first)):
            for sample in range(skip, min(times, skip + left)):
                yield replace(frame, number=frame.number * times + sample)
                left -= 1
            skip = 0


def _ranks(residue: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the beads of each residue from zero."""
    order = np.argsort(residue, kind="stable")
    ordered = residue[order]
    ranks = np.empty(len(residue), np.int64)
    ranks[order] = np.arange(len(residue)) - np.searchsorted(ordered, ordered)
    return ranks
