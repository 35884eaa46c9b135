"""How far beads are from the centres of their atoms, in three numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class BeadSummary:
    """Distances of beads from the centres of their atoms.

    Attributes
    ----------
    mean, percentile_99, largest : float
        In Å.
    """

    mean: float
    percentile_99: float
    largest: float

    def facts(self) -> dict[str, float]:
        """Return the entries of a summary, in Å to 0.001 Å."""
        return {
            "bead_distance_mean": round(self.mean, 3),
            "bead_distance_99": round(self.percentile_99, 3),
            "bead_distance_max": round(self.largest, 3),
        }


def summarise_beads(distances: NDArray[np.floating]) -> BeadSummary:
    """Sum up distances.

    Parameters
    ----------
    distances : ndarray, shape=(n_beads,), dtype=float
        In Å; at least one.

    Returns
    -------
    BeadSummary
        Mean, 99th percentile and largest.
    """
    return BeadSummary(float(distances.mean()), float(np.percentile(distances, 99)), float(distances.max()))
