"""Draw the systems of a training step; a step depends on the seed, the step and the process alone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from unbead.chem.amino import AMINO_ACIDS
from unbead.graph import keys
from unbead.graph.batch import collate
from unbead.mapping.mapping import load_mapping
from unbead.mapping.random import random_mapping
from unbead.train.config import TrainSettings
from unbead.train.examples import POINTS_INTO, crop, fragment, make_example, random_rotation
from unbead.train.packed import Chain
from unbead.train.tables import MappingTables, mapping_tables

RANDOM = "random"
FRAGMENT = (20, 80)  # residues


class Sampler:
    """Draws batches of cropped chains, each with its own mapping, rotation and perturbation.

    Parameters
    ----------
    chains : sequence of Chain
        The training set.
    settings : TrainSettings
        Shares of the mappings, noise, crop and batch size.
    """

    def __init__(self, chains: Sequence[Chain], settings: TrainSettings):
        self.chains = chains
        self.settings = settings
        self.names = tuple(settings.mappings)
        shares = np.array([settings.mappings[name] for name in self.names])
        self.shares = shares / shares.sum()
        self.tables = {name: mapping_tables(load_mapping(name).molecules) for name in self.names if name != RANDOM}

    def _draw_tables(self, rng: np.random.Generator) -> MappingTables:
        name = self.names[rng.choice(len(self.names), p=self.shares)]
        if name == RANDOM:
            return mapping_tables(random_mapping(rng, AMINO_ACIDS))
        return self.tables[name]

    def _draw_chain(self, rng: np.random.Generator) -> Chain:
        data = self.settings.data
        chain = self.chains[int(rng.integers(len(self.chains)))]
        if rng.random() < data.fragments:
            return fragment(chain, *FRAGMENT, rng)
        return crop(chain, data.longest, rng)

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
            Fields of `unbead.graph.keys` and `unbead.train.examples`.
        """
        settings = self.settings
        rng = np.random.default_rng([settings.seed, step, process])
        systems, size = [], 0.0
        while size < settings.optimiser.batch:
            chain = self._draw_chain(rng)
            chain = replace(chain, positions=chain.positions @ random_rotation(rng).T)
            noisy = rng.random() < settings.noise.share
            example = make_example(
                chain,
                self._draw_tables(rng),
                settings.network,
                rng,
                level=rng.uniform(0.02, settings.noise.strongest) if noisy else 0.0,
                told=rng.random() >= settings.noise.untold,
            )
            systems.append(example)
            size += len(example[keys.BEAD_POSITIONS]) + 0.15 * len(example[keys.ATOM_ID])
        return collate(systems, POINTS_INTO)
