"""PDB: MDAnalysis reads the columns of one model, residues are cut here.

MDAnalysis counts residue numbers on through chains, turns negative ones round, joins chains that share a segment,
knows no hybrid-36 residue numbers, loses the box of files with several models, and wants all models alike.
"""

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
from unbead.io.formats.bond_records import pdb_bonds
from unbead.io.formats.text import PdbModel
from unbead.io.formats.topology import MoleculeType, bonds_and_ends
from unbead.io.numbering import changes, decode_numbers, unwrap
from unbead.io.universe import label_column, quiet

COORDINATES = slice(30, 54)
PERIOD = 10_000  # residue numbers have four columns


def read_pdb(
    model: PdbModel, path: Path, records: Sequence[str] = (), topology: Sequence[MoleculeType] = ()
) -> Particles:
    """Read one model of a PDB file.

    Parameters
    ----------
    model : PdbModel
        Its lines.
    path : Path
        What to call the file in messages.
    records : sequence of str
        Lines of the file that tell bonds.
    topology : sequence of MoleculeType
        Molecules whose bonds are told elsewhere.

    Returns
    -------
    Particles
        Atoms or beads in Å; of alternate locations one; see `chosen_locations`.

    Raises
    ------
    UnbeadError
        If a line does not have the columns of the format.
    """
    lines = [line if line[4:6] in ("  ", "TM") else f"ATOM  {line[6:]}" for line in model.atoms]  # long serials
    try:
        with quiet():
            stream = NamedStream(StringIO("\n".join([model.crystal, *lines, "END\n"])), "model.pdb")
            atoms: Any = mda.Universe(stream, topology_format="PDB", format="PDB", to_guess=()).atoms
            universe_box = atoms.dimensions
    except Exception:  # MDAnalysis raises whatever its parser meets
        raise UnbeadError(_complaint(lines, path)) from None
    if min(map(len, lines)) < COORDINATES.stop:
        raise UnbeadError(_complaint(lines, path))
    if universe_box is None and not _no_box(model.crystal):
        raise UnbeadError(
            f"{path}: '{model.crystal[:54].strip()}' is not three lengths and three angles; correct it or take it out"
        )
    n = len(lines)
    chains = label_column(atoms, "chainIDs")
    segments = np.array([line[72:76].strip() for line in lines], dtype=str)
    segments = np.where(segments == chains, "", segments)
    other_chain = changes(chains, segments)
    after_end = np.zeros(n + 1, bool)
    after_end[np.array(model.ends, np.int64) + 1] = True
    numbers = unwrap(decode_numbers([line[22:26] for line in lines]), other_chain, after_end[:n], PERIOD)
    names, residue_names = label_column(atoms, "names"), label_column(atoms, "resnames")
    topology_bonds, molecule_ends = bonds_and_ends(topology, names, residue_names)
    return from_columns(
        names,
        np.array(atoms.positions, np.float32),
        residue_names,
        numbers,
        codes=label_column(atoms, "icodes"),
        chains=chains,
        segments=segments,
        after_end=after_end[:n] | molecule_ends,
        locations=label_column(atoms, "altLocs"),
        occupancies=np.asarray(atoms.occupancies, float),
        elements=np.char.capitalize(label_column(atoms, "elements")),
        b_factors=np.asarray(atoms.tempfactors, np.float32),
        box=universe_box,
        bonds=np.concatenate([pdb_bonds(model.atoms, records), topology_bonds]),
        source=str(path),
    )


def _no_box(crystal: str) -> bool:
    """Whether a CRYST1 line is missing, blank, zero or the placeholder of 1 Å."""
    try:
        lengths = {float(crystal[i : i + 9]) for i in (6, 15, 24)}
    except ValueError:
        return not crystal[6:54].strip()
    return lengths in ({0.0}, {1.0})


def _complaint(lines: list[str], path: Path) -> str:
    for line in lines:
        try:
            complete = len(line) >= COORDINATES.stop
            [float(line[i : i + 8]) for i in (30, 38, 46)]
        except ValueError:
            complete = False
        if not complete:
            where = f"{line[17:21].strip()} {line[22:27].strip()}: {line[12:16].strip()}"
            return (
                f"{path}: not a readable PDB file, {where} lacks coordinates in columns 31 to 54"
                f" ('{line[COORDINATES].strip()}'); check that the file is complete"
            )
    return f"{path}: not a readable PDB file, its lines do not have the columns of the format; check the file"
