"""Files that commands write, and standard output in place of one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from unbead.errors import UnbeadError
from unbead.io.output import is_stdout, is_stream, write_text


@contextmanager
def reports(
    html: Path | None, numbers: Path | None, read: Iterable[Path | str | None]
) -> Iterator[Callable[[Path, str], None]]:
    """Hold the places of a command's reports while it works.

    Parameters
    ----------
    html, numbers : Path or None
        What ``--html`` and ``--json`` name.
    read : iterable of Path, str or None
        What the command reads.

    Yields
    ------
    callable
        Writes a text to one of them, whole or not at all.

    Raises
    ------
    UnbeadError
        If a place cannot be written or is one that is read.
    """
    from unbead.io.claim import claimed  # reads MDAnalysis, which takes a while

    streamed(html, numbers)
    with claimed([("--html", html), ("--json", numbers)], read):
        yield lambda path, text: write_text(path, [text])


def streamed(*written: Path | None) -> bool:
    """Tell whether a file goes to standard output, so that nothing else may.

    Parameters
    ----------
    *written : Path or None
        What is written.

    Returns
    -------
    bool
        Whether one of them does.

    Raises
    ------
    UnbeadError
        If several do.
    """
    count = sum(path is not None and is_stdout(path) for path in written)
    if count > 1:
        raise UnbeadError("-: two files cannot go to standard output; name one of them")
    return count == 1


def structure_outputs(output: Path, topology: Path | None) -> tuple[list[tuple[str, Path | None]], bool]:
    """List the files of a structure and its topology.

    Parameters
    ----------
    output : Path
        What ``--output`` names.
    topology : Path or None
        What ``--topology`` names.

    Returns
    -------
    written : list of (str, Path or None)
        The files, each with its option.
    shared : bool
        Whether the coordinates beside the topology are the output, so that they are written once.
    """
    from unbead.prepare.export.files import topology_files

    beside = [] if topology is None else [path for path in topology_files(topology) if path.parent.is_dir()]
    shared = not is_stream(output) and output.resolve() in [path.resolve() for path in beside[1:]]
    written = [("--output", None if shared else output), *(("--topology", path) for path in beside)]
    return written, shared
