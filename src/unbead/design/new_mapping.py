"""Mappings of one molecule, made from its bond graph or learnt from its frames."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from unbead.chem.particles import Particles
from unbead.design import partition as parts
from unbead.design.autoencoder import AutoencoderSettings, learn_partition, linear_errors, moment_root
from unbead.design.compose import Partition, as_one_residue, check_name, mapping_text
from unbead.errors import UnbeadError, about
from unbead.io.output import write_text
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.write import check_place, write_structure
from unbead.structure.bonds_by_distance import bonds_by_distance, whole_along_bonds

AUTOENCODER = "autoencoder"
COUNTED = (AUTOENCODER, "girvan-newman", "random", "contiguous")  # need to be told how many beads
METHODS = (*COUNTED, "heavy", "alpha")
FEWEST = 3  # beads; on two, nothing says which way round a molecule is
TORN = 3.0  # Å between bonded atoms, which no vibration reaches


class MappingSettings(BaseModel):
    """Which mapping to make."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str = Field(description=", ".join(METHODS))
    beads: int | None = Field(default=None, description="How many; heavy and alpha tell it themselves.")
    name: str = Field(default="MOL", description="Residue name of the molecule.")
    seed: int = Field(default=0, ge=0, description="Of autoencoder, random and contiguous.")


@dataclass(frozen=True, eq=False)
class Made:
    """A mapping that was made.

    Attributes
    ----------
    molecule : Particles
        The atoms in their order, as one residue under the names of the mapping.
    partition : Partition
        Its beads.
    pieces : tuple of int
        Pieces of each bead; one for beads that hang together.
    errors : tuple of float, or None
        With frames: root mean square distances in Å of atoms from what the best linear decoder makes of the beads, and
        from their beads.
    text : str
        The mapping file.
    """

    molecule: Particles
    partition: Partition
    pieces: tuple[int, ...]
    errors: tuple[float, float] | None
    text: str


def make_mapping(
    structure: Path,
    settings: MappingSettings,
    frames: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Made:
    """Make a mapping of a molecule.

    Parameters
    ----------
    structure : Path
        One molecule with all its atoms.
    settings : MappingSettings
        Method, beads, name and seed.
    frames : Path, optional
        A trajectory of the same atoms.
    progress : callable
        Is told what goes on.

    Returns
    -------
    Made
        The mapping.

    Raises
    ------
    UnbeadError
        If the method does not exist or lacks what it needs, the structure is not one molecule, the number of beads
        cannot be, or the frames are not of these atoms.
    """
    _refuse(settings, frames)
    given = read_structure(structure)
    with about(structure):
        molecule = as_one_residue(given, settings.name)
        bonds = bonds_of(molecule)
        molecule = molecule.with_positions(
            whole_along_bonds(molecule.positions[None], bonds, molecule.box)[0].astype(np.float32)
        )
        if settings.beads is not None and settings.beads > len(molecule):
            raise UnbeadError(f"--beads {settings.beads}: there are {len(molecule)} atoms; ask for fewer beads")
    root = None
    if frames is not None:
        progress("reading frames")
        root = moment_root(read_frames(frames, molecule, structure, bonds))
    progress("making the mapping")
    with about(structure):
        made = _partition(settings, given, molecule, bonds, root, progress)
        count = int(made.owner.max()) + 1
        if settings.beads not in (None, count):
            raise UnbeadError(f"--method {settings.method} gives {count} beads; leave --beads {settings.beads} out")
        if count < FEWEST:
            raise UnbeadError(f"{count} beads are too few for a model, which needs {FEWEST}; choose another --method")
    labels = [given.residues.label(int(k)) for k in range(len(given.residues))]
    origin = [f"{labels[k]} {atom}" for k, atom in zip(given.residue_index.tolist(), given.names, strict=True)]
    note = f"{len(molecule)} atoms of {structure.name} in {count} beads: {settings.method}, seed {settings.seed}"
    return Made(
        molecule,
        made,
        tuple(parts.count_pieces(made.owner, bonds).tolist()),
        None if root is None else linear_errors(root, made),
        mapping_text(molecule, made, bonds, origin, note),
    )


def write_mapping(folder: Path, made: Made) -> None:
    """Write a mapping file and the molecule under its names; the folder is made if need be.

    Parameters
    ----------
    folder : Path
        The mapping's folder.
    made : Made
        The mapping.

    Raises
    ------
    UnbeadError
        If that is not possible.
    """
    name = str(made.molecule.residues.names[0])
    file = folder / f"{name}.yaml"
    try:
        folder.mkdir(exist_ok=True)
        check_place(file)
        write_structure(folder / f"{name}.pdb", made.molecule)
        write_text(file, [made.text])
    except OSError as error:
        raise UnbeadError(f"{folder}: {error.strerror}; choose another place") from None


def _refuse(settings: MappingSettings, frames: Path | None) -> None:
    """Complain of what cannot be before anything is read."""
    check_name(settings.name)
    method, beads = settings.method, settings.beads
    if method not in METHODS:
        raise UnbeadError(f"--method {method}: no such method; known are {', '.join(METHODS)}")
    if method in COUNTED and beads is None:
        raise UnbeadError(f"--method {method} makes as many beads as you say; add --beads N")
    if beads is not None and beads < 1:
        raise UnbeadError(f"--beads {beads}: there must be beads; a model needs at least {FEWEST}")
    if beads is not None and beads < FEWEST:
        raise UnbeadError(f"--beads {beads} are too few for a model; ask for at least {FEWEST}")
    if method == AUTOENCODER and frames is None:
        raise UnbeadError("--method autoencoder learns from frames; add --frames TRAJ")


def bonds_of(molecule: Particles) -> NDArray[np.int64]:
    """Find the bonds of one whole molecule.

    Parameters
    ----------
    molecule : Particles
        The molecule, with elements.

    Returns
    -------
    ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms.

    Raises
    ------
    UnbeadError
        If there are none, or they do not join all atoms.
    """
    bonds = bonds_by_distance(molecule.elements.tolist(), molecule.positions, molecule.box)
    if not len(bonds):
        raise UnbeadError("no bonds found between the atoms; give a structure with coordinates in the right unit")
    alone = parts.count_pieces(np.zeros(len(molecule), np.int64), bonds)[0]
    if alone > 1:
        raise UnbeadError(f"{alone} molecules that no bond joins; give one alone, without water and ions")
    return bonds


def read_frames(
    path: Path,
    molecule: Particles,
    structure: Path,
    bonds: NDArray[np.int64],
    start: int = 0,
    stop: int | None = None,
    step: int = 1,
) -> NDArray[np.float32]:
    """Read frames of a molecule alone.

    Parameters
    ----------
    path : Path
        A trajectory.
    molecule : Particles
        The molecule, its atoms in the order of the trajectory.
    structure : Path
        Its file, for messages.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.
    start, stop, step : int
        The frames to take; all by default.

    Returns
    -------
    ndarray, shape=(n_frames, n_atoms, 3), dtype=float32
        Whole molecules in Å.

    Raises
    ------
    UnbeadError
        If there are not two frames, or they are of other atoms.
    """
    trajectory = Trajectory(molecule, [path], str(structure))
    frames = trajectory.read(trajectory.select(start, stop, step))
    x = [whole_along_bonds(frame.positions[None], bonds, frame.box)[0].astype(np.float32) for frame in frames]
    if len(x) < 2:
        raise UnbeadError(f"{path}: one frame only; a molecule is learnt from many, give a trajectory")
    first, last = x[0][bonds], x[-1][bonds]
    stretched = max(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).max() for ends in (first, last))
    if stretched > TORN:
        raise UnbeadError(
            f"{path}: atoms that are bonded in {structure.name} are {stretched:.1f} Å apart; give the frames of this"
            " structure, its atoms in the same order"
        )
    return np.array(x)


def _partition(
    settings: MappingSettings,
    given: Particles,
    molecule: Particles,
    bonds: NDArray[np.int64],
    root: NDArray[np.float64] | None,
    progress: Callable[[str], None],
) -> Partition:
    n, elements = len(molecule), molecule.elements.tolist()
    rng = np.random.default_rng(settings.seed)
    if settings.method == "heavy":
        return Partition(*parts.by_heavy_atom(elements, bonds, molecule.positions))
    if settings.method == "alpha":
        return Partition(*parts.by_alpha(given.names, given.residue_index, bonds, molecule.positions))
    assert settings.beads is not None
    if settings.method == AUTOENCODER:
        assert root is not None
        return learn_partition(root, settings.beads, AutoencoderSettings(seed=settings.seed), progress)
    if settings.method == "girvan-newman":
        return Partition(parts.communities(n, bonds, settings.beads))
    if settings.method == "random":
        return Partition(parts.scattered(rng, n, settings.beads))
    heavy = np.flatnonzero(molecule.elements != "H")
    seeds = heavy if len(heavy) >= settings.beads else np.arange(n)  # so that hydrogens follow their heavy atom
    return Partition(parts.contiguous(rng, n, bonds, settings.beads, seeds.tolist()))
