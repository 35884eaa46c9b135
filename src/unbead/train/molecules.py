"""Systems of molecules, such as bilayers, as training systems."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.identity import identities
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.graph import keys
from unbead.graph.batch import collate
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.mapping.molecule import MoleculeMapping
from unbead.mapping.random import random_mapping
from unbead.models.network import UnbeadNetwork
from unbead.models.vocabulary import UNKNOWN, Vocabulary
from unbead.train.config import TrainSettings
from unbead.train.examples import CHIRAL, PAIR_WEIGHT, PAIRS, POINTS_INTO
from unbead.train.losses import resolve_swaps, signed_volume
from unbead.train.molecule_examples import Mapped, make_molecule_example, map_system, nearest_molecules
from unbead.train.sampling import RANDOM, Sampler
from unbead.train.systems import System, load_systems

VARIANTS = 0.25  # share of systems with the other beads that a mapping has for some of their residues


class Molecules(Sampler):
    """Draws frames, or balls of molecules out of larger ones.

    Frames of one simulation are alike, so a system is drawn in proportion to the root of their number.

    Parameters
    ----------
    settings : TrainSettings
        Data, shares of the mappings, noise, crop and batch size.
    """

    def __init__(self, settings: TrainSettings):
        self.trained = systems = load_systems(settings.data.train)
        super().__init__(settings, vocabulary_of(systems))
        residues = {str(name) for system in systems for name in system.atoms.residues.names}
        self.systems = {
            name: [self._mapped(systems, mapping) for mapping in versions(load_mapping(name), residues)]
            for name in self.names
            if name != RANDOM
        }
        frames = np.sqrt([len(system.frames) for system in systems])
        self.often = frames / frames.sum()
        self.held_out = load_systems(settings.data.valid)
        self.valid: dict[str, list[Mapped]] = {}

    def draw(self, mapping: str, level: float, told: bool, rng: np.random.Generator) -> dict[str, NDArray]:
        """Draw molecules; parameters are those of `Sampler.draw`."""  # numpydoc ignore=PR01,RT01
        data = self.settings.data
        which = int(rng.choice(len(self.often), p=self.often))
        frame = int(rng.integers(len(self.trained[which].frames)))
        if mapping == RANDOM:
            mapped, frame = self._randomly_mapped(self.trained[which], frame, rng), 0
        else:
            several = self.systems[mapping]
            version = int(rng.integers(1, len(several))) if len(several) > 1 and rng.random() < VARIANTS else 0
            mapped = several[version][which]
        count = len(mapped.assembly.template_names)
        wanted = 1 if rng.random() < data.fragments else data.longest
        residues = None
        if wanted < count:
            residues = nearest_molecules(mapped, frame, int(rng.integers(count)), wanted)
        return make_molecule_example(mapped, frame, self.settings.network, rng, residues, level, told)

    def validate(self, model: UnbeadNetwork, mapping: str, device: torch.device) -> dict[str, float]:
        """Measure a network on held-out systems.

        Parameters
        ----------
        model : UnbeadNetwork
            The network.
        mapping : str
            Name of a mapping.
        device : torch.device
            Where the network lives.

        Returns
        -------
        dict of str to float
            RMSD in Å (symmetric names resolved, no superposition) of all heavy atoms and by residue name; percentages
            of bonds off by more than 10 % and of handed centres that are mirrored.
        """
        if mapping not in self.valid:
            self.valid[mapping] = self._mapped(self.held_out, load_mapping(mapping))
        rng = np.random.default_rng(0)
        squared: dict[str, list[NDArray]] = {}
        broken, mirrored = [], []
        was_training = model.training
        model.eval()
        for mapped in self.valid[mapping]:
            index = mapped.assembly.atoms.residue_index
            names = mapped.assembly.template_names[index]
            for frame in range(min(len(mapped.beads), self.settings.data.valid_chains)):
                example = make_molecule_example(mapped, frame, self.settings.network, rng)
                batch = {name: field.to(device) for name, field in collate([example], POINTS_INTO).items()}
                with torch.no_grad():
                    predicted = model(batch)[0]
                truth = resolve_swaps(predicted, batch)
                error = ((predicted - truth) ** 2).sum(-1).cpu().numpy()
                for name in np.unique(names):
                    squared.setdefault(str(name), []).append(error[names == name])
                i, j = batch[PAIRS][batch[PAIR_WEIGHT] == 1.0].unbind(1)
                length = (truth[i] - truth[j]).norm(dim=1)
                broken.append((((predicted[i] - predicted[j]).norm(dim=1) - length).abs() > 0.1 * length).cpu().numpy())
                volumes = (signed_volume(x, batch[CHIRAL]) for x in (predicted, batch[keys.ATOM_POSITIONS]))
                mirrored.append(torch.stack(tuple(volumes)).prod(0).lt(0).cpu().numpy())
        model.train(was_training)
        every = np.concatenate([part for parts in squared.values() for part in parts])
        return {
            "all": float(np.sqrt(every.mean())),
            **{name: float(np.sqrt(np.concatenate(parts).mean())) for name, parts in sorted(squared.items())},
            "broken_percent": _percent(broken),
            "mirrored_percent": _percent(mirrored),
        }

    def _randomly_mapped(self, system: System, frame: int, rng: np.random.Generator) -> Mapped:
        drawn = Mapping(RANDOM, random_mapping(rng, np.unique(system.atoms.residues.names).tolist()))
        alone = replace(system, frames=system.frames[frame : frame + 1], boxes=system.boxes[frame : frame + 1])
        return map_system(alone, drawn, self.vocabulary)

    def _mapped(self, systems: Sequence[System], mapping: Mapping) -> list[Mapped]:
        found = [map_system(system, mapping, self.vocabulary) for system in systems]
        for system, mapped in zip(systems, found, strict=True):
            lost = np.flatnonzero(mapped.encoded.atom_id == UNKNOWN)
            if len(lost):
                residue = mapped.assembly.template_names[mapped.assembly.atoms.residue_index[lost[0]]]
                atom = mapped.assembly.atoms.names[lost[0]]
                raise UnbeadError(
                    f"{system.name}: no training system has {residue}'s atom {atom}; train it or leave it"
                )
        return found


def versions(mapping: Mapping, residues: Collection[str]) -> list[Mapping]:
    """Return a mapping, and the same with the other sets of beads that it has for some residues.

    Parameters
    ----------
    mapping : Mapping
        A mapping.
    residues : collection of str
        The residues that matter.

    Returns
    -------
    list of Mapping
        The mapping as it is, then with the first variant of each residue, then with the second, and so on.
    """
    found: dict[str, list[MoleculeMapping]] = {}
    for variant in mapping.variants:
        if variant.molecule in residues:
            found.setdefault(variant.molecule, []).append(variant)
    several = zip_longest(*found.values())
    return [mapping, *(mapping.with_molecules(v for v in chosen if v is not None) for chosen in several)]


def vocabulary_of(systems: Sequence[System]) -> Vocabulary:
    """List the atoms that systems are made of, so that a network calls known only what it has seen.

    Parameters
    ----------
    systems : sequence of System
        Training systems.

    Returns
    -------
    Vocabulary
        The identities of their heavy atoms.

    Raises
    ------
    UnbeadError
        If a residue has no template.
    """
    found: dict[str, None] = {}
    for system in systems:
        for name in np.unique(system.atoms.residues.names):
            known = template(str(name))
            if known is None:
                raise UnbeadError(f"{system.name}: no template of {name}; name its structure under `molecules:`")
            found |= dict.fromkeys(identities(known))
    return Vocabulary(tuple(found))


def _percent(flags: Sequence[NDArray[np.bool_]]) -> float:
    joined = np.concatenate(flags)
    return float(100 * joined.mean()) if len(joined) else 0.0
