"""Training chains from packed sets or from folders of structures."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from unbead.chem.amino import protein_slots, slots_by_rule
from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.train.config import TrajectorySource
from unbead.train.data.packed import SHORTEST, Chain, load_packed

STRUCTURES = (".pdb", ".ent", ".cif", ".mmcif", ".pdb.gz", ".cif.gz")


def load_chains(sources: Sequence[Path]) -> list[Chain]:
    """Load training chains, equal atoms named by rule; a name that comes twice is taken once.

    Parameters
    ----------
    sources : sequence of Path
        Packed sets (``.npz``) or folders of PDB/mmCIF files.

    Returns
    -------
    list of Chain
        Chains in the order of the sources.

    Raises
    ------
    UnbeadError
        If a source is missing or holds no chain.
    """
    chains: dict[str, Chain] = {}
    for source in sources:
        found = _load_folder(source) if source.is_dir() else load_packed(source)
        if not found:
            raise UnbeadError(f"{source}: no usable protein chain; give packed sets or folders of PDB/mmCIF files")
        for chain in found:  # what is compared as named must be named by rule; crystals break it now and then
            named = replace(chain, positions=slots_by_rule(chain.kind, chain.positions))
            chains.setdefault(chain.name, named)
    return list(chains.values())


def data_hash(sources: Sequence[Path | TrajectorySource]) -> str:
    """Hash the contents of the sources, for the model card.

    Parameters
    ----------
    sources : sequence of Path or TrajectorySource
        Packed sets, folders or trajectories.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    digest = hashlib.sha256()
    for source in sources:
        for file in _files(source):
            try:
                digest.update(file.read_bytes())
            except OSError as error:
                raise UnbeadError(f"{file}: {error.strerror}; check the data paths") from None
    return digest.hexdigest()


def chains_from_atoms(atoms: Particles, name: str) -> list[Chain]:
    """Cut an atomistic structure into chains of complete standard residues.

    Parameters
    ----------
    atoms : Particles
        A structure.
    name : str
        Identifier; the chain is appended.

    Returns
    -------
    list of Chain
        One chain per chain identifier.
    """
    slots = protein_slots(atoms)
    complete, names = slots.complete, slots.residues.chains
    chains = []
    for chain in dict.fromkeys(names.tolist()):
        mine = np.flatnonzero((names == chain) & complete)
        if len(mine) >= SHORTEST:
            whole = Chain(f"{name}_{chain}", slots.kind, slots.positions, slots.residues.bonded_to_previous)
            chains.append(whole.select(mine))
    return chains


def _files(source: Path | TrajectorySource) -> list[Path]:
    if isinstance(source, TrajectorySource):
        return [source.structure] if source.trajectory is None else [source.structure, source.trajectory]
    return sorted(_structures(source)) if source.is_dir() else [source]


def _structures(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.name.lower().endswith(STRUCTURES)]


def _load_folder(folder: Path) -> list[Chain]:
    chains = []
    for file in sorted(_structures(folder)):
        chains += chains_from_atoms(read_structure(file), file.name.split(".")[0])
    return chains
