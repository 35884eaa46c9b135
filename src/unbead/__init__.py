"""Unbead: from coarse-grained beads back to atoms."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unbead.pipeline.structure import backmap

__version__ = "0.1.0"
__all__ = ["backmap"]


def __getattr__(name: str) -> Any:  # torch and MDAnalysis load only when they are needed
    if name == "backmap":
        from unbead.pipeline.structure import backmap

        return backmap
    raise AttributeError(f"module 'unbead' has no attribute {name!r}")
