"""Text files cut into frames, before anything is parsed."""

import gzip
from dataclasses import dataclass, field
from pathlib import Path

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
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
                return file.read()
        return path.read_text(encoding="utf-8", errors="replace")
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
    """

    atoms: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    crystal: str = ""


def pdb_models(text: str) -> list[PdbModel]:
    """Cut a PDB file into its models, told by MODEL, ENDMDL or END; a CRYST1 line holds until the next.

    Parameters
    ----------
    text : str
        A PDB file.

    Returns
    -------
    list of PdbModel
        The models that have atoms.
    """
    models: list[PdbModel] = []
    crystal = ""
    current = PdbModel()
    for line in text.split("\n"):
        if line.startswith(("ATOM", "HETATM")):
            if not current.atoms:
                models.append(current)
            current.atoms.append(line)
        elif line.startswith("TER") and current.atoms:
            current.ends.append(len(current.atoms) - 1)
        elif line.startswith(("END", "MODEL ")):
            if current.atoms:
                current = PdbModel(crystal=crystal)
        elif line.startswith("CRYST1"):
            current.crystal = crystal = line
    return models


def gro_frames(text: str, path: Path) -> list[list[str]]:
    """Cut a GRO file into its frames: title, number of particles, particles, box.

    Parameters
    ----------
    text : str
        A GRO file.
    path : Path
        What to call the file in messages.

    Returns
    -------
    list of list of str
        Lines of each frame.

    Raises
    ------
    UnbeadError
        If a line is not the number of particles, or fewer lines follow than it says.
    """
    lines = text.rstrip().split("\n")
    frames = []
    start = 0
    while start < len(lines):
        try:
            n = int(lines[start + 1])
        except (IndexError, ValueError):
            raise UnbeadError(
                f"{path}: not a readable GRO file, line {start + 2} is not a number of particles; check the file"
            ) from None
        stop = start + n + 3
        if n < 0 or stop > len(lines):
            raise UnbeadError(
                f"{path}: not a readable GRO file, {len(lines) - start - 2} lines follow line {start + 2} where"
                f" {n} particles and the box should; check that the file is complete"
            )
        frames.append(lines[start:stop])
        start = stop
    return frames
