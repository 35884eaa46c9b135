"""Packages that only ``unbead[finish]``, or another extra, brings."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from unbead.errors import UnbeadError


def require(module: str, extra: str = "finish") -> Any:
    """Import a module that an extra brings.

    Parameters
    ----------
    module : str
        Its dotted name, such as ``openmm.app``.
    extra : str
        The extra.

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
        raise UnbeadError(f"{package} is not installed; run: pip install 'unbead[{extra}]'")
    return import_module(module)
