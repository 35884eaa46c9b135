"""Backmap one structure: read, recognise, reconstruct."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import MDAnalysis as mda
import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError, about
from unbead.io.read import read_structure
from unbead.io.universe import from_universe, to_universe
from unbead.mapping.assemble import assemble
from unbead.mapping.detect import detect
from unbead.mapping.mapping import load_mapping
from unbead.mapping.operator import Operator
from unbead.models.store import DEFAULT_MODEL, load_models
from unbead.pipeline.backmapper import Backmapper
from unbead.pipeline.doubts import find_gaps, refuse_nonsense

CONSISTENCY = ("soft", "exact", "off")
BACKBONES = ("network", "herobm")


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
        What was done: mapping, model, counts, skipped beads, level, repairs, problems that are left, seconds.
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


def backmap_structure(
    source: Path | str | mda.Universe,
    mapping: str | None = None,
    model: str | None = None,
    frame: int = 0,
    consistency: str = "soft",
    relax: bool = True,
    device: str = "auto",
    seed: int | None = None,
    progress: Callable[[str], None] | None = None,
    backbone: str = "network",
) -> Result:
    """Backmap one frame.

    Parameters
    ----------
    source : Path, str or MDAnalysis.Universe
        Coarse-grained structure.
    mapping : str, optional
        A shipped mapping or a folder of mapping files; recognised from the beads if not given.
    model : str, optional
        A shipped model or a ``.safetensors`` file.
    frame : int
        Model or frame, from zero.
    consistency : str
        How closely the atoms' centres must be the beads: ``soft``, ``exact`` or ``off``.
    relax : bool
        Whether to bring the geometry within bounds after the network.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    seed : int, optional
        Seed of torch's generators. The protein model is deterministic and does not use it.
    progress : callable, optional
        Called with a line on what is being done.
    backbone : str
        ``network``: as the network places it; ``herobm``: optimised towards predicted φ and ψ (docs/architecture.md).

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
    if consistency not in CONSISTENCY:
        raise UnbeadError(f"consistency {consistency} is unknown; use {', '.join(CONSISTENCY)}")
    if backbone not in BACKBONES:
        raise UnbeadError(f"backbone {backbone} is unknown; use {', '.join(BACKBONES)}")
    if seed is not None:
        torch.manual_seed(seed)
    where = choose_device(device)
    tell("reading")
    beads = from_universe(source, frame) if isinstance(source, mda.Universe) else read_structure(source, frame)
    with about(source):
        chosen = detect(beads) if mapping is None else load_mapping(mapping)
        tell(f"assembling {len(beads)} beads of mapping {chosen.name}")
        assembly = assemble(beads, chosen)
        refuse_nonsense(assembly)
    gaps, ends = find_gaps(assembly)
    models = load_models(model)
    tell(f"placing {len(assembly.atoms)} atoms")
    backmapper = Backmapper(assembly, models, where, relax, backbone)
    loaded = time.perf_counter()
    answer = backmapper(assembly.beads.positions, beads.box, consistency)
    atoms = replace(assembly.atoms.with_positions(answer.positions), b_factors=answer.errors)
    seconds_relax = 0.0 if answer.relaxed is None else answer.relaxed.seconds
    problems = {} if answer.relaxed is None else answer.relaxed.left.described(assembly.atoms.residues)
    summary = {
        "mapping": chosen.name,
        "model": model or DEFAULT_MODEL,
        "device": str(where),
        "backbone": backbone,
        "residues": len(np.unique(atoms.residue_index)),
        "beads": len(assembly.beads),
        "atoms": len(atoms),
        "skipped": assembly.skipped,
        "perturbation": round(answer.level, 3),
        "predicted_error": round(float(np.sqrt((answer.errors.astype(float) ** 2).mean())), 3),
        "repairs": {} if answer.relaxed is None else answer.relaxed.repairs.counts(),
        "problems": problems | ({"chain broken where numbers go on": gaps} if gaps else {}),
        "chain_ends": ends,
        "seconds": round(time.perf_counter() - started, 2),
        "seconds_network": round(time.perf_counter() - loaded - seconds_relax, 2),
        "seconds_relax": round(seconds_relax, 2),
    }
    return Result(atoms, assembly.bonds, assembly.operator, summary)


def backmap(source: Path | str | mda.Universe, **options) -> mda.Universe:
    """Backmap one frame and return a universe; options are those of `backmap_structure`.

    Parameters
    ----------
    source : Path, str or MDAnalysis.Universe
        Coarse-grained structure.
    **options
        See `backmap_structure`.

    Returns
    -------
    MDAnalysis.Universe
        Heavy atoms and bonds; ``tempfactors`` hold the predicted error in Å.
    """
    result = backmap_structure(source, **options)
    return to_universe(result.atoms, result.bonds)
