"""Where a few waters stand about one point, and how they are turned."""

import numpy as np
from numpy.typing import NDArray

_HALF = np.sqrt(0.75)
_TRIANGLE = [[1, 0, 0], [-0.5, _HALF, 0], [-0.5, -_HALF, 0]]
# Directions as far from each other as can be, by their number; their sum is zero.
SHELLS = {
    2: np.array([[0, 0, 1.0], [0, 0, -1]]),
    3: np.array([*_TRIANGLE]),
    4: np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3),
    5: np.array([*_TRIANGLE, [0, 0, 1], [0, 0, -1]]),
}


def turns(keys: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """Draw one random rotation per key, which depends on nothing but the key and the seed.

    Parameters
    ----------
    keys : ndarray, shape=(n,), dtype=int64
        What tells rotations apart.
    seed : int
        Seed.

    Returns
    -------
    ndarray, shape=(n, 3, 3), dtype=float64
        Rotations, uniform over all directions (quaternions after Shoemake, Graphics Gems III, 1992).
    """
    u, v, w = (_uniform(keys, 3 * seed + k) for k in range(3))
    a, b = np.sqrt(1 - u), np.sqrt(u)
    x, y, z, r = (a * np.sin(2 * np.pi * v), a * np.cos(2 * np.pi * v), b * np.sin(2 * np.pi * w),
                  b * np.cos(2 * np.pi * w))  # fmt: skip
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * r), 2 * (x * z + y * r)],
        [2 * (x * y + z * r), 1 - 2 * (x * x + z * z), 2 * (y * z - x * r)],
        [2 * (x * z - y * r), 2 * (y * z + x * r), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def _uniform(keys: NDArray[np.int64], stream: int) -> NDArray[np.float64]:
    """Numbers in [0, 1) from a hash (SplitMix64: Steele, Lea and Flood, OOPSLA 2014)."""
    with np.errstate(over="ignore"):
        z = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(((stream + 1) * 0xD1B54A32D192ED03) % 2**64)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**53
