"""Unbead: from coarse-grained beads back to atoms."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unbead.pipeline.api import backmap
    from unbead.pipeline.trajectory import backmap_trajectory

__version__ = "0.1.0"
__all__ = ["backmap", "backmap_trajectory"]


def __getattr__(name: str) -> Any:  # torch and MDAnalysis load only when they are needed
    if name == "backmap":
        from unbead.pipeline.api import backmap

        return backmap
    if name == "backmap_trajectory":
        from unbead.pipeline.trajectory import backmap_trajectory

        return backmap_trajectory
    raise AttributeError(f"module 'unbead' has no attribute {name!r}")
