"""Backmap one structure: read, recognise, reconstruct."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import MDAnalysis as mda
import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.io.universe import to_universe
from unbead.mapping.operator import Operator
from unbead.pipeline.prepare import BROKEN_CHAIN, check_choices, prepare, read_beads


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
    trajectories: Sequence[Path] = (),
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
    check_choices(consistency, backbone)
    if seed is not None:
        torch.manual_seed(seed)
    tell("reading")
    beads = read_beads(source, frame, trajectories)
    prepared = prepare(beads, source, mapping, model, consistency, relax, device, backbone, tell)
    assembly = prepared.assembly
    tell(f"placing {len(assembly.atoms)} atoms")
    backmapper = prepared.backmapper()
    loaded = time.perf_counter()
    answer = backmapper(assembly.beads.positions, beads.box, consistency)
    atoms = replace(assembly.atoms.with_positions(answer.positions), b_factors=answer.errors)
    seconds_relax = 0.0 if answer.relaxed is None else answer.relaxed.seconds
    problems = {} if answer.relaxed is None else answer.relaxed.left.described(assembly.atoms.residues)
    summary = {
        **prepared.facts,
        "perturbation": round(answer.level, 3),
        "predicted_error": round(float(np.sqrt((answer.errors.astype(float) ** 2).mean())), 3),
        "repairs": {} if answer.relaxed is None else answer.relaxed.repairs.counts(),
        "problems": problems | ({BROKEN_CHAIN: prepared.gaps} if prepared.gaps else {}),
        "chain_ends": prepared.ends,
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
