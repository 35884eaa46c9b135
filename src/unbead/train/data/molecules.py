"""Systems of molecules, such as bilayers, as training systems."""

from collections.abc import Collection, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.identity import identities
from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import template
from unbead.design.random import random_mapping
from unbead.errors import UnbeadError
from unbead.mapping.mapping import Mapping
from unbead.mapping.molecule import MoleculeMapping
from unbead.models.family import Network
from unbead.models.vocabulary import UNKNOWN, Vocabulary
from unbead.pipeline.user_molecules import UserMolecules, choose_mapping
from unbead.train.config import TrainSettings, TrajectorySource
from unbead.train.data.molecule_examples import Mapped, make_molecule_example, map_system, nearest_molecules
from unbead.train.data.recombination import Joint, find_joints, recombine
from unbead.train.data.sampling import RANDOM, Sampler
from unbead.train.data.systems import System, load_systems
from unbead.train.data.trajectories import read_trajectory
from unbead.train.molecule_validation import validate_molecules

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
        names = (*settings.mappings, *settings.check)
        mappings = {name: _with_molecules(name, settings.data.molecules) for name in names if name != RANDOM}
        self.trained = systems = load(settings.data.train)
        super().__init__(settings, vocabulary_of(systems))
        residues = {str(name) for system in systems for name in system.atoms.residues.names}
        self.systems = {
            name: [self._mapped(systems, mapping) for mapping in versions(mappings[name], residues)]
            for name in self.names
            if name != RANDOM
        }
        frames = np.sqrt([len(system.frames) for system in systems])
        self.often = frames / frames.sum()
        self._found: dict[tuple[int, int], tuple[Joint, ...]] = {}
        self.held_out = load(settings.data.valid)
        self.valid = {name: self._mapped(self.held_out, mappings[name]) for name in settings.check}

    def draw(self, mapping: str, level: float, told: bool, rng: np.random.Generator) -> dict[str, NDArray]:
        """Draw molecules; parameters are those of `Sampler.draw`."""  # numpydoc ignore=PR01,RT01
        data = self.settings.data
        which = int(rng.choice(len(self.often), p=self.often))
        system = self.trained[which]
        frame = int(rng.integers(len(system.frames)))
        mapped = self._draw_mapped(which, mapping, rng)
        x, box = system.frames[frame], system.box(frame)
        count = len(mapped.assembly.template_names)
        wanted = 1 if rng.random() < data.fragments else data.longest
        centre, residues = int(rng.integers(count)), None
        if wanted < count:
            residues = nearest_molecules(mapped, x, box, centre, wanted)
        if wanted == 1 and rng.random() < data.recombined:
            x = recombine(system.frames, frame, self._joints(which, centre), rng)
        return make_molecule_example(mapped, x, box, self.settings.network, rng, residues, level, told)

    def _joints(self, which: int, residue: int) -> tuple[Joint, ...]:
        if (which, residue) not in self._found:
            self._found[which, residue] = find_joints(self.trained[which], residue)
        return self._found[which, residue]

    def _draw_mapped(self, which: int, mapping: str, rng: np.random.Generator) -> Mapped:
        if mapping == RANDOM:
            system = self.trained[which]
            drawn = random_mapping(rng, np.unique(system.atoms.residues.names).tolist())
            return map_system(system, Mapping(RANDOM, drawn), self.vocabulary)
        several = self.systems[mapping]
        version = int(rng.integers(1, len(several))) if len(several) > 1 and rng.random() < VARIANTS else 0
        return several[version][which]

    def validate(self, model: Network, mapping: str, device: torch.device) -> dict[str, float]:
        """Measure a network on held-out systems, see `validate_molecules`."""  # numpydoc ignore=PR01,RT01
        frames = self.settings.data.valid_chains
        return validate_molecules(model, self.held_out, self.valid[mapping], frames, device)

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


def _with_molecules(name: str, structures: dict[str, str]) -> Mapping:
    """Load a mapping; templates of the user's molecules are known from now on."""
    none = np.zeros(0, "U1")
    residues = Residues(none, np.zeros(0, np.int64), none, none, none, np.zeros(0, bool))
    nothing = Particles(
        none, np.zeros((0, 3), np.float32), np.zeros(0, np.int64), residues, none, np.zeros(0, np.float32)
    )
    return choose_mapping(nothing, name, UserMolecules(structures))


def load(sources: Sequence[Path | TrajectorySource]) -> list[System]:
    """Load systems of molecules.

    Parameters
    ----------
    sources : sequence of Path or TrajectorySource
        Packed sets and trajectories.

    Returns
    -------
    list of System
        Systems in the order of the sources.

    Raises
    ------
    UnbeadError
        If a source cannot be used.
    """
    found: list[System] = []
    for source in sources:
        found += [read_trajectory(source)] if isinstance(source, TrajectorySource) else load_systems(source)
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
                raise UnbeadError(f"{system.name}: no template of {name}; name its structure under data.molecules")
            found |= dict.fromkeys(identities(known))
    return Vocabulary(tuple(found))
