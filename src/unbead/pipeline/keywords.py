"""Keyword arguments of the Python interface as types, for editors and type checkers.

`unbead.pipeline.options` holds what they are at run time; a test compares the two.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypedDict


class RunKeywords(TypedDict, total=False):
    """Choices for one frame or many, and molecules of the user's own."""

    molecule: str | Sequence[str] | Mapping[str, str]
    mapping_file: Path | str | Sequence[Path | str]
    topology_in: Path | str | None
    d_residues: str | None
    consistency: Literal["soft", "exact", "off"]
    relax: bool
    backbone: Literal["network", "herobm"]
    answer: Literal["mean", "mode"]
    water: Literal["keep", "drop", "resolvate"]
    skip_unknown: bool
    seed: int
    memory: str | None
    samples: int
    temperature: float
    coherent: bool


class FinishKeywords(TypedDict, total=False):
    """Choices of finishing."""

    hydrogens: bool
    ph: float
    padding: float | None
    neutralize: bool
    salt: float
    minimize: bool
    forcefield: Literal["amber14", "charmm36"]
    restrain: Literal["none", "heavy", "beads"]
    naming: Literal["iupac", "amber", "charmm"]
    topology: Path | str | None


class BackmapKeywords(RunKeywords, FinishKeywords, total=False):
    """Choices of `unbead.backmap`."""


class TrajectoryKeywords(RunKeywords, total=False):
    """Choices of `unbead.backmap_trajectory`."""

    start: int
    stop: int | None
    step: int
    topology_out: Path | str | None
    resume: bool
    mapping: str | None
    model: str | None
    device: str
    workers: int | None
    scheduler: str | None
