"""Packages that only ``unbead[finish]`` brings."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from unbead.errors import UnbeadError


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
    package = module.partition(".")[0]
    if find_spec(package) is None:
        raise UnbeadError(f"{package} is not installed; run: pip install 'unbead[finish]'")
    return import_module(module)
