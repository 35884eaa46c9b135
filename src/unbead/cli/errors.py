"""One line for what went wrong, and the exit code that goes with it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from unbead.errors import UnbeadError

BAD_INPUT = 2
WRITTEN_WITH_WARNINGS = 3
INTERRUPTED = 130


@contextmanager
def reported() -> Iterator[None]:
    """Turn user errors into one line on stderr and exit code 2, an interrupt into exit code 130."""
    try:
        yield
    except UnbeadError as error:
        sys.stderr.write(f"unbead: {' '.join(str(error).split())}\n")
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        sys.stderr.write("unbead: interrupted; nothing unfinished was kept\n")
        raise typer.Exit(INTERRUPTED) from None


def listed(labels: list[str], most: int = 8) -> str:
    """Put labels into one line, the first of them only where there are many.

    Parameters
    ----------
    labels : list of str
        Labels.
    most : int
        How many to show.

    Returns
    -------
    str
        Such as ``A, B and 3 more``.
    """
    return ", ".join(labels[:most]) + (f" and {len(labels) - most} more" if len(labels) > most else "")
