"""How far atoms move from frame to frame, against the all-atom trajectory that the beads were made of.

Run: ``python benchmarks/smooth.py TOP.pdb [TRAJ.xtc] [--mapping martini3,ca] [--frames 20] [--no-relax]``, with
``--sample`` or ``--coherent`` for a sample of each frame, as by ``unbead run --samples 1``. Frames are coarsened and
backmapped; the mean displacement of all heavy atoms between frames is divided by that of the same atoms in the
reference. Inner displacements are those that are left when the backbone of the reference is laid onto that of the frame
before; overall motion would make any tool look smooth.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import protein_slots
from unbead.chem.particles import Particles
from unbead.io.read import read_structure
from unbead.io.trajectory import BeadFrame, Trajectory
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.batch import FrameMapper
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions
from unbead.structure.superpose import superpose
from unbead.structure.unwrap import make_whole


def backmapped(atoms: list[Particles], mapping: str, how: BackmapOptions) -> tuple[NDArray, NDArray, NDArray]:
    """Reference and ours, shape (n_frames, n_atoms, 3), and which of the atoms are backbone."""
    chosen = load_mapping(mapping)
    beads = [coarsen(frame, chosen) for frame in atoms]
    system = open_system(beads[0], mapping, None, "cpu", how)
    mapper = FrameMapper(system)
    frames = [BeadFrame(b.positions, None, float(k), k, k) for k, b in enumerate(beads)]
    levels = system(frames[0].positions).levels
    built = [system.atoms.with_positions(b.positions) for b in mapper(frames, levels)]
    pairs = [(protein_slots(a), protein_slots(b)) for a, b in zip(atoms, built, strict=True)]
    there = pairs[0][0].present & pairs[0][1].present
    truth, ours = (np.array([pair[side].positions[there] for pair in pairs], np.float64) for side in (0, 1))
    backbone = np.broadcast_to(np.arange(there.shape[1]) < 4, there.shape)[there]
    return truth, ours, backbone


def inner(truth: NDArray, x: NDArray, backbone: NDArray) -> Iterator[NDArray]:
    """Displacements without the motion of the whole, shape (n_atoms,) for each pair of frames."""
    for k in range(len(truth) - 1):
        rotation, shift = superpose(truth[k + 1][backbone], truth[k][backbone][None])
        yield np.linalg.norm(x[k + 1] @ rotation[0] + shift[0] - x[k], axis=1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topology", type=Path)
    parser.add_argument("trajectory", type=Path, nargs="?")
    parser.add_argument("--mapping", default="martini3,ca")
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--no-relax", action="store_true")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--coherent", action="store_true")
    options = parser.parse_args()
    first = read_structure(options.topology)
    trajectory = Trajectory(first, [options.trajectory or options.topology], str(options.topology))
    wanted = trajectory.select(0, options.frames)
    atoms = [make_whole(frame.of(first)) for frame in trajectory.read(wanted)]
    atoms = [replace(frame, box=None) for frame in atoms]
    drawn = options.sample or options.coherent
    how = BackmapOptions(relax=not options.no_relax, samples=int(drawn), coherent=options.coherent)
    print("| beads | frames | atoms | Å a frame | ours | ratio | inner Å a frame | ratio | backbone | side chains |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for mapping in options.mapping.split(","):
        truth, ours, backbone = backmapped(atoms, mapping, how)
        whole = [np.linalg.norm(np.diff(x, axis=0), axis=2).mean() for x in (truth, ours)]
        parts = [np.array(list(inner(truth, x, backbone))) for x in (truth, ours)]
        means = [[part[:, rows].mean() for part in parts] for rows in (slice(None), backbone, ~backbone)]
        ratios = " | ".join(f"{mine / true:.2f}" for true, mine in means)
        print(
            f"| {mapping} | {len(atoms)} | {truth.shape[1]} | {whole[0]:.3f} | {whole[1]:.3f} |"
            f" {whole[1] / whole[0]:.2f} | {means[0][0]:.3f} | {ratios} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
