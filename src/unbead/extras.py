"""Packages that only an extra of ``pip install unbead[...]`` brings."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from unbead.errors import UnbeadError


def require(module: str, extra: str) -> Any:
    """Import a module of an extra.

    Parameters
    ----------
    module : str
        Its dotted name, such as ``rdkit.Chem``.
    extra : str
        The extra that brings it, such as ``molecules``.

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
