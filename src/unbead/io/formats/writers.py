"""Text of the formats that Unbead writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import gemmi
import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.structure.box import box_vectors
from unbead.structure.chains import single_molecules

BLOCK = 16_384  # rows
ATOM_SITE = (
    *("group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id", "label_asym_id"),
    *("label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy", "B_iso_or_equiv"),
    *("auth_seq_id", "auth_asym_id", "pdbx_PDB_model_num"),
)
CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")


@dataclass(frozen=True)
class Columns:
    """What the columns of a format hold: name lengths, coordinates in Å, least residue number."""

    name: float = np.inf
    residue_name: float = np.inf
    lowest: float = -np.inf
    highest: float = np.inf
    least_number: float = -np.inf


COLUMNS = {
    "PDB": Columns(name=4, residue_name=4, lowest=-999.999, highest=9999.999, least_number=-999),
    "GRO": Columns(name=5, residue_name=5, lowest=-9999.99, highest=99999.99, least_number=-9999),
    "CIF": Columns(),
}


def check_fit(kind: str, particles: Particles, path: Path) -> None:
    """Complain of what the columns of a format do not hold.

    Parameters
    ----------
    kind : str
        ``PDB``, ``GRO`` or ``CIF``.
    particles : Particles
        Beads or atoms to write.
    path : Path
        What to call the output in messages.

    Raises
    ------
    UnbeadError
        If a name is too long, a coordinate too large or not a number, or a residue number too small.
    """
    columns = COLUMNS[kind]
    residues, index, x = particles.residues, particles.residue_index, particles.positions
    problems = {
        "coordinates": ~(np.isfinite(x) & (x >= columns.lowest) & (x <= columns.highest)).all(1),
        "name": np.char.str_len(particles.names) > columns.name,
        "residue name": (np.char.str_len(residues.names) > columns.residue_name)[index],
        "residue number": (residues.numbers < columns.least_number)[index],
    }
    for what, wrong in problems.items():
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            remedy = "write a .cif file" if np.isfinite(x[i]).all() else "there is nothing to write"
            raise UnbeadError(
                f"{path}: the {what} of {residues.label(int(index[i]))}: {particles.names[i]} at {x[i]}"
                f" cannot stand in the columns of the format; {remedy}"
            )


def pdb_lines(models: list[Particles]) -> Iterator[str]:
    """Write PDB: CRYST1 where the box changes, TER after every chain end and break, numbers wrapped past 9999.

    Water, ions and other single molecules are HETATM and have no TER.

    Parameters
    ----------
    models : list of Particles
        Models, in Å.

    Yields
    ------
    str
        Lines. Chain names of several letters are kept in the segment columns.
    """
    before = None
    for number, p in enumerate(models, 1):
        if p.box is not None and (before is None or not np.array_equal(p.box, before)):
            yield _crystal(p.box)
        before = p.box
        if len(models) > 1:
            yield f"MODEL     {number:4d}\n"
        yield from _pdb_model(p)
        if len(models) > 1:
            yield "ENDMDL\n"
    yield "END\n"


def pdb_frame_lines(p: Particles, number: int, time: float, step: int) -> Iterator[str]:
    """Write a frame of a trajectory as a PDB model, so that frames can follow each other.

    Parameters
    ----------
    p : Particles
        The frame, in Å.
    number : int
        Number of the model, from one.
    time : float
        Time in ps.
    step : int
        Step of the simulation.

    Yields
    ------
    str
        Lines; the title has time and step as GROMACS writes them.
    """
    yield f"TITLE     Unbead t= {time:.5f} step= {step}\n"
    if p.box is not None:
        yield _crystal(p.box)
    yield f"MODEL     {number:4d}\n"
    yield from _pdb_model(p)
    yield "ENDMDL\n"


def _crystal(box: NDArray[np.float32]) -> str:
    lengths, angles = box[:3].tolist(), box[3:].tolist()
    cell = "".join(f"{x:9.3f}" for x in lengths) + "".join(f"{x:7.2f}" for x in angles)
    return f"CRYST1{cell} P 1           1\n"


def _pdb_model(p: Particles) -> Iterator[str]:
    r = p.residues
    wrapped = np.where(r.numbers > 9999, r.numbers % 10_000, r.numbers)
    tags = [
        (f"{name:>3s} " if len(name) < 4 else name) + f"{chain[:1]:1s}{number:4d}{code[:1]:1s}"
        for name, chain, number, code in zip(r.names, r.chains, wrapped, r.insertion_codes, strict=True)
    ]
    long = np.char.str_len(r.chains) > 1
    segments = [f"{name[:4]:<4s}" for name in np.where(long & (r.segments == ""), r.chains, r.segments)]
    starts = np.append(~r.bonded_to_previous[1:], True)  # a chain ends, or is broken, after the residue
    alone = single_molecules(p)
    ends = np.append(np.diff(p.residue_index) != 0, True) & (starts & ~alone)[p.residue_index]
    records = np.where(alone, "HETATM", "ATOM  ").tolist()
    serial = 0
    factors = np.clip(p.b_factors, -99.99, 999.99)
    columns = (p.names, p.positions, p.residue_index, p.elements, factors, ends)
    for name, (x, y, z), i, element, factor, end in _rows(columns):
        serial += 1
        label = f"{name:<4s}" if len(name) > 3 or len(element) > 1 else f" {name:<3s}"
        yield (
            f"{records[i]}{serial % 100000:5d} {label} {tags[i]}   {x:8.3f}{y:8.3f}{z:8.3f}  1.00"
            f"{factor:6.2f}      {segments[i]}{element.upper():>2s}\n"
        )
        if end:
            serial += 1
            yield f"TER   {serial % 100000:5d}      {tags[i]}\n"


def gro_lines(frames: list[Particles]) -> Iterator[str]:
    """Write GRO, in nm: no chains, no insertion codes, numbers wrapped past 99999.

    Parameters
    ----------
    frames : list of Particles
        Frames, in Å.

    Yields
    ------
    str
        Lines.
    """
    for p in frames:
        yield f"Unbead\n{len(p):5d}\n"
        r = p.residues
        wrapped = np.where(r.numbers > 99_999, r.numbers % 100_000, r.numbers)
        tags = [f"{number:5d}{name:<5s}" for number, name in zip(wrapped, r.names, strict=True)]
        rows = _rows((p.names, p.positions / 10, p.residue_index))
        for serial, (name, (x, y, z), i) in enumerate(rows, 1):
            yield f"{tags[i]}{name:>5s}{serial % 100000:5d}{x:8.3f}{y:8.3f}{z:8.3f}\n"
        vectors = np.zeros((3, 3)) if p.box is None else box_vectors(p.box) / 10
        values = np.diag(vectors).tolist()
        if np.any(vectors - np.diag(np.diag(vectors))):
            values += [vectors[i, j] for i, j in ((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1))]
        yield "".join(f" {value:9.5f}" for value in values) + "\n"


def cif_lines(models: list[Particles]) -> Iterator[str]:
    """Write mmCIF, which wraps and cuts nothing.

    Parameters
    ----------
    models : list of Particles
        Models, in Å; the box of the first is written.

    Yields
    ------
    str
        Head and rows. Segments stand for chains where there are no chains.
    """
    block = gemmi.cif.Block("unbead")
    box = models[0].box
    if box is not None:
        for name, value in zip(CELL, box, strict=True):
            block.set_pair(f"_cell.{name}", f"{value:.4f}")
    document = gemmi.cif.Document()
    document.add_copied_block(block)
    yield document.as_string()
    yield "loop_\n" + "".join(f"_atom_site.{name}\n" for name in ATOM_SITE)
    for number, p in enumerate(models, 1):
        yield from _atom_sites(p, number)


def _atom_sites(p: Particles, model: int) -> Iterator[str]:
    """Rows of the columns of `ATOM_SITE`."""
    r = p.residues
    chains = _quoted(np.where(r.chains != "", r.chains, r.segments))
    groups = np.where(single_molecules(p), "HETATM", "ATOM").tolist()
    codes = _quoted(r.insertion_codes, "?")
    tags = [f"{name} {chain} . {code}" for name, chain, code in zip(_quoted(r.names), chains, codes, strict=True)]
    after = [f"{number} {chain}" for number, chain in zip(r.numbers, chains, strict=True)]
    rows = _rows((_quoted(p.names), p.positions, p.residue_index, _quoted(p.elements, "X"), p.b_factors))
    for serial, (name, (x, y, z), i, element, b) in enumerate(rows, 1):
        yield (
            f"{groups[i]} {serial} {element} {name} . {tags[i]}"
            f" {x:.3f} {y:.3f} {z:.3f} 1.00 {b:.2f} {after[i]} {model}\n"
        )


def _rows(columns: Sequence[NDArray]) -> Iterator[tuple]:
    """Rows of columns as plain values, of which few are held at a time."""
    for start in range(0, len(columns[0]), BLOCK):
        yield from zip(*(column[start : start + BLOCK].tolist() for column in columns), strict=True)


def _quoted(labels: NDArray[np.str_], none: str = ".") -> NDArray[np.str_]:
    """Labels as CIF values that are read back as they are; those that are "" as unknown or none."""
    unique, inverse = np.unique(labels, return_inverse=True)
    return np.array([_value(label) if label else none for label in unique.tolist()], dtype=str)[inverse]


def _value(label: str) -> str:
    """Quote a label where it would be read as something else; a text field begins at the start of a line."""
    quoted = gemmi.cif.quote(label)
    return f"\n{quoted}\n" if quoted.startswith(";") else quoted
