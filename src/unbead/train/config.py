"""The training configuration: one strict YAML file."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from unbead.errors import UnbeadError
from unbead.io.yaml_text import load_yaml
from unbead.models.settings import SETTINGS, BeadSettings, Family, NetworkSettings

Settings = TypeVar("Settings", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TrajectorySource(_Strict):
    """Frames of an atomistic simulation."""

    structure: Path = Field(description="Structure or topology with the names of atoms and residues.")
    trajectory: Path | None = Field(default=None, description="Frames; those of the structure if not given.")
    start: int = Field(default=0, ge=0, description="First frame.")
    stop: int | None = Field(default=None, ge=1, description="Frame after the last.")
    step: int = Field(default=1, ge=1, description="Every how many frames.")
    residues: dict[str, str] = Field(default={}, description="Residue names that are not those of the templates.")


class DataSettings(_Strict):
    """Where chains or molecules come from."""

    kind: Literal["proteins", "molecules"] = Field(default="proteins", description="What the sets hold.")
    train: tuple[Path | TrajectorySource, ...] = Field(
        min_length=1,
        description="Packed sets (.npz); of proteins also folders of PDB/mmCIF files, of molecules also trajectories.",
    )
    valid: tuple[Path | TrajectorySource, ...] = Field(min_length=1, description="The same, for validation.")
    molecules: dict[str, str] = Field(
        default={}, description="Structure file or SMILES, by residue name, of molecules without a shipped template."
    )
    valid_chains: int = Field(
        default=24, ge=1, description="Validation chains, or frames of each system of molecules, used while training."
    )
    fragments: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of systems that are a stretch of 20 to 80 residues, or one molecule, alone.",
    )
    recombined: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of molecules drawn alone that are joined of parts of several frames.",
    )
    longest: int = Field(default=320, ge=1, description="Residues of a training system; larger ones are cropped.")

    @model_validator(mode="after")
    def _proteins_have_sets(self) -> Self:
        sources = (*self.train, *self.valid)
        if self.kind == "proteins" and any(isinstance(source, TrajectorySource) for source in sources):
            raise ValueError("trajectories train molecules; pack proteins as folders, or set kind: molecules")
        return self


class NoiseSettings(_Strict):
    """Perturbation of the beads, the answer to real coarse-grained simulations."""

    share: float = Field(default=0.5, ge=0, le=1, description="Share of systems whose beads are perturbed.")
    strongest: float = Field(
        default=0.5, ge=0, le=100, description="Largest perturbation in Å; drawn uniformly from zero."
    )
    untold: float = Field(default=0.15, ge=0, le=1, description="Share of systems whose level the network is not told.")


class OptimiserSettings(_Strict):
    """How the weights move."""

    steps: int = Field(ge=1, description="Steps in all.")
    decay_steps: int = Field(ge=0, description="Last steps, over which the learning rate falls linearly.")
    warmup: int = Field(default=200, ge=1, description="First steps, over which the learning rate rises.")
    learning_rate: float = Field(default=2e-3, gt=0, le=1)
    weight_decay: float = Field(default=0.01, ge=0, le=1)
    clip: float = Field(default=1.0, gt=0, description="Largest gradient norm.")
    muon: bool = Field(default=True, description="Muon for the matrices; its bfloat16 is slow on some CPUs.")
    ema: float = Field(default=0.998, gt=0, lt=1, description="Decay of the averaged weights.")
    batch: int = Field(default=2000, ge=50, description="Size of a step per process: beads + 0.15 atoms.")


class TrainSettings(_Strict):
    """Everything a training run needs."""

    family: Family = Field(default="unbead", description="Family of models.")
    output: Path = Field(description="Folder for checkpoints, log and plot.")
    data: DataSettings
    mappings: dict[str, Annotated[float, Field(ge=0, le=1e6)]] = Field(
        description="Share of each mapping; `random` draws a new one per chain."
    )
    check: tuple[str, ...] = Field(description="Mappings to validate on, trained or not.")
    network: SerializeAsAny[BeadSettings] = Field(default=NetworkSettings(), validate_default=True)
    noise: NoiseSettings = NoiseSettings()
    optimiser: OptimiserSettings
    loss: dict[str, Annotated[float, Field(ge=0, le=1e6)]] = Field(
        default={}, description="Weights of the loss terms that differ from the defaults."
    )
    start: Path | None = Field(default=None, description="Weights to start from.")
    only: Literal["torsions", "latents", "rotamers"] | None = Field(
        default=None,
        description="Train just the φ/ψ head, the latents, or the side chains' head, on the frozen network of `start`.",
    )
    compile: bool = Field(default=False, description="Compile the layers; needs a C++ compiler, saves a fifth.")
    seed: int = 0
    device: str = Field(default="cpu", pattern="^(cpu|cuda|mps)$")
    checkpoint_minutes: float = Field(default=3.0, gt=0)
    validate_minutes: float = Field(default=15.0, gt=0)

    @field_validator("network", mode="wrap")
    @classmethod
    def _network_of_the_family(cls, given: object, _: object, info: ValidationInfo) -> BeadSettings:
        wanted = SETTINGS[info.data.get("family", "unbead")]
        if isinstance(given, BeadSettings):
            return given if type(given) is wanted else wanted()
        return wanted.model_validate(given)

    @model_validator(mode="after")
    def _frozen_needs_weights(self) -> Self:
        if self.only is not None and self.start is None:
            raise ValueError(f"only: {self.only} needs start: the weights to leave as they are")
        return self


def load_config(path: Path) -> TrainSettings:
    """Read a training configuration.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    TrainSettings
        The checked settings.

    Raises
    ------
    UnbeadError
        If the file is missing, is not YAML, or has an unknown or bad value.
    """
    return check_config(path, read_config(path), TrainSettings)


def read_config(path: Path) -> object:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    object
        What it says, unchecked.

    Raises
    ------
    UnbeadError
        If the file is missing or is not YAML.
    """
    return load_yaml(path, "training configuration")


def check_config(path: Path, content: object, kind: type[Settings]) -> Settings:
    """Check the settings of a file.

    Parameters
    ----------
    path : Path
        The file, for messages.
    content : object
        What `read_config` returns.
    kind : type
        The settings that there should be.

    Returns
    -------
    BaseModel
        Settings of this kind.

    Raises
    ------
    UnbeadError
        If there is an unknown or bad value.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise UnbeadError(
            f"{path}: {where[:100]}: {first['msg'][:200]}; see docs/training.md for the settings"
        ) from None
