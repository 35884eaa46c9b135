"""Write structures, so that a failure leaves what was there before."""

import os
from collections.abc import Iterable
from pathlib import Path

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.formats.writers import check_fit, cif_lines, gro_lines, pdb_lines
from unbead.io.output import is_stdout, is_stream, write_text
from unbead.io.read import FORMATS, file_format

WRITERS = {"PDB": pdb_lines, "GRO": gro_lines, "CIF": cif_lines}


def output_format(path: Path) -> str:
    """Return the format in which a structure is written.

    Parameters
    ----------
    path : Path
        A file, or ``-`` for standard output.

    Returns
    -------
    str
        ``PDB``, ``GRO`` or ``CIF``; a stream without a suffix gets PDB.

    Raises
    ------
    UnbeadError
        If the suffix is of no format that Unbead writes.
    """
    suffix = path.name.removeprefix("-") if is_stdout(path) else path.suffix
    if is_stream(path) and suffix.lower() not in FORMATS and not (is_stdout(path) and suffix):
        return "PDB"
    kind = FORMATS.get(suffix.lower(), "") if is_stdout(path) else file_format(path)
    if path.name.lower().endswith(".gz") or kind not in WRITERS:
        raise UnbeadError(f"{path}: cannot write this format; name it .pdb, .gro or .cif")
    return kind


def check_output(path: Path, source: Path | None = None) -> None:
    """Complain, before any work is done, of an output that cannot be written.

    Parameters
    ----------
    path : Path
        The file to be written later.
    source : Path, optional
        The input, which must not be overwritten.

    Raises
    ------
    UnbeadError
        If its folder does not exist, it must not be written, or its format is not one that Unbead writes.
    """
    output_format(path)
    check_place(path, source)


def check_place(path: Path, source: Path | None = None) -> None:
    """Complain of a place where a file cannot be written, whatever its format.

    Parameters
    ----------
    path : Path
        The file to be written later.
    source : Path, optional
        An input, which must not be overwritten.

    Raises
    ------
    UnbeadError
        If its folder does not exist, or it must not be written.
    """
    if is_stdout(path):
        return
    if not path.parent.is_dir():
        raise UnbeadError(f"{path}: the folder {path.parent} does not exist; create it first")
    if path.is_dir():
        raise UnbeadError(f"{path}: is a folder; name a file")
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise UnbeadError(f"{path}: is the input, which would be lost; name another output")
    beside = not is_stream(path) and not os.access(path.resolve().parent, os.W_OK)
    if beside or (path.exists() and not os.access(path, os.W_OK)):
        raise UnbeadError(f"{path}: must not be written; change its permissions or choose another place")


def write_structure(path: Path | str, frames: Particles | Iterable[Particles]) -> None:
    """Write a structure as `unbead.io.output.replacing` does: an older file survives any failure, and is kept.

    Parameters
    ----------
    path : Path or str
        A ``.pdb``, ``.gro`` or ``.cif`` file, or ``-``: PDB to standard output.
    frames : Particles or iterable of Particles
        One structure, or several that become models (PDB and mmCIF) or frames (GRO).

    Raises
    ------
    UnbeadError
        If the folder does not exist, the format is unknown or too narrow, or the disk is full.
    """
    path = Path(path)
    check_output(path)
    models = [frames] if isinstance(frames, Particles) else list(frames)
    kind = output_format(path)
    for particles in models:
        check_fit(kind, particles, path)
    write_text(path, WRITERS[kind](models))
