"""Text files cut into frames, before anything is parsed."""

import gzip
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from unbead.errors import UnbeadError

RATIO = 50  # of unpacked to packed bytes; text of structures has up to 20, a file that is made to fill memory 1000
LEAST = 1 << 24  # bytes that any file may unpack to
CHUNK = 1 << 20  # bytes that are unpacked at a time


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


class _Unpacked(gzip.GzipFile):
    """A gzip file that unpacks to a bounded size."""

    def __init__(self, path: Path):
        super().__init__(path, "rb")
        self._path, self._left = path, LEAST + RATIO * path.stat().st_size

    def read1(self, size: int = -1) -> bytes:
        """Unpack some bytes, and count them."""
        content = super().read1(size)
        self._left -= len(content)
        if self._left < 0:
            raise UnbeadError(
                f"{self._path}: unpacks to more than {RATIO} times its size; if it is a structure, gunzip it"
            )
        return content

    def read(self, size: int | None = -1) -> bytes:
        """Unpack many bytes, piece by piece."""
        if size is not None and size >= 0:
            return self.read1(size)
        return b"".join(iter(lambda: self.read1(CHUNK), b""))


def _open(path: Path) -> TextIO:
    if path.name.lower().endswith(".gz"):
        return TextIOWrapper(cast(BinaryIO, _Unpacked(path)), encoding="utf-8", errors="replace")
    return path.open(encoding="utf-8", errors="replace")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with _open(path) as file:
            yield file
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
        body = list(islice(lines, min(max(n, 0), sys.maxsize - 1) + 1))
        if body and not body[-1].strip():
            body.pop()  # the end of the file
        if n < 0 or len(body) <= n:
            raise UnbeadError(
                f"{path}: not a readable GRO file, {len(body)} lines follow line {start + 2} where"
                f" {n} particles and the box should; check that the file is complete"
            )
        yield [title, second, *body]
        start += n + 3
