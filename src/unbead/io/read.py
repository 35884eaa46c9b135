"""Read one frame of a structure file."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import MDAnalysis as mda

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.formats.bond_records import RECORDS
from unbead.io.formats.cif import AtomSites
from unbead.io.formats.gro import read_gro
from unbead.io.formats.pdb import read_pdb
from unbead.io.formats.text import gro_frames, pdb_models, read_text
from unbead.io.formats.topology import MoleculeType, beside, read_molecule_types
from unbead.io.universe import from_universe, quiet

FORMATS = {".pdb": "PDB", ".ent": "PDB", ".gro": "GRO", ".cif": "CIF", ".mmcif": "CIF", ".tpr": "TPR"}


def file_format(path: Path) -> str:
    """Return the format of a file by its suffix, ``.gz`` aside.

    Parameters
    ----------
    path : Path
        A file name.

    Returns
    -------
    str
        ``PDB``, ``GRO``, ``CIF`` or ``TPR``.

    Raises
    ------
    UnbeadError
        If the suffix is another.
    """
    name = path.name.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    if suffix not in FORMATS:
        raise UnbeadError(f"{path}: unknown format {suffix or '(no suffix)'}; known are {', '.join(FORMATS)}")
    return FORMATS[suffix]


def count_frames(path: Path) -> int:
    """Return the number of models or frames of a structure file.

    Parameters
    ----------
    path : Path
        A structure file.

    Returns
    -------
    int
        Its models or frames.
    """
    return len(structure_frames(path))


def read_structure(path: Path | str, frame: int = 0, topology: Path | None = None) -> Particles:
    """Read a structure.

    Parameters
    ----------
    path : Path or str
        A PDB, GRO, mmCIF (each also gzipped) or TPR file.
    frame : int
        Model or frame, from zero.
    topology : Path, optional
        A GROMACS topology (``.top``, ``.itp``) that tells the bonds of the beads. If not given, one of the same name
        beside a PDB or GRO file is taken.

    Returns
    -------
    Particles
        Beads or atoms with the box, in Å.

    Raises
    ------
    UnbeadError
        If the file is missing, empty, not a structure, or has coordinates that cannot be.
    """
    return read_counted(Path(path), frame, topology)[0]


def read_counted(path: Path, frame: int, topology: Path | None = None) -> tuple[Particles, int]:
    """Read a structure, and tell how many there are in its file.

    Parameters
    ----------
    path, frame, topology
        As in `read_structure`.

    Returns
    -------
    particles : Particles
        Beads or atoms.
    n_frames : int
        Models or frames of the file.

    Raises
    ------
    UnbeadError
        As `read_structure` does.
    """
    frames = structure_frames(path, topology)
    if not 0 <= frame < len(frames):
        raise UnbeadError(f"{path}: no frame {frame}; it has {len(frames)}, counted from 0")
    found = frames[frame]()
    if topology is not None and not len(found.bonds):
        raise UnbeadError(f"{topology}: none of its molecules is in {path}; give the topology of this structure")
    return found, len(frames)


def structure_frames(path: Path, topology: Path | None = None) -> list[Callable[[], Particles]]:
    """Cut a structure file into its frames.

    Parameters
    ----------
    path : Path
        A structure file.
    topology : Path, optional
        As in `read_structure`.

    Returns
    -------
    list of callable
        One reader for each model or frame, at least one.

    Raises
    ------
    UnbeadError
        If the file is missing, empty or not a structure.
    """
    kind = file_format(path)
    if not path.is_file():
        raise UnbeadError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise UnbeadError(f"{path}: the file is empty")
    if kind == "TPR":
        return [partial(from_universe, _tpr(path), source=str(path))]
    text = read_text(path)
    if not text.strip():
        raise UnbeadError(f"{path}: the file is empty")
    if kind == "CIF":
        sites = AtomSites(text, path)
        return [partial(sites.read, i) for i in range(len(sites))]
    lines = text.split("\n")
    molecules = _molecules(path, topology)
    if kind == "GRO":
        return [partial(read_gro, frame, path, molecules) for frame in gro_frames(lines, path)]
    records = [line for line in lines if line.startswith(RECORDS)]
    models = [partial(read_pdb, model, path, records, molecules) for model in pdb_models(lines)]
    if not models:
        raise UnbeadError(f"{path}: no atoms or beads in it; is it a structure?")
    return models


def _molecules(path: Path, topology: Path | None) -> list[MoleculeType]:
    """Molecules of the topology that is given, or that lies beside a structure, where it can be read."""
    if topology is not None:
        return read_molecule_types(topology)
    other = beside(path)
    if other is not None:
        with suppress(UnbeadError):  # it was not asked for
            return read_molecule_types(other)
    return []


def _tpr(path: Path) -> mda.Universe:
    try:
        with quiet():
            return mda.Universe(str(path), topology_format="TPR", format="TPR", to_guess=())
    except Exception:  # MDAnalysis raises whatever its parser meets, and its words seldom help
        raise UnbeadError(
            f"{path}: not a readable TPR file; check that it is complete, or give a .gro file of the same system"
        ) from None
