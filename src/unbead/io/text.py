"""Text files cut into frames, before anything is parsed."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

from unbead.errors import UnbeadError


def read_text(path: Path) -> str:
    """Return the text of a file, unpacked if its name ends in ``.gz``.

    Parameters
    ----------
    path : Path
        A text file.

    Returns
    -------
    str
        Its text, line ends made ``\\n``; bytes that are no UTF-8 become question marks.

    Raises
    ------
    UnbeadError
        If the file cannot be read or unpacked.
    """
    with _opened(path) as file:
        return file.read()


def read_lines(path: Path) -> Iterator[str]:
    """Read a text file line by line, unpacked if its name ends in ``.gz``.

    Parameters
    ----------
    path : Path
        A text file.

    Yields
    ------
    str
        Its lines without their ends; bytes that are no UTF-8 become question marks.

    Raises
    ------
    UnbeadError
        If the file cannot be read or unpacked.
    """
    with _opened(path) as file:
        for line in file:
            yield line.rstrip("\n")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8", errors="replace") as file:
            yield cast(TextIO, file)
    except (UnbeadError, GeneratorExit):
        raise
    except (OSError, EOFError, ValueError) as error:
        raise UnbeadError(f"{path}: cannot be read ({error}); check that it is complete") from None
    except Exception as error:  # zlib has an error class of its own
        raise UnbeadError(f"{path}: cannot be unpacked ({error}); check that it is complete") from None


@dataclass
class PdbModel:
    """Lines of one model of a PDB file.

    Attributes
    ----------
    atoms : list of str
        ATOM and HETATM lines.
    ends : list of int
        Indices of the atoms that a TER record follows.
    crystal : str
        The CRYST1 line that holds for the model, or "".
    title : str
        The TITLE line before the model, or "".
    """

    atoms: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    crystal: str = ""
    title: str = ""


def pdb_models(lines: Iterable[str]) -> Iterator[PdbModel]:
    """Cut a PDB file into its models, told by MODEL, ENDMDL or END; a CRYST1 line holds until the next.

    Parameters
    ----------
    lines : iterable of str
        Lines of a PDB file.

    Yields
    ------
    PdbModel
        The models that have atoms.
    """
    current = PdbModel()
    for line in lines:
        if line.startswith(("ATOM", "HETATM")):
            current.atoms.append(line)
        elif line.startswith("TER") and current.atoms:
            current.ends.append(len(current.atoms) - 1)
        elif line.startswith(("END", "MODEL ")):
            if current.atoms:
                yield current
                current = PdbModel(crystal=current.crystal)
        elif line.startswith("CRYST1"):
            current.crystal = line
        elif line.startswith("TITLE") and not current.atoms:
            current.title = line
    if current.atoms:
        yield current


def gro_frames(lines: Iterable[str], path: Path) -> Iterator[list[str]]:
    """Cut a GRO file into its frames: title, number of particles, particles, box.

    Parameters
    ----------
    lines : iterable of str
        Lines of a GRO file.
    path : Path
        What to call the file in messages.

    Yields
    ------
    list of str
        Lines of each frame.

    Raises
    ------
    UnbeadError
        If a line is not the number of particles, or fewer lines follow than it says.
    """
    lines = iter(lines)
    start = 0
    while (title := next(lines, None)) is not None:
        second = next(lines, "")
        if not title.strip() and not second.strip() and not any(line.strip() for line in lines):
            return  # blank lines at the end
        try:
            n = int(second)
        except ValueError:
            raise UnbeadError(
                f"{path}: not a readable GRO file, line {start + 2} is not a number of particles; check the file"
            ) from None
        body = list(islice(lines, max(n, 0) + 1))
        if body and not body[-1].strip():
            body.pop()  # the end of the file
        if n < 0 or len(body) <= n:
            raise UnbeadError(
                f"{path}: not a readable GRO file, {len(body)} lines follow line {start + 2} where"
                f" {n} particles and the box should; check that the file is complete"
            )
        yield [title, second, *body]
        start += n + 3
