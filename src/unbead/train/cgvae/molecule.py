"""One molecule, its mapping as arrays, and its frames."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.elements import COVALENT_RADII
from unbead.chem.particles import Particles
from unbead.design.new_mapping import FEWEST, bonds_of, read_frames
from unbead.errors import UnbeadError, about
from unbead.io.read import read_structure
from unbead.mapping.grammar import parse_file
from unbead.mapping.molecule import MoleculeMapping, compile_molecule
from unbead.models.cgvae import CGVAENetwork
from unbead.models.molecule import Molecule
from unbead.models.settings import CGVAESettings
from unbead.relax.molecule import mean_lengths, near_in_bonds
from unbead.train.cgvae.config import FrameSource

Mapped = tuple[NDArray[np.int64], NDArray[np.float64]]


def read_molecule(
    structure: Path, mapping: Path, sources: tuple[FrameSource, ...]
) -> tuple[Molecule, Mapped, NDArray[np.float32]]:
    """Read a molecule with the frames that tell its lengths.

    Parameters
    ----------
    structure : Path
        One molecule with all its atoms.
    mapping : Path
        Its mapping file.
    sources : tuple of FrameSource
        Training frames.

    Returns
    -------
    molecule : Molecule
        The molecule.
    mapped : tuple of ndarray
        Bead of each atom, shape (n_atoms,), and M, shape (n_beads, n_atoms).
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        The frames in Å, their centres at the origin.

    Raises
    ------
    UnbeadError
        If structure, mapping and frames are not of one molecule, or the mapping cannot be learnt.
    """
    atoms = read_structure(structure)
    with about(structure):
        bonds = bonds_of(atoms)
        strange = sorted(set(atoms.elements.tolist()) - set(COVALENT_RADII))
        if strange:
            raise UnbeadError(f"no covalent radius of {strange[0]!r} is known; name the elements in the file")
    known = compile_molecule(parse_file(mapping))
    owner, operator = match_atoms(atoms.names.tolist(), known, structure)
    pairs = near_in_bonds(len(atoms), bonds)
    frames = frames_of(sources, atoms, structure, bonds)
    bare = replace(atoms, positions=np.zeros_like(atoms.positions), box=None)
    return Molecule(bare, bonds, known.beads, pairs, mean_lengths(frames, pairs)), (owner, operator), frames


def match_atoms(names: list[str], known: MoleculeMapping, structure: Path) -> Mapped:
    """Find the bead and the weights of every atom.

    Parameters
    ----------
    names : list of str
        Atoms of the structure.
    known : MoleculeMapping
        The mapping.
    structure : Path
        The structure, for messages.

    Returns
    -------
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each atom.
    operator : ndarray, shape=(n_beads, n_atoms), dtype=float64
        M, of which each row sums to one.

    Raises
    ------
    UnbeadError
        If there are too few beads or too many, the mapping leaves an atom out, or the structure lacks one.
    """
    n, source = len(known.beads), known.source
    if n < FEWEST:
        raise UnbeadError(f"{source}: {n} beads are too few for a model, which needs {FEWEST}; make another mapping")
    if n > len(names):
        raise UnbeadError(f"{source}: {n} beads for the {len(names)} atoms of {structure}; make a mapping with fewer")
    columns = [known.column(name) for name in names]
    if min(columns) < 0:
        lost = names[columns.index(-1)]
        raise UnbeadError(
            f"{source}: leaves out atom {lost} of {structure}; give it a bead, or make both files with"
            " `unbead mapping new`"
        )
    absent = sorted(set(range(len(known.atoms))) - set(columns))
    if absent:
        raise UnbeadError(
            f"{structure}: has no atom {known.atoms[absent[0]]}, which {source} maps; give the molecule with all atoms"
        )
    weights = known.weights[:, columns]
    return known.owner[columns], weights / weights.sum(1, keepdims=True)


def frames_of(
    sources: tuple[FrameSource, ...], atoms: Particles, structure: Path, bonds: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Read stretches of trajectories.

    Parameters
    ----------
    sources : tuple of FrameSource
        The stretches.
    atoms : Particles
        The molecule.
    structure : Path
        Its file, for messages.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.

    Returns
    -------
    ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Whole molecules in Å, their centres at the origin.
    """
    found = [
        read_frames(each.trajectory, atoms, structure, bonds, each.start, each.stop, each.step) for each in sources
    ]
    x = np.concatenate(found)
    return x - x.mean(1, keepdims=True)


def make_cgvae(settings: CGVAESettings, mapped: Mapped) -> CGVAENetwork:
    """Make a network with fresh weights.

    Parameters
    ----------
    settings : CGVAESettings
        Its size.
    mapped : tuple of ndarray
        Bead of each atom, and M.

    Returns
    -------
    CGVAENetwork
        The network.
    """
    owner, operator = mapped
    return CGVAENetwork(settings, torch.from_numpy(owner), torch.from_numpy(operator.astype(np.float32)))
