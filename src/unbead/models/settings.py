"""Settings of the networks; they travel in the weights' card."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Family = Literal["unbead", "genzprot"]


class BeadSettings(BaseModel):
    """Size and reach of the bead network that all families share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scalars: int = Field(default=128, ge=8, le=2048, description="Scalar channels per bead.")
    vectors: int = Field(default=32, ge=4, le=1024, description="Vector channels per bead.")
    layers: int = Field(default=5, ge=1, le=64, description="Message and update layers.")
    rows: int = Field(default=8, ge=1, le=256, description="Independent edge weights per kind.")
    sent: int = Field(default=64, ge=4, le=2048, description="Scalar channels shown to neighbours.")
    edge_hidden: int = Field(default=32, ge=4, le=2048, description="Hidden width of the edge weights.")
    basis: int = Field(default=20, ge=4, le=1024, description="Radial basis functions.")
    neighbours: int = Field(default=24, ge=4, le=512, description="Nearest beads that a bead sees.")
    radius: float = Field(default=12.0, gt=0, le=1000, description="Radius of view in Å.")
    latent: int = Field(default=0, ge=0, le=1024, description="Latent dimensions per bead; none by default.")


class NetworkSettings(BeadSettings):
    """Size and reach of the flagship.

    Two networks with equal settings and an equal vocabulary can exchange weights.
    """

    readout: int = Field(default=48, ge=4, le=2048, description="Vectors that the atoms of a bead are made of.")
    atom_hidden: int = Field(default=96, ge=8, le=4096, description="Hidden width of the atom readout.")
    rotamer_layers: int = Field(
        default=3, ge=0, le=64, description="Layers of the side chains' head, in which residues hear of each other."
    )


class GenZProtSettings(BeadSettings):
    """Size and reach of the `genzprot` family."""

    latent: int = Field(default=16, ge=1, le=1024, description="Latent dimensions per residue.")
    hidden: int = Field(default=256, ge=8, le=4096, description="Hidden width of the residue's part of the decoder.")
    atom_hidden: int = Field(default=96, ge=8, le=4096, description="Hidden width of the atom's part of the decoder.")


class CGVAESettings(BaseModel):
    """Size of the `cgvae` family, which knows one molecule and is loaded and trained by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scalars: int = Field(default=48, ge=8, le=2048, description="Scalar channels per bead.")
    vectors: int = Field(
        default=16, ge=4, le=1024, description="Vector channels per bead, of which its atoms are made."
    )
    layers: int = Field(default=2, ge=1, le=64, description="Message and update layers before the latents.")
    decoder_layers: int = Field(default=1, ge=1, le=64, description="Message and update layers after them.")
    rows: int = Field(default=2, ge=1, le=256, description="Independent edge weights per kind.")
    sent: int = Field(default=16, ge=4, le=2048, description="Scalar channels shown to the other beads.")
    edge_hidden: int = Field(default=16, ge=4, le=2048, description="Hidden width of the edge weights.")
    basis: int = Field(default=16, ge=4, le=1024, description="Radial basis functions.")
    radius: float = Field(default=20.0, gt=0, le=1000, description="Radius of view in Å.")
    hidden: int = Field(default=96, ge=8, le=4096, description="Hidden width of the readout of a bead.")
    latent: int = Field(
        default=8, ge=0, le=1024, description="Latent dimensions per bead; 0: one answer, no distribution."
    )


SETTINGS: dict[Family, type[BeadSettings]] = {"unbead": NetworkSettings, "genzprot": GenZProtSettings}
