"""One line for what went wrong, and the exit code that goes with it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from unbead.errors import UnbeadError

BAD_INPUT = 2
WRITTEN_WITH_WARNINGS = 3
INTERRUPTED = 130


class _Warnings(logging.Handler):
    """Keeps what was logged until the command ends: an error takes one line, whatever was said before it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(" ".join(record.getMessage().removeprefix("unbead: ").split()))


@contextmanager
def reported() -> Iterator[None]:
    """Turn user errors into one line on stderr and exit code 2, an interrupt into exit code 130."""
    warnings, log = _Warnings(), logging.getLogger("unbead")
    log.addHandler(warnings)
    try:
        yield
    except UnbeadError as error:
        sys.stderr.write(f"unbead: {'; '.join([' '.join(str(error).split()), *warnings.lines])}\n")
        warnings.lines.clear()
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        sys.stderr.write("unbead: interrupted; nothing unfinished was kept\n")
        raise typer.Exit(INTERRUPTED) from None
    finally:
        log.removeHandler(warnings)
        sys.stderr.writelines(f"unbead: {line}\n" for line in warnings.lines)


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
