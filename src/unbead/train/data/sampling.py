"""Draw the systems of a training step; a step depends on the seed, the step and the process alone."""

from abc import ABC, abstractmethod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.models import keys
from unbead.models.batch import collate
from unbead.models.family import Network
from unbead.models.vocabulary import Vocabulary
from unbead.train.config import TrainSettings
from unbead.train.data.examples import POINTS_INTO

RANDOM = "random"  # stands for a mapping drawn anew for each system


class Sampler(ABC):
    """Draws batches of systems, each with its own mapping, rotation and perturbation.

    Parameters
    ----------
    settings : TrainSettings
        Shares of the mappings, noise and batch size.
    vocabulary : Vocabulary
        The atoms that the systems are made of.

    Attributes
    ----------
    torsions : bool
        Whether the systems have φ and ψ.
    """

    torsions = False

    def __init__(self, settings: TrainSettings, vocabulary: Vocabulary):
        self.settings = settings
        self.vocabulary = vocabulary
        self.names = tuple(settings.mappings)
        shares = np.array([settings.mappings[name] for name in self.names])
        self.shares = shares / shares.sum()

    @abstractmethod
    def draw(self, mapping: str, level: float, told: bool, rng: np.random.Generator) -> dict[str, NDArray]:
        """Draw one system.

        Parameters
        ----------
        mapping : str
            Name of its mapping.
        level : float
            Perturbation of its beads in Å.
        told : bool
            Whether the network is told the level.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        dict of str to ndarray
            Fields of `unbead.models.keys` and `unbead.train.data.examples`.
        """

    @abstractmethod
    def validate(self, model: Network, mapping: str, device: torch.device) -> dict[str, float]:
        """Measure a network on held-out systems.

        Parameters
        ----------
        model : Network
            The network.
        mapping : str
            Name of a mapping.
        device : torch.device
            Where the network lives.

        Returns
        -------
        dict of str to float
            Errors by name; ``all`` is the RMSD of all heavy atoms in Å.
        """

    def batch(self, step: int, process: int) -> dict[str, Tensor]:
        """Draw the batch of one process at one step.

        Parameters
        ----------
        step : int
            Step of the run.
        process : int
            Rank of the process.

        Returns
        -------
        dict of str to Tensor
            Fields of `unbead.models.keys` and `unbead.train.data.examples`.
        """
        settings, noise = self.settings, self.settings.noise
        rng = np.random.default_rng([settings.seed, step, process])
        systems, size = [], 0.0
        while size < settings.optimiser.batch:
            mapping = self.names[rng.choice(len(self.names), p=self.shares)]
            level = rng.uniform(0.02, noise.strongest) if rng.random() < noise.share else 0.0
            example = self.draw(mapping, level, bool(rng.random() >= noise.untold), rng)
            systems.append(example)
            size += len(example[keys.BEAD_POSITIONS]) + 0.15 * len(example[keys.ATOM_ID])
        return collate(systems, POINTS_INTO)
