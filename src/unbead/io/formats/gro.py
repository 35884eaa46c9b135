"""GRO: MDAnalysis reads the columns of one frame, residues are cut here (it takes any residue 0 for a wrapped one)."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import MDAnalysis as mda
import numpy as np
from MDAnalysis.lib.util import NamedStream

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.columns import from_columns
from unbead.io.formats.topology import MoleculeType, bonds_and_ends
from unbead.io.numbering import decode_numbers, unwrap
from unbead.io.universe import label_column, quiet

PERIOD = 100_000  # residue numbers have five columns


def read_gro(frame: list[str], path: Path, topology: Sequence[MoleculeType] = ()) -> Particles:
    """Read one frame of a GRO file.

    Parameters
    ----------
    frame : list of str
        Its lines.
    path : Path
        What to call the file in messages.
    topology : sequence of MoleculeType
        Molecules whose bonds are told elsewhere.

    Returns
    -------
    Particles
        Atoms or beads in Å, without chains.

    Raises
    ------
    UnbeadError
        If a line does not have the columns of the format.
    """
    lines = frame[2:-1]
    if not lines:
        raise UnbeadError(f"{path}: no atoms or beads in it; is it a structure?")
    try:
        with quiet():
            stream = NamedStream(StringIO("\n".join([*frame, ""])), "frame.gro")
            atoms: Any = mda.Universe(stream, topology_format="GRO", format="GRO", to_guess=()).atoms
            box = atoms.dimensions
    except Exception:  # MDAnalysis raises whatever its parser meets
        raise UnbeadError(_complaint(frame, path)) from None
    if box is None and not _zeros(frame[-1]):
        raise UnbeadError(f"{path}: the box '{frame[-1].strip()[:60]}' has no volume; correct it, or write 0 0 0")
    same_chain = np.zeros(len(lines), bool)
    names, residue_names = label_column(atoms, "names"), label_column(atoms, "resnames")
    bonds, after_end = bonds_and_ends(topology, names, residue_names)
    return from_columns(
        names,
        np.array(atoms.positions, np.float32),
        residue_names,
        unwrap(decode_numbers([line[:5] for line in lines]), same_chain, same_chain, PERIOD),
        after_end=after_end,
        box=box,
        bonds=bonds,
        source=str(path),
    )


def _zeros(line: str) -> bool:
    """Whether the line of the box says that there is none."""
    try:
        return not any(float(value) for value in line.split())
    except ValueError:  # words, or columns that run together
        return False


def _complaint(frame: list[str], path: Path) -> str:
    """Name the first line that is not as wide, or as numeric, as the first says."""
    width = frame[2][25:].find(".") + 1
    for line in frame[2:-1]:
        try:
            int(line[:5])
            [float(line[20 + width * i : 20 + width * (i + 1)]) for i in range(3)]
            complete = bool(line[10:15].strip())
        except ValueError:
            complete = False
        if not complete:
            where = f"{line[5:10].strip()} {line[:5].strip()}: {line[10:15].strip()}"
            return (
                f"{path}: not a readable GRO file, {where} does not have the columns of the format"
                f" ('{line.strip()[:60]}'); check that the file is complete"
            )
    return (
        f"{path}: not a readable GRO file, '{frame[-1].strip()[:60]}' stands where the box should, after"
        f" {len(frame) - 3} particles; check that the file is complete"
    )
