"""Learnt beads: the Gumbel-softmax auto-encoder of Wang and Gómez-Bombarelli (npj Comput. Mater. 2019, 5, 125).

Atom i belongs to bead I with probability C_iI, the softmax of logits and Gumbel noise at a temperature that falls; a
bead is the mean of its atoms, X = M x with M = Cᵀ divided by its row sums; D X rebuilds the atoms. The loss is
‖x − D X‖² + 0.25 ‖x − C X‖², means over atoms and frames: C X lifts each atom to its bead, which keeps beads compact.

D acts alike on x, y and z, so the decoder turns with the molecule and frames need no alignment. The loss is then
quadratic in x and depends on frames through their second moments alone: n atoms have at most n frames that say the same
as all, and a step costs the same for any trajectory.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from unbead.design.compose import Partition, weights
from unbead.design.partition import in_order

SMALLEST = 1e-6  # singular value that counts, relative to the largest


class AutoencoderSettings(BaseModel):
    """How beads are learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(default=4000, ge=1, description="Steps of each run.")
    runs: int = Field(default=4, ge=1, description="Runs from different noise; the best is taken.")
    learning_rate: float = Field(default=0.01, gt=0, description="Of Adam.")
    hottest: float = Field(default=1.0, gt=0, description="First temperature.")
    coldest: float = Field(default=0.025, gt=0, description="Last temperature; the way there is geometric.")
    lift: float = Field(default=0.25, ge=0, description="Weight of the distance of atoms from their beads.")
    seed: int = 0


def learn_partition(
    root: NDArray[np.float64],
    n_beads: int,
    settings: AutoencoderSettings,
    progress: Callable[[str], None] = lambda _: None,
) -> Partition:
    """Learn which atoms make a bead.

    Parameters
    ----------
    root : ndarray, shape=(n_atoms, n_atoms), dtype=float64
        What `moment_root` makes of the frames.
    n_beads : int
        Beads, at most as many as atoms.
    settings : AutoencoderSettings
        Temperatures, steps and seed.
    progress : callable
        Is told what goes on.

    Returns
    -------
    Partition
        The atoms' most likely beads, each bead with one atom at least.
    """
    best: tuple[float, Partition] | None = None
    for run in range(settings.runs):
        logits = _learn(root, n_beads, settings, run, progress)
        partition = Partition(in_order(_without_empty_beads(logits.argmax(1), root, n_beads)))
        rebuilt, lifted = linear_errors(root, partition)
        loss = rebuilt**2 + settings.lift * lifted**2
        if best is None or loss < best[0]:
            best = loss, partition
    assert best is not None
    return best[1]


def moment_root(frames: NDArray[np.floating]) -> NDArray[np.float64]:
    """Find few columns with the second moments of all frames.

    Parameters
    ----------
    frames : ndarray, shape=(n_frames, n_atoms, 3), dtype=float
        A whole molecule in Å, anywhere and turned anyhow.

    Returns
    -------
    ndarray, shape=(n_atoms, n_atoms), dtype=float64
        R in Å, such that R Rᵀ is the mean of x xᵀ over frames with their centre at the origin, summed over x, y and z.
    """
    moments = np.zeros((frames.shape[1],) * 2)
    for frame in frames:
        x = frame.astype(np.float64) - frame.mean(0, dtype=np.float64)
        moments += x @ x.T
    values, vectors = np.linalg.eigh(moments / len(frames))
    return vectors * np.sqrt(values.clip(0))


def linear_errors(root: NDArray[np.float64], partition: Partition) -> tuple[float, float]:
    """Measure how far atoms are from where beads can tell them to be.

    Parameters
    ----------
    root : ndarray, shape=(n_atoms, n_atoms), dtype=float64
        What `moment_root` returns.
    partition : Partition
        Beads.

    Returns
    -------
    rebuilt, lifted : float
        Root mean square distances in Å from the best linear decoder's atoms, and from the atoms' own beads.
    """
    beads = weights(partition) @ root
    root, beads = root - beads.mean(0), beads - beads.mean(0)  # so that the decoder moves with the molecule
    decoder = root @ np.linalg.pinv(beads, rcond=SMALLEST)
    rebuilt, lifted = root - decoder @ beads, root - beads[partition.owner]
    return float(np.sqrt((rebuilt**2).sum() / len(root))), float(np.sqrt((lifted**2).sum() / len(root)))


def _learn(
    root: NDArray[np.float64], n_beads: int, settings: AutoencoderSettings, run: int, progress: Callable[[str], None]
) -> NDArray[np.float32]:
    """Logits at the end of one run, shape (n_atoms, n_beads)."""
    noise = torch.Generator().manual_seed(settings.seed * 1009 + run)
    x = torch.tensor(root, dtype=torch.float32)
    n = len(x)
    logits = torch.randn(n, n_beads, generator=noise).mul_(0.01).requires_grad_()
    decoder = torch.randn(n, n_beads, generator=noise).mul_(0.01).requires_grad_()
    optimiser = torch.optim.Adam([logits, decoder], settings.learning_rate)
    for step in range(settings.steps):
        done = step / max(settings.steps - 1, 1)
        temperature = settings.hottest * (settings.coldest / settings.hottest) ** done
        gumbel = -torch.log(-torch.log(torch.rand(n, n_beads, generator=noise).clamp(1e-9, 1 - 1e-6)))
        chosen = torch.softmax((logits + gumbel) / temperature, 1)
        beads = (chosen / chosen.sum(0).clamp_min(1e-6)).T @ x
        loss = ((x - decoder @ beads).square().sum() + settings.lift * (x - chosen @ beads).square().sum()) / n
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0:
            progress(f"learning beads: run {run + 1} of {settings.runs}, step {step} of {settings.steps}")
    return logits.detach().numpy()


def _without_empty_beads(owner: NDArray[np.int64], root: NDArray[np.float64], n_beads: int) -> NDArray[np.int64]:
    """Give each empty bead the atom that is farthest from its own bead, if that keeps another."""
    owner = owner.copy()
    for empty in np.setdiff1d(np.arange(n_beads), owner):
        _, own, size = np.unique(owner, return_inverse=True, return_counts=True)
        away = ((root - (weights(Partition(own)) @ root)[own]) ** 2).sum(1)
        owner[np.where(size[own] > 1, away, -1.0).argmax()] = empty
    return owner
