"""Frames shared among the workers of a Dask cluster; those of a lost worker are done again by others."""

import logging
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING
from uuid import uuid4

from unbead.errors import UnbeadError
from unbead.extras import require
from unbead.io.trajectory import BeadFrame
from unbead.pipeline.batch import Built
from unbead.pipeline.system import System

if TYPE_CHECKING:
    from distributed import Client, Future

TIMEOUT = 5  # s that a scheduler may take to answer
WORKER_TIMEOUT = 60  # s that the first worker may take to come
PATIENCE = 2.0  # s between looks at whether there are workers
LOOPBACK = "127.0.0.1"
# Dask opens a port for web pages whatever it is told; there are none on it then.
NO_PAGES = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
AHEAD = 2  # shards that wait for each worker


@contextmanager
def dask_client(workers: int | None, scheduler: str | None) -> "Iterator[Client]":
    """Connect to a cluster, or start one on this machine and stop it in the end.

    Parameters
    ----------
    workers : int or None
        Processes to start, each with one thread.
    scheduler : str or None
        Address of a scheduler to use instead, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    distributed.Client
        A client with at least one worker.

    Raises
    ------
    UnbeadError
        If both or neither are given, Dask is not installed, or there is no scheduler or no worker.
    """
    if (workers is None) == (scheduler is None):
        raise UnbeadError("give either --workers or --scheduler")
    if workers is not None and workers < 1:
        raise UnbeadError(f"--workers {workers}: must be at least 1")
    distributed = require("distributed", "dask")
    if scheduler is not None:
        try:
            client = distributed.Client(scheduler, timeout=TIMEOUT)
        except (OSError, ValueError, TimeoutError):
            raise UnbeadError(
                f"{scheduler}: no Dask scheduler answers there; start `dask scheduler`, or use --workers"
            ) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=WORKER_TIMEOUT)
            except TimeoutError:
                raise UnbeadError(
                    f"{scheduler}: the Dask scheduler has no workers; start some with `dask worker {scheduler}`"
                ) from None
            yield client
        return
    require("cryptography", "dask")
    config = require("dask.config", "dask")
    with _deaf(), config.set(NO_PAGES):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,
            host=LOOPBACK,
            dashboard_address=f"{LOOPBACK}:0",  # None would mean port 8787 of this machine
            security=distributed.Security.temporary(),  # whoever reaches a scheduler can run code on its workers
            silence_logs=logging.CRITICAL,
        )
    with cluster, distributed.Client(cluster) as client:
        yield client


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back; threads and processes that start here never hear of it, and leave it to this one."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # its start would let signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def sharded(
    client: "Client", system: System, levels: Sequence[float] | None, shards: Iterable[Sequence[BeadFrame]]
) -> Generator[list[Built], None, None]:
    """Backmap shards of frames on a cluster.

    Parameters
    ----------
    client : distributed.Client
        The cluster.
    system : System
        What is to be built; every worker, also one that comes later, gets it once.
    levels : sequence of float, optional
        Perturbation of the beads in Å for each network.
    shards : iterable of sequence of BeadFrame
        Frames; only a few shards for each worker are taken at a time.

    Yields
    ------
    list of Built
        The atoms of each shard, in their order.

    Raises
    ------
    UnbeadError
        If the scheduler is lost, or frames bring down one worker after the other.
    """
    from unbead.pipeline.worker import FramePlugin, backmap_shard

    name = f"unbead-{uuid4().hex}"
    waiting: deque[tuple[Sequence[BeadFrame], Future]] = deque()
    client.register_plugin(FramePlugin(system), name=name)
    left, failure = iter(shards), None
    try:
        while True:
            try:
                shard = next(left, None)
            except UnbeadError as error:  # of a frame that cannot be read; those before it are good
                shard, failure = None, error
            if shard is None:
                break
            waiting.append((shard, client.submit(backmap_shard, name, shard, levels, pure=False)))
            if len(waiting) > AHEAD * max(len(client.scheduler_info()["workers"]), 1):
                yield _result(client, *waiting.popleft())
        while waiting:
            yield _result(client, *waiting.popleft())
        if failure is not None:
            raise failure
    finally:
        with suppress(OSError, TimeoutError):  # the scheduler may be gone
            client.cancel([future for _, future in waiting])
            client.unregister_worker_plugin(name)


def _result(client: "Client", shard: Sequence[BeadFrame], future: "Future") -> list[Built]:
    from distributed import KilledWorker, wait

    try:
        lonely = 0.0
        while not future.done():
            with suppress(TimeoutError):
                wait(future, timeout=PATIENCE)
            lonely = 0.0 if client.scheduler_info()["workers"] else lonely + PATIENCE
            if lonely > WORKER_TIMEOUT:
                raise UnbeadError("all Dask workers are gone; start some again")
        return future.result()
    except KilledWorker:
        frames = f"frame {shard[0].number}" + (f" to {shard[-1].number}" if len(shard) > 1 else "")
        raise UnbeadError(f"{frames}: every worker that took it died; give the workers more memory") from None
    except (CancelledError, OSError, TimeoutError):
        raise UnbeadError(f"the Dask scheduler was lost at frame {shard[0].number}; start it again") from None
