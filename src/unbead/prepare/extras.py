"""Packages that only ``unbead[finish]`` brings."""

from typing import Any

from unbead import extras


def require(module: str) -> Any:
    """Import a module of the extra ``finish``.

    Parameters
    ----------
    module : str
        Its dotted name, such as ``openmm.app``.

    Returns
    -------
    module
        The module.

    Raises
    ------
    UnbeadError
        If the package is not installed.
    """
    return extras.require(module, "finish")
