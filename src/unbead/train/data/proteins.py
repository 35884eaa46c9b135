"""Protein chains as training systems."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.design.random import random_mapping
from unbead.mapping.mapping import load_mapping
from unbead.models.family import Network
from unbead.models.network import UnbeadNetwork
from unbead.models.vocabulary import protein_vocabulary
from unbead.train.config import TrainSettings
from unbead.train.data.dataset import load_chains
from unbead.train.data.examples import crop, fragment, make_example, random_rotation
from unbead.train.data.packed import Chain
from unbead.train.data.sampling import RANDOM, Sampler
from unbead.train.data.tables import MappingTables, mapping_tables
from unbead.train.losses.rotamers import validate_rotamers
from unbead.train.validation import validate

FRAGMENT = (20, 80)  # residues
LONGEST_CHECKED = 400  # residues of a validation chain


class Proteins(Sampler):
    """Draws cropped chains.

    Parameters
    ----------
    settings : TrainSettings
        Data, shares of the mappings, noise, crop and batch size.
    """

    torsions = True

    def __init__(self, settings: TrainSettings):
        super().__init__(settings, protein_vocabulary())
        train, valid = (
            [source for source in sources if isinstance(source, Path)]
            for sources in (settings.data.train, settings.data.valid)
        )
        self.chains = load_chains(train)
        held_out: Iterable[Chain] = load_chains(valid)
        self.valid = [chain for chain in held_out if len(chain) <= LONGEST_CHECKED][: settings.data.valid_chains]
        self.tables = {name: mapping_tables(load_mapping(name).molecules) for name in self.names if name != RANDOM}

    def draw(self, mapping: str, level: float, told: bool, rng: np.random.Generator) -> dict[str, NDArray]:
        """Draw one chain, or a part of it; parameters are those of `Sampler.draw`."""  # numpydoc ignore=PR01,RT01
        data = self.settings.data
        chain = self.chains[int(rng.integers(len(self.chains)))]
        alone = rng.random() < data.fragments
        chain = fragment(chain, *FRAGMENT, rng) if alone else crop(chain, data.longest, rng)
        chain = replace(chain, positions=chain.positions @ random_rotation(rng).T)
        return make_example(chain, self._tables(mapping, rng), self.settings.network, rng, level=level, told=told)

    def validate(self, model: Network, mapping: str, device: torch.device) -> dict[str, float]:
        """Measure a network on held-out chains, see `validate`."""  # numpydoc ignore=PR01,RT01
        if self.settings.only == "rotamers" and isinstance(model, UnbeadNetwork):
            return validate_rotamers(model, self.valid, mapping, self.settings.network, device)
        return validate(model, self.valid, mapping, self.settings.network, device)

    def _tables(self, mapping: str, rng: np.random.Generator) -> MappingTables:
        return mapping_tables(random_mapping(rng, AMINO_ACIDS)) if mapping == RANDOM else self.tables[mapping]
