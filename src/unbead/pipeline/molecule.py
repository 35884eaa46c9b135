"""Backmap one molecule with a model of the `cgvae` family: frames of its beads in, all of its atoms out."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.appendable import SUFFIXES, AppendableTrajectory
from unbead.io.frame import AtomFrame, Clock
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.write import check_output, check_place, write_structure
from unbead.models.molecule import load_molecule_model
from unbead.pipeline.structure import choose_device
from unbead.pipeline.system import BackmapOptions, check_backmap_options
from unbead.placement.latent_noise import LatentNoise
from unbead.relax.molecule import make_shape, settle
from unbead.structure.bond_graph import wrong_edges
from unbead.structure.canonical import at_origin
from unbead.structure.unwrap import find_molecules

WRONG = "bond graph wrong"


class MoleculeBackmapper:
    """Turns beads of one molecule into its atoms.

    Parameters
    ----------
    model : str or Path
        A ``.safetensors`` file.
    how : BackmapOptions
        Samples, seed, temperature, coherence, and whether to relax.
    device : torch.device
        Where to compute.
    """

    def __init__(self, model: str | Path, how: BackmapOptions, device: torch.device):
        check_backmap_options(how)
        self.network, self.molecule = load_molecule_model(model)
        self.network.to(device)
        if how.samples and not self.network.settings.latent:
            raise UnbeadError(f"--samples needs a model with latents, which {model} has not; train it with some")
        self.how, self.device = how, device
        elements = self.molecule.atoms.elements.tolist()
        self.shape = make_shape(elements, self.molecule.pairs, self.molecule.lengths).to(device)

    def order(self, beads: Particles, source: str) -> NDArray[np.int64]:
        """Find the model's beads among those of a file.

        Parameters
        ----------
        beads : Particles
            The beads.
        source : str
            Where they are from, for messages.

        Returns
        -------
        ndarray, shape=(n_beads,), dtype=int64
            Their places.

        Raises
        ------
        UnbeadError
            If there are others.
        """
        names, wanted = beads.names.tolist(), self.molecule.beads
        if sorted(names) != sorted(wanted):
            raise UnbeadError(
                f"{source}: has beads {_few(names)}, and the model knows one molecule with beads {_few(wanted)};"
                " coarsen it with the model's own mapping"
            )
        return np.array([names.index(name) for name in wanted])

    def __call__(self, beads: NDArray[np.float32], frame: int) -> NDArray[np.float32]:
        """Build the structures of one frame.

        Parameters
        ----------
        beads : ndarray, shape=(n_beads, 3), dtype=float32
            The model's beads in Å.
        frame : int
            Its number, for the noise.

        Returns
        -------
        ndarray, shape=(n_structures, n_atoms, 3), dtype=float32
            The samples, or the structure at the prior's mean.
        """
        how, n = self.how, len(beads)
        copies = torch.from_numpy(beads).to(self.device).expand(max(how.samples, 1), -1, -1)
        noise = None
        if how.samples:
            draws = LatentNoise(how.seed, how.temperature, tuple((k, frame) for k in range(how.samples)), how.coherent)
            all_beads = how.samples * n
            drawn = draws.noise(np.arange(all_beads), all_beads, self.network.settings.latent)
            noise = torch.from_numpy(drawn).to(self.device)
        with torch.no_grad():
            atoms = self.network(copies, noise, how.temperature)
        if how.relax:
            atoms = settle(atoms, self.shape, self.network.operator, self.network.lift)
        return atoms.cpu().numpy()


def backmap_molecule(
    source: Path,
    trajectories: Sequence[Path],
    output: Path,
    model: str | Path,
    how: BackmapOptions,
    device: str = "auto",
    start: int = 0,
    stop: int | None = None,
    step: int = 1,
    topology_out: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict:
    """Backmap frames of one molecule into a file.

    Parameters
    ----------
    source : Path
        Its beads.
    trajectories : sequence of Path
        Files of frames; the structure's own if there are none.
    output : Path
        A structure of one or more models, or a trajectory.
    model : str or Path
        A ``.safetensors`` file of the family.
    how : BackmapOptions
        Samples, seed, temperature, and whether to relax.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    start, stop, step : int
        The frames to take.
    topology_out : Path, optional
        Where the first structure goes if the output has no names; beside it by default.
    progress : callable
        Gets frames done and frames in all.

    Returns
    -------
    dict
        What was done; ``problems`` tells how many structures have a wrong bond graph.

    Raises
    ------
    UnbeadError
        If the input, the model or the output cannot be used.
    """
    started = time.perf_counter()
    grows = output.suffix.lower() in SUFFIXES
    named = not grows or output.suffix.lower() == ".pdb"
    topology = None if named else topology_out or output.with_suffix(".pdb")
    for path in (source, *trajectories):
        (check_place if grows else check_output)(output, path)
        if topology is not None:
            check_output(topology, path)
    if topology is not None and topology_out is None and topology.exists():
        raise UnbeadError(f"{topology}: exists already; say with --topology-out where the first frame is to be written")
    backmapper = MoleculeBackmapper(model, how, choose_device(device))
    beads = read_structure(source)
    order = backmapper.order(beads, str(source))
    trajectory = Trajectory(beads, trajectories or [source], str(source))
    wanted = trajectory.select(start, stop, step)
    whole = find_molecules(beads)
    molecule = backmapper.molecule
    wrong = built = 0

    def _structures() -> Iterator[AtomFrame]:
        nonlocal wrong, built
        residue = np.full(len(molecule.atoms), beads.residue_index[order[0]])
        for done, frame in enumerate(trajectory.read(wanted)):
            origin = at_origin(frame.positions, frame.box, whole)
            found = backmapper(origin.positions[order], frame.number)
            missing, extra = wrong_edges(found, molecule.atoms.elements.tolist(), molecule.bonds)
            wrong, built = wrong + int((missing + extra > 0).sum()), built + len(found)
            for x in found:
                errors = np.zeros(len(x), np.float32)
                yield AtomFrame(origin.back(x, residue), frame.box, frame.time, frame.step, errors)
            progress(done + 1, len(wanted))

    def _of(frame: AtomFrame) -> Particles:
        return replace(molecule.atoms, positions=frame.positions, box=frame.box)

    if not grows:
        write_structure(output, (_of(frame) for frame in _structures()))
    else:
        with AppendableTrajectory(output, molecule.atoms, Clock()) as writer:
            for frame in _structures():
                if topology is not None and writer.n_frames == 0:
                    write_structure(topology, _of(frame))
                writer.write(frame)
            writer.finish()
    return {
        "model": str(model),
        "beads": len(molecule.beads),
        "atoms": len(molecule.atoms),
        "frames": len(wanted),
        "structures": built,
        "topology": None if topology is None else str(topology),
        "problems": {WRONG: wrong} if wrong else {},
        "seconds": round(time.perf_counter() - started, 2),
    }


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
