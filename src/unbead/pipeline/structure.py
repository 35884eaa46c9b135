"""Backmap one structure: read, recognise, reconstruct."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError, about
from unbead.io.borrowed import Borrowed, is_borrowed, left_alone
from unbead.io.read import read_counted, read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.universe import from_universe
from unbead.mapping.handedness import name_d_residues
from unbead.mapping.operator import Operator
from unbead.models.store import load_models
from unbead.pipeline.input_checks import COINCIDENT, find_coincident, find_gaps
from unbead.pipeline.periodic_images import IMAGES
from unbead.pipeline.system import BackmapOptions, System, check_backmap_options
from unbead.pipeline.user_molecules import UserMolecules, recognise_system
from unbead.placement.mirrored import MIRRORED

Source = Path | str | Borrowed
STDIN = "-"
BROKEN_CHAIN = "chain broken where numbers go on"


@dataclass(frozen=True)
class Result:
    """A backmapped structure.

    Attributes
    ----------
    atoms : Particles
        Heavy atoms; B-factors hold the predicted error in Å.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.
    operator : Operator
        Bead centres as weighted means of the atoms.
    summary : dict
        What was done: mapping, models, counts, skipped beads, level, repairs, problems that are left, seconds;
        ``left_frames``: frames of the file beside the one taken, where none was asked for.
    """

    atoms: Particles
    bonds: NDArray[np.int64]
    operator: Operator
    summary: dict


def choose_device(name: str) -> torch.device:
    """Return a torch device.

    Parameters
    ----------
    name : str
        ``auto`` (CUDA, else MPS, else CPU), ``cpu``, ``cuda`` or ``mps``.

    Returns
    -------
    torch.device
        The device.

    Raises
    ------
    UnbeadError
        If this machine does not have it.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(d for d in ("cuda", "mps", "cpu") if there[d]))
    if not there.get(name, False):
        raise UnbeadError(f"device {name} is not available here; use --device auto or cpu")
    return torch.device(name)


def read_beads(
    source: Source, frame: int | None = None, trajectories: Sequence[Path] = (), topology: Path | None = None
) -> Particles:
    """Read one frame of a coarse-grained system.

    Parameters
    ----------
    source : Path, str, or universe or group of MDAnalysis
        The structure.
    frame : int, optional
        Which frame, from zero; if not given the current one of a universe, and the first of files.
    trajectories : sequence of Path, optional
        Files that the frame is taken from instead.
    topology : Path, optional
        A GROMACS topology that tells the bonds between beads.

    Returns
    -------
    Particles
        The beads.

    Raises
    ------
    UnbeadError
        If the input cannot be used or has no such frame.
    """
    return _read(source, frame, trajectories, topology)[0]


def _read(
    source: Source, frame: int | None, trajectories: Sequence[Path], topology: Path | None
) -> tuple[Particles, int]:
    """One frame, and how many a structure file has."""
    if is_borrowed(source):
        if trajectories:
            raise UnbeadError("trajectories go with a structure file; load them into the universe")
        with left_alone(source):
            return from_universe(source, frame), 1  # type: ignore[arg-type]
    path = Path(str(source))
    if str(path) == STDIN:
        raise UnbeadError(
            "-: beads cannot be read from standard input; save them to a file whose suffix says what it is"
        )
    if not trajectories:
        return read_counted(path, frame or 0, topology)
    frame = frame or 0
    beads = read_structure(path, topology=topology)
    trajectory = Trajectory(beads, trajectories, str(source))
    if not 0 <= frame < len(trajectory):
        raise UnbeadError(f"{trajectories[0]}: no frame {frame}; there are {len(trajectory)}, counted from 0")
    return next(trajectory.read(range(frame, frame + 1))).of(beads), 1


def open_system(
    beads: Particles,
    mapping: str | None,
    model: str | None,
    device: str,
    how: BackmapOptions,
    tell: Callable[[str], None] = lambda text: None,
    given: UserMolecules | None = None,
) -> System:
    """Recognise the beads and load what turns them into atoms.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : str, optional
        A shipped mapping or a folder of mapping files; recognised from the beads if not given.
    model : str, optional
        A model that goes before the shipped ones: a name or a ``.safetensors`` file.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    how : BackmapOptions
        Choices.
    tell : callable
        Called with a line on what is being done.
    given : UserMolecules, optional
        Molecules of the user's own.

    Returns
    -------
    System
        Ready for frames.

    Raises
    ------
    UnbeadError
        If the beads, the mapping, the model or a choice cannot be used.
    """
    check_backmap_options(how)
    where = choose_device(device)
    if given is not None and given.d_residues is not None:
        beads = name_d_residues(beads, given.d_residues)
    found = recognise_system(beads, mapping, given or UserMolecules())
    tell(f"assembling {len(beads)} beads of mapping {found.mapping.name}")
    noted = replace(found.beads, notes=(*beads.notes, *found.notes))
    return System(noted, found.mapping, load_models(model), where, how, found.warnings)


def backmap_structure(
    source: Source,
    mapping: str | None = None,
    model: str | None = None,
    frame: int | None = None,
    device: str = "auto",
    how: BackmapOptions | None = None,
    progress: Callable[[str], None] | None = None,
    given: UserMolecules | None = None,
    trajectories: Sequence[Path] = (),
) -> Result:
    """Backmap one frame.

    Parameters
    ----------
    source : Path, str, or universe or group of MDAnalysis
        Coarse-grained structure; a universe is left as it was.
    mapping : str, optional
        A shipped mapping or a folder of mapping files; recognised from the beads if not given.
    model : str, optional
        A model that goes before the shipped ones: a name or a ``.safetensors`` file.
    frame : int, optional
        Model or frame, from zero; if not given the current one of a universe, and the first of files.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    how : BackmapOptions, optional
        Choices; the defaults if not given.
    progress : callable, optional
        Called with a line on what is being done.
    given : UserMolecules, optional
        Molecules of the user's own: structures and mapping files.
    trajectories : sequence of Path, optional
        Files that the frame is taken from, in place of the structure's own.

    Returns
    -------
    Result
        Atoms, bonds and a summary.

    Raises
    ------
    UnbeadError
        If the input, the mapping or the model cannot be used.
    """
    started = time.perf_counter()
    tell = progress or (lambda text: None)
    tell("reading")
    beads, n_frames = _read(source, frame, trajectories, given.topology if given else None)
    read = time.perf_counter()
    with about(source):
        system = open_system(beads, mapping, model, device, how or BackmapOptions(), tell, given)
    gaps, ends = find_gaps(system.assembly)
    tell(f"placing {len(system.atoms)} atoms")
    loaded = time.perf_counter()
    answer = system(beads.positions, beads.box)
    atoms = replace(system.atoms.with_positions(answer.positions), b_factors=answer.errors, box=beads.box)
    operator = replace(system.assembly.operator, shape=(system.assembly.operator.shape[0], len(atoms)))
    seconds_relax = 0.0 if answer.relaxed is None else answer.relaxed.seconds
    problems = {} if answer.relaxed is None else answer.relaxed.left.described(atoms.residues)
    if coincident := find_coincident(atoms if not len(answer.overlapping) else replace(atoms, box=None)):
        problems[COINCIDENT] = coincident
    if len(answer.overlapping):
        problems[IMAGES] = [beads.residues.label(row) for row in answer.overlapping.tolist()]
    if len(answer.mirrored):
        problems[MIRRORED] = [atoms.residues.label(row) for row in answer.mirrored.tolist()]
    built = answer.errors[: len(system.assembly.atoms)].astype(float)
    summary = system.facts | {
        "left_frames": n_frames - 1 if frame is None else 0,
        "perturbation": round(answer.level, 3),
        "predicted_error": round(float(np.sqrt((built**2).mean())), 3),
        **answer.bead_summary().facts(),
        "repairs": {} if answer.relaxed is None else answer.relaxed.repairs.counts(),
        "problems": system.doubts | problems | ({BROKEN_CHAIN: gaps} if gaps else {}),
        "chain_ends": ends,
        "seconds": round(time.perf_counter() - started, 2),
        "seconds_reading": round(read - started, 2),
        "seconds_setup": round(loaded - read, 2),
        "seconds_network": round(time.perf_counter() - loaded - seconds_relax, 2),
        "seconds_relax": round(seconds_relax, 2),
    }
    return Result(atoms, system.assembly.bonds, operator, summary)
