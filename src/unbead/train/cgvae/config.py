"""The training configuration of the `cgvae` family: one molecule, its mapping and its frames."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from unbead.models.settings import CGVAESettings
from unbead.train.cgvae.fit import FrameOptimiser
from unbead.train.cgvae.losses import CGVAEWeights


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FrameSource(_Strict):
    """A stretch of a trajectory of the molecule alone."""

    trajectory: Path = Field(description="Frames, their atoms in the order of the structure.")
    start: int = Field(default=0, ge=0, description="First frame.")
    stop: int | None = Field(default=None, ge=1, description="Frame after the last.")
    step: int = Field(default=1, ge=1, description="Every how many frames.")


class CGVAEConfig(_Strict):
    """Everything a training run of this family needs."""

    family: Literal["cgvae"]
    output: Path = Field(description="Folder for checkpoints, log and model.")
    structure: Path = Field(description="One molecule with all its atoms, as `unbead mapping new` writes it.")
    mapping: Path = Field(description="Its mapping file, beside it.")
    train: tuple[FrameSource, ...] = Field(min_length=1, description="Frames to learn from.")
    valid: tuple[FrameSource, ...] = Field(min_length=1, description="Frames to judge by; a later stretch.")
    network: CGVAESettings = CGVAESettings()
    optimiser: FrameOptimiser
    loss: CGVAEWeights = CGVAEWeights()
    seed: int = 0
    device: str = Field(default="cpu", pattern="^(cpu|cuda|mps)$")
    checkpoint_minutes: float = Field(default=3.0, gt=0)
