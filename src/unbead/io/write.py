"""Write structures, so that a failure leaves what was there before."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import gemmi
import numpy as np
from MDAnalysis.lib.mdamath import triclinic_vectors

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.read import file_format

WRITTEN = ("PDB", "GRO", "CIF")


def check_output(path: Path) -> None:
    """Complain, before any work is done, of an output that cannot be written.

    Parameters
    ----------
    path : Path
        The file to be written later.

    Raises
    ------
    UnbeadError
        If its folder does not exist, or its format is not one that Unbead writes.
    """
    if path.name.lower().endswith(".gz") or file_format(path) not in WRITTEN:
        raise UnbeadError(f"{path}: cannot write this format; name it .pdb, .gro or .cif")
    if not path.parent.is_dir():
        raise UnbeadError(f"{path}: the folder {path.parent} does not exist; create it first")
    if path.is_dir():
        raise UnbeadError(f"{path}: is a folder; name a file")


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
        If the folder does not exist, the format is unknown, or the disk is full.
    """
    path = Path(path)
    check_output(path)
    models = [frames] if isinstance(frames, Particles) else list(frames)
    lines = {"PDB": _pdb, "GRO": _gro, "CIF": _cif}[file_format(path)](models)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise UnbeadError(
            f"{path}: {error.strerror or error}; nothing was changed, free the disk or choose another place"
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def _pdb(models: list[Particles]) -> Iterator[str]:
    box = models[0].box
    if box is not None:
        yield (
            "CRYST1"
            + "".join(f"{x:9.3f}" for x in box[:3])
            + "".join(f"{x:7.2f}" for x in box[3:])
            + " P 1           1\n"
        )
    for number, p in enumerate(models, 1):
        if len(models) > 1:
            yield f"MODEL     {number:4d}\n"
        r = p.residues
        serial = 0
        last = np.append(np.diff(p.residue_index) != 0, True)
        ends = np.append(~r.bonded_to_previous[1:], True)  # a chain ends, or is broken, after the residue
        for name, xyz, i, element, factor, close in zip(
            p.names.tolist(), p.positions.tolist(), p.residue_index.tolist(), p.elements.tolist(),
            p.b_factors.tolist(), last.tolist(), strict=True,
        ):  # fmt: skip
            serial += 1
            label = f"{name:<4s}" if len(name) > 3 or len(element) > 1 else f" {name:<3s}"
            tail = f"{r.names[i]:>3s} {r.chains[i][:1] or ' '}{r.numbers[i] % 10000:4d}{r.insertion_codes[i] or ' '}"
            if len(r.names[i]) > 3:
                tail = f"{r.names[i]:<4s}{r.chains[i][:1] or ' '}{r.numbers[i] % 10000:4d}{r.insertion_codes[i] or ' '}"
            yield (
                f"ATOM  {serial % 100000:5d} {label} {tail}   {xyz[0]:8.3f}{xyz[1]:8.3f}{xyz[2]:8.3f}  1.00"
                f"{min(factor, 999.99):6.2f}      {r.segments[i][:4]:<4s}{element.upper():>2s}\n"
            )
            if close and ends[i]:
                serial += 1
                yield f"TER   {serial % 100000:5d}      {tail}\n"
        if len(models) > 1:
            yield "ENDMDL\n"
    yield "END\n"


def _gro(models: list[Particles]) -> Iterator[str]:
    for p in models:
        yield f"Unbead\n{len(p):5d}\n"
        r = p.residues
        for serial, (name, (x, y, z), i) in enumerate(
            zip(p.names.tolist(), (p.positions / 10).tolist(), p.residue_index.tolist(), strict=True), 1
        ):
            yield (
                f"{r.numbers[i] % 100000:5d}{r.names[i]:<5s}{name:>5s}{serial % 100000:5d}{x:8.3f}{y:8.3f}{z:8.3f}\n"
            )
        vectors = np.zeros((3, 3)) if p.box is None else triclinic_vectors(p.box) / 10
        values = [vectors[i, i] for i in range(3)]
        if np.any(vectors - np.diag(np.diag(vectors))):
            values += [vectors[i, j] for i, j in ((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1))]
        yield "".join(f"{value:10.5f}" for value in values) + "\n"


def _cif(models: list[Particles]) -> Iterator[str]:
    block = gemmi.cif.Block("unbead")
    box = models[0].box
    if box is not None:
        for name, value in zip(
            ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"), box, strict=True
        ):
            block.set_pair(f"_cell.{name}", f"{value:.3f}")
    columns: dict[str, list[str]] = {}
    for number, p in enumerate(models, 1):
        r = p.residues
        i = p.residue_index
        n = len(p)
        chain = np.where(r.chains != "", r.chains, ".")[i]
        parts = {
            "group_PDB": ["ATOM"] * n,
            "id": [str(k) for k in range(1, n + 1)],
            "type_symbol": [e or "X" for e in p.elements.tolist()],
            "label_atom_id": [gemmi.cif.quote(name) for name in p.names.tolist()],
            "label_alt_id": ["."] * n,
            "label_comp_id": [gemmi.cif.quote(name) for name in r.names[i].tolist()],
            "label_asym_id": [gemmi.cif.quote(c) if c != "." else c for c in chain.tolist()],
            "label_seq_id": ["."] * n,
            "pdbx_PDB_ins_code": [c or "?" for c in r.insertion_codes[i].tolist()],
            "Cartn_x": [f"{x:.3f}" for x in p.positions[:, 0].tolist()],
            "Cartn_y": [f"{x:.3f}" for x in p.positions[:, 1].tolist()],
            "Cartn_z": [f"{x:.3f}" for x in p.positions[:, 2].tolist()],
            "occupancy": ["1.00"] * n,
            "B_iso_or_equiv": [f"{b:.2f}" for b in p.b_factors.tolist()],
            "auth_seq_id": [str(k) for k in r.numbers[i].tolist()],
            "auth_asym_id": [gemmi.cif.quote(c) if c != "." else c for c in chain.tolist()],
            "pdbx_PDB_model_num": [str(number)] * n,
        }
        for name, values in parts.items():
            columns.setdefault(name, []).extend(values)
    loop = block.init_loop("_atom_site.", list(columns))
    loop.set_all_values(list(columns.values()))
    document = gemmi.cif.Document()
    document.add_copied_block(block)
    yield document.as_string()
