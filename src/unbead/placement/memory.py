"""What fits into so much memory: blocks of the networks, frames of a batch, frames that wait to be written."""

import re
from dataclasses import dataclass

from unbead.errors import UnbeadError

BLOCK = 1024  # beads that a network computes at a time; more is not faster
LEAST = 64  # of them; fewer are slow
FRAMES = 8  # that wait between threads; more brings nothing

# Bytes, measured on one and on many copies of a POPC membrane (docs/systems.md).
PROGRAM = 450_000_000  # libraries and models
PER_BLOCK_BEAD = 100_000
PER_ATOM = 1_000
PER_WAITING_ATOM = 40

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
BINARY_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class Memory:
    """What fits; more than this brings nothing.

    Attributes
    ----------
    block : int
        Beads that a network computes at a time.
    copies : int
        Frames, at most, that go through as copies in one assembly.
    waiting : int
        Frames that wait between threads.
    """

    block: int = BLOCK
    copies: int = 2**31
    waiting: int = FRAMES


def parse_size(text: str) -> int:
    """Read a size of memory.

    Parameters
    ----------
    text : str
        Such as ``4GB``, ``500 MB``, ``1.5GiB`` or ``8G``; bytes without a unit.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    UnbeadError
        If it is no size.
    """
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*([KMGT]?)(I?)B?", text.strip().upper())
    if found is None or (found[3] and not found[2]) or not float(found[1]):
        raise UnbeadError(f"--memory {text}: is no size; write 4GB or 500MB")
    return int(float(found[1]) * (BINARY_UNITS if found[3] else UNITS)[found[2]])


def share_memory(size: str | None, n_atoms: int) -> Memory:
    """Decide how much is held at a time, so that a run keeps within a budget.

    Parameters
    ----------
    size : str, optional
        The budget, see `parse_size`; without one all is as large as is useful.
    n_atoms : int
        Heavy atoms of the system.

    Returns
    -------
    Memory
        What fits.

    Raises
    ------
    UnbeadError
        If the budget is no size, or too small for the system.
    """
    if size is None:
        return Memory()
    room = parse_size(size) - PROGRAM - PER_ATOM * n_atoms
    least = LEAST * PER_BLOCK_BEAD + 2 * PER_WAITING_ATOM * n_atoms  # one frame before the networks, one behind
    if room < least:
        needed = parse_size(size) - room + least
        raise UnbeadError(
            f"--memory {size}: {n_atoms} atoms need {needed / 1e9:.2f}GB; give more, or cut the system into parts"
        )
    block = min((room - least) // PER_BLOCK_BEAD + LEAST, BLOCK)
    rest = room - block * PER_BLOCK_BEAD
    waiting = min(max(rest // (2 * PER_WAITING_ATOM * n_atoms), 1), FRAMES)
    return Memory(block, 1 + rest // (PER_ATOM * n_atoms), waiting)
