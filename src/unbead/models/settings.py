"""Settings of the flagship network; they travel in the weights' card."""

from pydantic import BaseModel, ConfigDict, Field


class NetworkSettings(BaseModel):
    """Size and reach of the network.

    Two networks with equal settings and an equal vocabulary can exchange weights.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scalars: int = Field(default=128, ge=8, description="Scalar channels per bead.")
    vectors: int = Field(default=32, ge=4, description="Vector channels per bead.")
    layers: int = Field(default=5, ge=1, description="Message and update layers.")
    rows: int = Field(default=8, ge=1, description="Independent edge weights per kind.")
    sent: int = Field(default=64, ge=4, description="Scalar channels shown to neighbours.")
    edge_hidden: int = Field(default=32, ge=4, description="Hidden width of the edge weights.")
    basis: int = Field(default=20, ge=4, description="Radial basis functions.")
    readout: int = Field(default=48, ge=4, description="Vectors that the atoms of a bead are made of.")
    atom_hidden: int = Field(default=96, ge=8, description="Hidden width of the atom readout.")
    neighbours: int = Field(default=24, ge=4, description="Nearest beads that a bead sees.")
    radius: float = Field(default=12.0, gt=0, description="Radius of view in Å.")
