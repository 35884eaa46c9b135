"""Check what is asked of finishing before any work is done."""

from pydantic import ValidationError

from unbead.errors import UnbeadError
from unbead.prepare.export.files import check_topology
from unbead.prepare.extras import require
from unbead.prepare.finish import FinishOptions


def check_finish(**values) -> FinishOptions:
    """Check the options of finishing.

    Parameters
    ----------
    **values
        Fields of `unbead.prepare.finish.FinishOptions`.

    Returns
    -------
    FinishOptions
        The options.

    Raises
    ------
    UnbeadError
        If a value is not one that finishing knows, or has nothing to act on, or a package is not installed.
    """
    try:
        options = FinishOptions(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise UnbeadError(f"--{first['loc'][0]} {first['input']}: {first['msg']}") from None
    if options.restrain != "none" and not options.minimize:
        raise UnbeadError(f"--restrain {options.restrain} holds atoms in minimisation; add --minimize")
    if options.all_atoms:
        for package in ("openmm", "propka"):
            require(package)
    if options.topology is not None:
        check_topology(options.topology)
    return options
