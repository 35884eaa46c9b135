"""What runs in a Dask worker; imported only where Dask is used."""

from collections.abc import Sequence

import torch
from distributed import Worker, WorkerPlugin, get_worker

from unbead.io.trajectory import BeadFrame
from unbead.pipeline.batch import Built, FrameMapper
from unbead.pipeline.system import System


class FramePlugin(WorkerPlugin):
    """Makes every worker ready for the frames of one trajectory, also one that comes later.

    Parameters
    ----------
    system : System
        What is to be built.
    """

    def __init__(self, system: System):
        self._system = system

    def setup(self, worker: Worker) -> None:
        """Make the backmapper; called in the worker.

        Parameters
        ----------
        worker : distributed.Worker
            The worker.
        """
        torch.set_num_threads(1)
        self.mapper = FrameMapper(self._system)


def backmap_shard(name: str, frames: Sequence[BeadFrame], levels: Sequence[float] | None) -> list[Built]:
    """Backmap frames with what a plugin made ready; called in a worker.

    Parameters
    ----------
    name : str
        Name of the plugin.
    frames : sequence of BeadFrame
        The frames.
    levels : sequence of float, optional
        Perturbation of the beads in Å for each network.

    Returns
    -------
    list of Built
        Their atoms.
    """
    return get_worker().plugins[name].mapper(frames, levels)  # type: ignore[attr-defined]
