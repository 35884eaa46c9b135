"""Read one frame of a structure file."""

import gzip
from pathlib import Path
from typing import Any

import gemmi
import MDAnalysis as mda
import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.errors import UnbeadError
from unbead.io.universe import finish, from_universe, quiet

FORMATS = {".pdb": "PDB", ".ent": "PDB", ".gro": "GRO", ".cif": "CIF", ".mmcif": "CIF", ".tpr": "TPR"}
FARTHEST = 1e5  # Å; coordinates beyond are nonsense


def file_format(path: Path) -> str:
    """Return the format of a file by its suffix, ``.gz`` aside.

    Parameters
    ----------
    path : Path
        A file name.

    Returns
    -------
    str
        ``PDB``, ``GRO``, ``CIF`` or ``TPR``.

    Raises
    ------
    UnbeadError
        If the suffix is another.
    """
    name = path.name.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    if suffix not in FORMATS:
        raise UnbeadError(f"{path}: unknown format {suffix or '(no suffix)'}; known are {', '.join(FORMATS)}")
    return FORMATS[suffix]


def count_frames(path: Path) -> int:
    """Return the number of models or frames of a structure file.

    Parameters
    ----------
    path : Path
        A structure file.

    Returns
    -------
    int
        Its models or frames.
    """
    kind = file_format(path)
    _check_file(path)
    if kind == "CIF":
        return len(_read_gemmi(path))
    with quiet():
        return len(_universe(path, kind).trajectory)


def read_structure(path: Path | str, frame: int = 0) -> Particles:
    """Read a structure.

    Parameters
    ----------
    path : Path or str
        A PDB, GRO, mmCIF (each also gzipped) or TPR file.
    frame : int
        Model or frame, from zero.

    Returns
    -------
    Particles
        Beads or atoms with the box, in Å.

    Raises
    ------
    UnbeadError
        If the file is missing, empty, not a structure, or has coordinates that cannot be.
    """
    path = Path(path)
    kind = file_format(path)
    _check_file(path)
    if kind == "CIF":
        particles = _read_cif(path, frame)
    else:
        universe = _universe(path, kind)
        ends = _pdb_ends(path, universe) if kind == "PDB" else None
        particles = from_universe(universe, frame, ends, str(path))
    if not len(particles):
        raise UnbeadError(f"{path}: no atoms or beads in it; is it a structure?")
    _check_positions(path, particles)
    return particles


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise UnbeadError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise UnbeadError(f"{path}: the file is empty")


def _universe(path: Path, kind: str) -> mda.Universe:
    try:
        with quiet():
            return mda.Universe(str(path), topology_format=kind, format=kind, to_guess=())
    except Exception:  # MDAnalysis raises whatever its parsers meet, and its words seldom help
        problem = f"its lines do not have the columns of the {kind} format" if kind != "TPR" else "or too new"
        raise UnbeadError(f"{path}: not a readable {kind} file, {problem}; check that it is complete") from None


def _open(path: Path):
    return gzip.open(path, "rt", errors="replace") if path.suffix == ".gz" else path.open(errors="replace")


def _pdb_ends(path: Path, universe: mda.Universe) -> NDArray[np.bool_]:
    """Residues after which the first model has a TER record."""
    atoms: Any = universe.atoms
    ends = np.zeros(universe.residues.n_residues, bool)  # type: ignore[union-attr]
    count = 0
    with _open(path) as file:
        for line in file:
            if line.startswith(("ATOM", "HETATM")):
                count += 1
            elif line.startswith("TER") and 0 < count <= len(atoms):
                ends[atoms.resindices[count - 1]] = True
            elif line.startswith("ENDMDL"):
                break
    return ends


def _read_gemmi(path: Path) -> gemmi.Structure:
    try:
        structure = gemmi.read_structure(str(path), format=gemmi.CoorFormat.Mmcif)
    except Exception as error:  # gemmi raises whatever its parser meets
        reason = " ".join(str(error).split())[:120]
        raise UnbeadError(f"{path}: not a readable mmCIF file ({reason}); check that it is complete") from None
    return structure


def _read_cif(path: Path, frame: int) -> Particles:
    structure = _read_gemmi(path)
    if len(structure) == 0:
        raise UnbeadError(f"{path}: no atoms or beads in it; is it a structure?")
    if not 0 <= frame < len(structure):
        raise UnbeadError(f"{path}: no frame {frame}; it has {len(structure)}, counted from 0")
    atoms, residues = [], []
    for chain in structure[frame]:
        for residue in chain:
            code = residue.seqid.icode.strip()
            number = residue.seqid.num
            residues.append((residue.name, number if number is not None else 0, code, chain.name, residue.segment))
            location = next((atom.altloc for atom in residue if atom.altloc != "\0"), "\0")
            for atom in residue:
                if atom.altloc in ("\0", location):
                    element = atom.element.name if atom.element != gemmi.Element("X") else ""
                    atoms.append((atom.name, *atom.pos.tolist(), len(residues) - 1, element, atom.b_iso))
    cell = structure.cell
    box = [cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma] if cell.is_crystal() else None
    names, x, y, z, index, elements, factors = zip(*atoms, strict=True) if atoms else ((),) * 7
    labels = list(zip(*residues, strict=True)) if residues else [()] * 5
    particles = Particles(
        names=np.array(names, dtype=str),
        positions=np.stack([x, y, z], 1).astype(np.float32) if atoms else np.zeros((0, 3), np.float32),
        residue_index=np.array(index, np.int64),
        residues=Residues(
            names=np.array(labels[0], dtype=str),
            numbers=np.array(labels[1], np.int64),
            insertion_codes=np.array(labels[2], dtype=str),
            chains=np.array(labels[3], dtype=str),
            segments=np.array(labels[4], dtype=str),
            bonded_to_previous=np.zeros(len(residues), bool),
        ),
        elements=np.array(elements, dtype=str),
        b_factors=np.array(factors, np.float32),
        box=None if box is None else np.array(box, np.float32),
    )
    return finish(particles, np.zeros(len(residues), bool)) if atoms else particles


def _check_positions(path: Path, particles: Particles) -> None:
    wrong = ~np.isfinite(particles.positions).all(1) | (np.abs(particles.positions) > FARTHEST).any(1)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        where = particles.residues.label(int(particles.residue_index[i]))
        raise UnbeadError(
            f"{path}: {where}: {particles.names[i]} has coordinates that cannot be ({particles.positions[i]});"
            f" {int(wrong.sum())} in all; repair the file"
        )
