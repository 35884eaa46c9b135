"""Write structures, so that a failure leaves what was there before."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.formats import check_fit, cif_lines, gro_lines, pdb_lines
from unbead.io.read import file_format

WRITERS = {"PDB": pdb_lines, "GRO": gro_lines, "CIF": cif_lines}


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
    if path.name.lower().endswith(".gz") or file_format(path) not in WRITERS:
        raise UnbeadError(f"{path}: cannot write this format; name it .pdb, .gro or .cif")
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
    if not path.parent.is_dir():
        raise UnbeadError(f"{path}: the folder {path.parent} does not exist; create it first")
    if path.is_dir():
        raise UnbeadError(f"{path}: is a folder; name a file")
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise UnbeadError(f"{path}: is the input, which would be lost; name another output")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UnbeadError(f"{path}: must not be written; change its permissions or choose another place")


def write_structure(path: Path | str, frames: Particles | Iterable[Particles]) -> None:
    """Write a structure beside its place, then rename it: an older file survives any failure.

    Parameters
    ----------
    path : Path or str
        A ``.pdb``, ``.gro`` or ``.cif`` file.
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
    kind = file_format(path)
    for particles in models:
        check_fit(kind, particles, path)
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".unbead.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.writelines(WRITERS[kind](models))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise UnbeadError(
            f"{path}: {error.strerror or error}; nothing was changed, free the disk or choose another place"
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
