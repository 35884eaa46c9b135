"""Claim the files that a run writes: none of them is one that it reads, and no other run writes them meanwhile."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from unbead.errors import UnbeadError
from unbead.io.output import is_stream
from unbead.io.write import check_place

try:
    import fcntl
except ImportError:  # where there are no such locks, two runs on one output are not noticed
    fcntl = None

Outputs = Iterable[tuple[str, Path | None]]


@contextmanager
def claimed(written: Outputs, read: Iterable[Path | str | None]) -> Iterator[None]:
    """Hold the files that a run writes.

    Parameters
    ----------
    written : iterable of (str, Path or None)
        Each with the option that names it; what is None is not written.
    read : iterable of Path, str or None
        Files and folders that the run reads.

    Yields
    ------
    None
        Control, while the files are held.

    Raises
    ------
    UnbeadError
        If a file cannot be written there, is one that is read or another that is written, or is held by another run.
    """
    chosen = [(option, path) for option, path in written if path is not None]
    check_apart(chosen, read)
    places = sorted({path.resolve() for _, path in chosen if not is_stream(path)})
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(_locked(place))
        yield


def check_apart(written: Outputs, read: Iterable[Path | str | None]) -> None:
    """Complain of a file to be written that cannot be, that is read, too, or that would be written twice.

    Parameters
    ----------
    written : iterable of (str, Path or None)
        Each with the option that names it.
    read : iterable of Path, str or None
        Files and folders that are read.

    Raises
    ------
    UnbeadError
        If there is one.
    """
    inputs = list(_files(read))
    others: dict[Path, str] = {}
    for option, path in written:
        if path is None:
            continue
        check_place(path)
        if is_stream(path):
            continue
        for source in inputs:
            if path.exists() and path.samefile(source):
                name = "" if path == source else f" {source}"
                raise UnbeadError(f"{path}: is the input{name}, which would be lost; choose another {option}")
        place = path.resolve()
        if place in others:
            raise UnbeadError(f"{path}: is the {others[place].lstrip('-')}; name another file for {option}")
        others[place] = option


def _files(read: Iterable[Path | str | None]) -> Iterator[Path]:
    """Files among what is read; those of folders, too."""
    for path in (Path(path) for path in read if path is not None):
        with suppress(OSError, ValueError):  # SMILES may stand where a path may
            if path.is_dir():
                yield from (file for file in path.iterdir() if file.is_file())
            elif path.exists():
                yield path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock beside a file; what ends a run ends its lock, too."""
    if fcntl is None:
        yield
        return
    place = path.with_name(f".unbead.{blake2b(path.name.encode(), digest_size=8).hexdigest()}.lock")
    descriptor = _take(place, path)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                place.unlink(missing_ok=True)
            os.close(descriptor)


def _take(place: Path, path: Path) -> int | None:
    """Lock a file that is still the one of this name; None where the file system has no locks."""
    assert fcntl is not None
    while True:
        try:
            descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise UnbeadError(f"{path}: {error.strerror}; choose another place") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), place.stat()):
                return descriptor
            os.close(descriptor)  # a run that has just ended removed it
        except FileNotFoundError:
            os.close(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            raise UnbeadError(
                f"{path}: another run is writing it; wait until that has ended, or choose another output"
            ) from None
        except OSError:
            os.close(descriptor)
            return None
