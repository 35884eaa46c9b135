"""Frames of an XTC file, unpacked by another process (`unbead.io.formats.xtc_child`).

If a signal ends that process, that is an error here.
"""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unbead.errors import UnbeadError
from unbead.io.formats import xtc_child

AHEAD = 16  # frames that are asked for before the first is there; those that wait are bounded by the pipe between

PIPE = 1 << 20  # bytes, where the system lets one choose


class Unpacked(NamedTuple):
    """A frame as MDAnalysis gives it, in nm and ps."""

    x: NDArray[np.float32]
    box: NDArray[np.float32]
    step: int
    time: float


def unpack(path: Path, n_atoms: int, offsets: Iterable[int]) -> Generator[Unpacked | None, None, None]:
    """Unpack frames, first to last.

    Parameters
    ----------
    path : Path
        An XTC file whose heads are checked.
    n_atoms : int
        Atoms of each frame.
    offsets : iterable of int
        Where the frames begin.

    Yields
    ------
    Unpacked or None
        Each frame; None, and no more, for one that is damaged.

    Raises
    ------
    UnbeadError
        If no other process can be started.
    """
    left, asked = iter(offsets), deque()
    process = _start(path, n_atoms)
    answers, questions = process.stdout, process.stdin
    assert answers is not None and questions is not None
    try:
        while True:
            while len(asked) < AHEAD and (offset := next(left, None)) is not None:
                asked.append(offset)
                with suppress(OSError):  # it is told below that the process has ended
                    questions.write(offset.to_bytes(8, "little"))
                    questions.flush()
            if not asked:
                return
            asked.popleft()
            head = answers.read(xtc_child.ANSWER.size)
            if len(head) < xtc_child.ANSWER.size:
                yield None
                return
            good, step, time, *box = xtc_child.ANSWER.unpack(head)
            body = answers.read(12 * n_atoms) if good else b""
            if len(body) < 12 * n_atoms:
                yield None
                return
            yield Unpacked(
                np.frombuffer(body, np.float32).reshape(-1, 3), np.array(box, np.float32).reshape(3, 3), step, time
            )
    finally:
        process.kill()
        process.wait()
        for pipe in (answers, questions):
            with suppress(OSError):
                pipe.close()


def _start(path: Path, n_atoms: int) -> "subprocess.Popen[bytes]":
    arguments = [xtc_child.__file__, json.dumps(sys.path), str(path.absolute()), str(n_atoms)]
    try:
        return subprocess.Popen(
            [sys.executable, "-P", *arguments],  # what lies beside the script has names of standard modules
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=PIPE,
            start_new_session=os.name == "posix",  # Ctrl-C is for the process that the user started
        )
    except OSError as error:
        raise UnbeadError(
            f"{path}: no process to unpack XTC can be started ({error}); let sys.executable be Python, or give .trr"
        ) from None
