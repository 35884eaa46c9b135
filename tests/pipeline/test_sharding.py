"""Frames shared among real worker processes."""

import os
import signal

import psutil
import pytest

from unbead.errors import UnbeadError
from unbead.pipeline import batch, sharding
from unbead.pipeline.trajectory import backmap_trajectory

OPTIONS = {"device": "cpu", "consistency": "exact"}


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    monkeypatch.setattr(batch, "BEADS", {"cpu": 1})  # nine shards


def worker_processes():
    """Processes of Dask workers that this one started."""
    return [p for p in psutil.Process().children(recursive=True) if any("spawn_main" in part for part in p.cmdline())]


def test_a_killed_workers_frames_are_done_again_to_the_same_bytes(folder):
    backmap_trajectory("top.pdb", ["beads.xtc"], output="alone.xtc", **OPTIONS)
    killed = []

    def progress(text, done, total):
        if done == 2 and not killed:
            killed.append(worker_processes()[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    summary = backmap_trajectory("top.pdb", ["beads.xtc"], output="shared.xtc", workers=2, progress=progress, **OPTIONS)
    assert killed and summary["frames"] == 9
    assert (folder / "shared.xtc").read_bytes() == (folder / "alone.xtc").read_bytes()
    assert worker_processes() == []


def test_any_cluster_serves_and_what_is_readable_is_written(folder):
    from distributed import LocalCluster

    backmap_trajectory("top.pdb", ["beads.xtc"], output="alone.xtc", **OPTIONS)
    alone = (folder / "alone.xtc").read_bytes()
    content = (folder / "beads.xtc").read_bytes()
    (folder / "cut.xtc").write_bytes(content[: int(len(content) * 0.7)])
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        backmap_trajectory("top.pdb", ["beads.xtc"], output="shared.xtc", scheduler=address, **OPTIONS)
        with pytest.raises(UnbeadError, match=r"cut\.xtc: frame 6 is cut off .*; 6 of 7 frames are in cut_out\.xtc"):
            backmap_trajectory("top.pdb", ["cut.xtc"], output="cut_out.xtc", scheduler=address, **OPTIONS)
    assert (folder / "shared.xtc").read_bytes() == alone
    assert alone.startswith((folder / "cut_out.xtc").read_bytes())


def test_a_scheduler_that_is_not_there_is_named(folder, monkeypatch):
    monkeypatch.setattr(sharding, "TIMEOUT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        with pytest.raises(UnbeadError, match=f"{address}: no Dask scheduler answers there"):
            backmap_trajectory("top.pdb", ["beads.xtc"], output="out.xtc", scheduler=address, **OPTIONS)
    assert not (folder / "out.xtc").exists()


def test_a_scheduler_without_workers_is_named(folder, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(sharding, "WORKER_TIMEOUT", 0.5)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        pytest.raises(UnbeadError, match="the Dask scheduler has no workers; start some with `dask worker"),
        sharding.dask_client(None, cluster.scheduler_address),
    ):
        pass


def test_without_dask_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr("unbead.extras.find_spec", lambda name: None)
    words = r"distributed is not installed; run: pip install 'unbead\[dask\]'"
    with pytest.raises(UnbeadError, match=words), sharding.dask_client(1, None):
        pass


def test_a_cluster_of_this_machine_is_closed_to_others(monkeypatch):
    """Whoever can reach a scheduler can run code as the user who started it; port 8787 is everybody's."""
    from distributed import Client

    def listening():
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        return {port.laddr for p in family for port in p.net_connections("inet") if port.status == "LISTEN"}

    before = listening()
    with sharding.dask_client(1, None) as client:
        fresh = listening() - before
        assert {at.ip for at in fresh} == {"127.0.0.1"} and 8787 not in {at.port for at in fresh}
        address = client.scheduler_info()["address"]
        assert address.startswith("tls://") and client.submit(sum, [1, 2]).result() == 3
        for stranger in (address, address.replace("tls", "tcp")):
            with pytest.raises((OSError, ValueError, TypeError)):
                Client(stranger, timeout=0.5)
    assert listening() == before
