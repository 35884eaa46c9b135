"""Residue numbers as the files meant them, and where residues begin."""

import numpy as np
from numpy.typing import NDArray

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def decode_numbers(column: list[str]) -> NDArray[np.int64]:
    """Turn a residue number column into numbers.

    Hybrid-36 numbers are understood. What is neither (blanks, stars) counts on from the line before when it changes.

    Parameters
    ----------
    column : list of str
        The column, one entry per particle.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Residue numbers.
    """
    try:
        return np.array(column, dtype=str).astype(np.int64)
    except ValueError:
        pass
    numbers = []
    number, before = 0, None
    for text in column:
        if text != before:
            number, before = _decode(text, number + 1), text
        numbers.append(number)
    return np.array(numbers, np.int64)


def unwrap(
    numbers: NDArray[np.int64], other_chain: NDArray[np.bool_], after_end: NDArray[np.bool_], period: int
) -> NDArray[np.int64]:
    """Undo the wrapping of numbers that outgrew their column.

    A number that falls by nearly the period has wrapped. After the end of a chain only a step from the very last number
    to zero has, since another chain may start there at any number.

    Parameters
    ----------
    numbers : ndarray, shape=(n,), dtype=int64
        Residue numbers of the particles, as in the file.
    other_chain : ndarray, shape=(n,), dtype=bool
        Whether the particle is in another chain or segment than the one before; numbers start anew.
    after_end : ndarray, shape=(n,), dtype=bool
        Whether the end of a chain (TER) stands before the particle.
    period : int
        Where the column wraps: 10,000 in PDB and 100,000 in GRO.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Unwrapped numbers.
    """
    before, after = numbers[:-1], numbers[1:]
    exact = (before == period - 1) & (after == 0)
    fallen = (after >= 0) & (after - before < -0.9 * period) & ~after_end[1:]
    wraps = np.concatenate([[False], (exact | fallen) & ~other_chain[1:]])
    restarts = np.concatenate([[False], after < before]) & after_end & ~wraps
    anew = other_chain | restarts
    turns = np.cumsum(wraps)
    return numbers + period * (turns - np.maximum.accumulate(np.where(anew, turns, 0)))


def changes(*columns: NDArray) -> NDArray[np.bool_]:
    """Return where any of the columns differs from the entry before; the first entry counts as a change.

    Parameters
    ----------
    *columns : ndarray, shape=(n,)
        Labels of the particles.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        Whether something changes.
    """
    changed = np.zeros(len(columns[0]), bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _decode(text: str, otherwise: int) -> int:
    """One number: decimal, hybrid-36 (A000 is 10,000, and a000 follows ZZZZ), or what else to take."""
    text = text.strip()
    try:
        return int(text)
    except ValueError:
        pass
    upper = text.upper()
    first_letter = 10 * 36**3
    if len(text) != 4 or text[0].isdigit() or text not in (upper, text.lower()) or set(upper) - set(DIGITS):
        return otherwise
    beyond = 0 if text == upper else 26 * 36**3
    return 10_000 + beyond + int(upper, 36) - first_letter
