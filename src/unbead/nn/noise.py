"""Normal random numbers that depend on what they are for, and on nothing else.

Every number is a hash of (seed, sample, frame, residue, dimension), so that a residue gets the same noise whatever else
is in its batch, in which order, and how a trajectory is cut up (counter-based, as in Salmon et al.,
doi:10.1145/2063384.2063405; the mixing is that of SplitMix64).
"""

import numpy as np
from numpy.typing import NDArray

COHERENCE = 10  # frames after which coherent noise is still correlated by about one half

_SMOOTH = 2**62  # far from the numbers of frames, so that the two kinds of noise have nothing to do with each other
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def counter_noise(seed: int, sample: int, frame: int, residues: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return standard normal numbers for residues of one sample of one frame.

    Parameters
    ----------
    seed, sample, frame : int
        What the numbers are for.
    residues : ndarray, shape=(n,), dtype=int64
        A number of each residue that says which it is.
    size : int
        Numbers per residue.

    Returns
    -------
    ndarray, shape=(n, size), dtype=float32
        Independent standard normal numbers.
    """
    state = np.zeros((), np.uint64)
    for part in (seed, sample, frame):
        state = _mixed(state ^ np.uint64(part % 2**64))
    rows = _mixed(state ^ residues.astype(np.uint64))[:, None]
    count = np.arange(2 * size, dtype=np.uint64)[None]
    bits = _mixed(rows ^ _mixed(count))
    uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    radius = np.sqrt(-2.0 * np.log(uniform[:, :size]))  # Box and Muller
    return (radius * np.cos(2.0 * np.pi * uniform[:, size:])).astype(np.float32)


def coherent_noise(seed: int, sample: int, frame: int, residues: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return standard normal numbers that vary smoothly from frame to frame.

    Independent numbers ξ at every `COHERENCE` frames are joined by cubic B-splines, z(f) = Σ wⱼ ξⱼ / √Σ wⱼ², so that
    every frame's numbers are standard normal, and need no other frame's. They are correlated by 0.44 to 0.54 after
    `COHERENCE` frames, and not at all after four times as many.

    Parameters
    ----------
    seed, sample, frame : int
        What the numbers are for.
    residues : ndarray, shape=(n,), dtype=int64
        A number of each residue that says which it is.
    size : int
        Numbers per residue.

    Returns
    -------
    ndarray, shape=(n, size), dtype=float32
        Standard normal numbers, independent of each other within a frame.
    """
    knot, past = divmod(frame, COHERENCE)
    t = past / COHERENCE
    weights = np.array([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * (1 - t) ** 3 - 6 * (1 - t) ** 2 + 4, t**3])
    weights /= np.sqrt((weights**2).sum())
    parts = (counter_noise(seed, sample, _SMOOTH + knot + j, residues, size) for j in range(4))
    return sum(np.float32(w) * part for w, part in zip(weights, parts, strict=True))  # type: ignore[return-value]


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        x = x + _STEP
        x = (x ^ (x >> np.uint64(30))) * _FIRST
        x = (x ^ (x >> np.uint64(27))) * _SECOND
    return x ^ (x >> np.uint64(31))
