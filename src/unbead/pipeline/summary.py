"""What many frames add up to: repairs, what is left wrong, and where it was worst."""

import numpy as np

from unbead.pipeline.batch import Built
from unbead.placement.bead_summary import BeadSummary


class RunSummary:
    """Adds up backmapped frames."""

    def __init__(self) -> None:
        self.frames = 0
        self._square = 0.0
        self._beads: list[BeadSummary] = []
        self._repairs: dict[str, int] = {}
        self._problems: dict[str, dict] = {}

    def add(self, built: Built) -> None:
        """Add a frame.

        Parameters
        ----------
        built : Built
            The frame.
        """
        self.frames += 1
        self._square += float((built.errors.astype(np.float64) ** 2).mean())
        self._beads.append(built.beads)
        for what, count in built.repairs.items():
            self._repairs[what] = self._repairs.get(what, 0) + count
        for fault, labels in built.problems.items():
            self.fault(fault, labels, built.number)

    def fault(self, fault: str, labels: list[str], number: int, frames: int = 1) -> None:
        """Add a fault.

        Parameters
        ----------
        fault : str
            What is wrong.
        labels : list of str
            Where.
        number : int
            The first frame that has it.
        frames : int
            How many have it.
        """
        known = self._problems.setdefault(fault, {"frames": 0, "first": number, "worst": number, "residues": labels})
        known["frames"] += frames
        if len(labels) > len(known["residues"]):
            known |= {"worst": number, "residues": labels}

    def summary(self) -> dict:
        """Return the sums.

        Returns
        -------
        dict
            ``predicted_error`` in Å; distances of beads from the centres of their atoms in Å (means over frames of
            mean and 99th percentile, and the largest of all); ``repairs`` by kind, and ``problems``: for each kind
            of fault the number of frames that have it, the first and the worst of them, and the residues concerned
            in the worst.
        """
        beads = {}
        if self._beads:
            mean, percentile, largest = np.array([(b.mean, b.percentile_99, b.largest) for b in self._beads]).T
            beads = BeadSummary(float(mean.mean()), float(percentile.mean()), float(largest.max())).facts()
        return {
            "predicted_error": round(float(np.sqrt(self._square / max(self.frames, 1))), 3),
            **beads,
            "repairs": self._repairs,
            "problems": self._problems,
        }
