"""Unbead: from coarse-grained beads back to atoms."""

__version__ = "0.1.0"
