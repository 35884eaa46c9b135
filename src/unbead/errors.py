"""The one exception that Unbead raises for input it cannot use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class UnbeadError(Exception):
    """A problem with the user's input, told in one line that names the remedy.

    The command line prints the message and ends with exit code 2.
    """


@contextmanager
def about(source: object) -> Iterator[None]:
    """Put the name of a file before the message of what goes wrong with its content.

    Parameters
    ----------
    source : object
        A path; anything else has no name and adds nothing.

    Yields
    ------
    None
        Control.

    Raises
    ------
    UnbeadError
        The same, with the name.
    """
    try:
        yield
    except UnbeadError as error:
        named = isinstance(source, str | Path) and not str(error).startswith(str(source))
        raise UnbeadError(f"{source}: {error}" if named else str(error)) from None
