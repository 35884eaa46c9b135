"""Bonds that structure files tell: CONECT, LINK and SSBOND of PDB, ``struct_conn`` of mmCIF."""

from collections.abc import Iterable, Sequence

import gemmi
import numpy as np
from numpy.typing import NDArray

RECORDS = ("CONECT", "LINK  ", "SSBOND")
COVALENT = ("covale", "disulf", "covale_base", "covale_phosphate", "covale_sugar")  # kinds of `struct_conn`
SYMMETRY = (slice(59, 65), slice(66, 72))  # columns of both operators of LINK and SSBOND
SULFURS = ("SG", "SC1")  # of an SSBOND, which names no atoms: that of atoms, that of most beads
Place = tuple[str, str, str]  # chain, number with insertion code, name


def pdb_bonds(atoms: Sequence[str], records: Iterable[str]) -> NDArray[np.int64]:
    """Read the bonds of a PDB file.

    Parameters
    ----------
    atoms : sequence of str
        ATOM and HETATM lines of a model.
    records : iterable of str
        Lines that begin with one of `RECORDS`.

    Returns
    -------
    ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms by line. Records of atoms that are not there, and to symmetry mates, are left out.
    """
    records = list(records)
    if not records:
        return np.zeros((0, 2), np.int64)
    serials = _unique([line[6:11].strip() for line in atoms])
    places = _unique([(line[21].strip(), line[22:27].strip(), line[12:16].strip()) for line in atoms])
    found: list[tuple[int, int]] = []
    for line in records:
        if line.startswith("CONECT"):
            row = [serials.get(line[k : k + 5].strip(), -1) for k in range(6, min(len(line), 31), 5)]
            found += [(row[0], other) for other in row[1:]]
        elif len({line[columns].strip() for columns in SYMMETRY} - {""}) < 2:
            found.append(_linked(line, places))
    return _tidy(found)


def _linked(line: str, places: dict[Place, int]) -> tuple[int, int]:
    """Atoms of a LINK or SSBOND record; -1 where one is not there."""
    if line.startswith("LINK"):
        ends = [
            (line[k + 9 : k + 10].strip(), line[k + 10 : k + 15].strip(), line[k : k + 4].strip()) for k in (12, 42)
        ]
        return places.get(ends[0], -1), places.get(ends[1], -1)
    residues = [(line[k : k + 1].strip(), line[k + 2 : k + 7].strip()) for k in (15, 29)]
    first, second = (
        next((places[(*residue, name)] for name in SULFURS if (*residue, name) in places), -1) for residue in residues
    )
    return first, second


def cif_bonds(block: gemmi.cif.Block, places: Sequence[Place]) -> NDArray[np.int64]:
    """Read the bonds of an mmCIF file.

    Parameters
    ----------
    block : gemmi.cif.Block
        The block of the structure.
    places : sequence of tuple of str
        The author's chain, number with insertion code, and name of each atom of a model.

    Returns
    -------
    ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms. Metals, hydrogen bonds and bonds to symmetry mates are left out.
    """
    tags = [
        f"{prefix}{end}{tag}"
        for end in ("ptnr1", "ptnr2")
        for prefix, tag in (
            ("", "_auth_asym_id"),
            ("", "_auth_seq_id"),
            ("pdbx_", "_PDB_ins_code"),
            ("", "_label_atom_id"),
            ("", "_symmetry"),
        )
    ]
    columns = {tag: list(block.find_values(f"_struct_conn.{tag}")) for tag in ("conn_type_id", *tags)}
    kinds = columns["conn_type_id"]
    if not kinds:
        return np.zeros((0, 2), np.int64)
    index = _unique(places)

    def _value(tag: str, row: int) -> str:
        column = columns[tag]
        return gemmi.cif.as_string(column[row]) if row < len(column) else ""

    found = []
    for row, kind in enumerate(kinds):
        if gemmi.cif.as_string(kind).lower() not in COVALENT:
            continue
        ends, symmetry = [], set()
        for end in ("ptnr1", "ptnr2"):
            number = _value(f"{end}_auth_seq_id", row) + _value(f"pdbx_{end}_PDB_ins_code", row)
            place = (_value(f"{end}_auth_asym_id", row), number, _value(f"{end}_label_atom_id", row))
            ends.append(index.get(place, -1))
            symmetry.add(_value(f"{end}_symmetry", row))
        if len(symmetry - {""}) < 2:
            found.append((ends[0], ends[1]))
    return _tidy(found)


def _unique(keys: Sequence) -> dict:
    """Rows by key; of keys that come twice, as serials beyond 99,999 do, there is none."""
    rows: dict = {}
    for row, key in enumerate(keys):
        rows[key] = -1 if key in rows else row
    return {key: row for key, row in rows.items() if row >= 0}


def _tidy(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Pairs of atoms that are there, each once."""
    there = {tuple(sorted(pair)) for pair in pairs if min(pair) >= 0 and pair[0] != pair[1]}
    return np.array(sorted(there), np.int64).reshape(-1, 2)


def kept_bonds(bonds: NDArray[np.int64], rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Number bonds anew after some atoms were left out.

    Parameters
    ----------
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds between all atoms.
    rows : ndarray, shape=(n_kept,), dtype=int64
        The atoms that are kept, in their new order.
    n : int
        Number of all atoms.

    Returns
    -------
    ndarray, shape=(n_left, 2), dtype=int64
        Bonds between those that are kept.
    """
    place = np.full(n, -1)
    place[rows] = np.arange(len(rows))
    found = place[bonds.reshape(-1, 2)]
    return found[(found >= 0).all(1)]
