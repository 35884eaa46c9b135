"""Write files whole or not at all: unique names until they are complete, older files kept, streams written through."""

import logging
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from unbead.errors import UnbeadError

STDOUT = "-"
CHUNK = 4096  # lines handed to the system at a time
MAX_BACKUPS = "GMX_MAXBACKUP"  # GROMACS' variable: how many backups of a file; 0 refuses, -1 overwrites
log = logging.getLogger("unbead")


def is_stdout(path: Path) -> bool:
    """Tell whether a path stands for standard output.

    Parameters
    ----------
    path : Path
        ``-``, or ``-.gro`` and the like to say in which format.

    Returns
    -------
    bool
        Whether it does.
    """
    return path.parent == Path() and path.name.partition(".")[0] == STDOUT


def is_stream(path: Path) -> bool:
    """Tell whether what is written there goes on to somewhere else, so that nothing can be renamed or read back.

    Parameters
    ----------
    path : Path
        A file to be written.

    Returns
    -------
    bool
        Whether it is standard output, a pipe or a device, or a link to one.
    """
    if is_stdout(path):
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def part_path(path: Path) -> Path:
    """Choose a name for an unfinished file, which no other thread, process or container chooses.

    Parameters
    ----------
    path : Path
        The file to be written.

    Returns
    -------
    Path
        A hidden file in the same folder.
    """
    return path.with_name(f".unbead.{secrets.token_hex(8)}.part")


@contextmanager
def replacing(path: Path, keep: bool = True) -> Iterator[BinaryIO]:
    """Open a file that takes its place once it is complete and on the disk; an older one is kept as `keep_older` does.

    Parameters
    ----------
    path : Path
        The file; a link stays one, and a stream is written through.
    keep : bool
        Whether an older file is kept.

    Yields
    ------
    BinaryIO
        Where to write.

    Raises
    ------
    OSError
        If that is not possible; nothing was changed then.
    """
    if is_stdout(path):
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if is_stream(path):
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    beside = part_path(path)
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if keep:
            keep_older(path)
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def keep_older(path: Path) -> Path | None:
    """Give a file that is about to be replaced a second name, ``#NAME.1#`` and so on, as GROMACS does.

    Parameters
    ----------
    path : Path
        A file, there or not.

    Returns
    -------
    Path or None
        The backup; None where there is nothing to keep.

    Raises
    ------
    UnbeadError
        If GMX_MAXBACKUP allows no more backups.
    """
    if not path.is_file():
        return None
    text = os.environ.get(MAX_BACKUPS, "")
    most = int(text) if text.lstrip("-").isdigit() else None
    if most is not None and most < 0:
        return None
    taken = {entry.name for entry in os.scandir(path.parent) if entry.name.startswith(f"#{path.name}.")}
    number = 1
    while most is None or number <= most:
        backup = path.with_name(f"#{path.name}.{number}#")
        if backup.name not in taken and _second_name(path, backup):
            log.warning("unbead: %s was there; it is now %s", path.name, backup.name)
            return backup
        number += 1
    raise UnbeadError(
        f"{path}: {MAX_BACKUPS} is {most}, so no further backup of it is made; remove it, or name another file"
    )


def write_text(path: Path, lines: Iterable[str], keep: bool = True) -> None:
    """Write a text file as `replacing` does.

    Parameters
    ----------
    path : Path
        The file.
    lines : iterable of str
        What.
    keep : bool
        Whether an older file is kept.

    Raises
    ------
    UnbeadError
        If that is not possible.
    """
    rest = iter(lines)
    try:
        with replacing(path, keep) as file:
            for chunk in iter(lambda: "".join(islice(rest, CHUNK)), ""):
                file.write(chunk.encode())
    except BrokenPipeError:  # whoever read a stream wants no more
        raise
    except OSError as error:
        raise UnbeadError(
            f"{path}: {error.strerror or error}; nothing was changed, free the disk or choose another place"
        ) from None


def _second_name(path: Path, backup: Path) -> bool:
    """Give a file a second name, or where links cannot be made another one; tell whether the name was free."""
    try:
        os.link(path, backup)
    except FileExistsError:
        return False
    except OSError:
        if backup.exists():
            return False
        path.rename(backup)
    return True
