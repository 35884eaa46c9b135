"""Unbead: from coarse-grained beads back to atoms."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unbead.api import check, coarsen, evaluate, finish
    from unbead.errors import UnbeadError
    from unbead.mapping.mapping import load_mapping
    from unbead.models.store import load_model
    from unbead.pipeline.api import backmap
    from unbead.pipeline.trajectory import backmap_trajectory

__version__ = "0.1.0"
__all__ = [
    "UnbeadError",
    "backmap",
    "backmap_trajectory",
    "check",
    "coarsen",
    "evaluate",
    "finish",
    "load_mapping",
    "load_model",
]
_HOMES = {
    "UnbeadError": "unbead.errors",
    "backmap": "unbead.pipeline.api",
    "backmap_trajectory": "unbead.pipeline.trajectory",
    "check": "unbead.api",
    "coarsen": "unbead.api",
    "evaluate": "unbead.api",
    "finish": "unbead.api",
    "load_mapping": "unbead.mapping.mapping",
    "load_model": "unbead.models.store",
}


def __getattr__(name: str) -> Any:  # torch and MDAnalysis take seconds to load: only when they are needed
    if name not in _HOMES:
        raise AttributeError(f"module 'unbead' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
