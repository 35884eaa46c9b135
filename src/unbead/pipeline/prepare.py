"""What comes before any frame: the beads, their mapping, the atoms to build, the networks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import MDAnalysis as mda
import torch

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError, about
from unbead.io.read import read_structure
from unbead.io.trajectory import Trajectory
from unbead.io.universe import from_universe
from unbead.mapping.assemble import Assembly, assemble
from unbead.mapping.detect import detect
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.models.store import DEFAULT_MODEL, load_models
from unbead.pipeline.backmapper import Backmapper
from unbead.pipeline.doubts import find_gaps, refuse_nonsense
from unbead.pipeline.placer import Model

CONSISTENCY = ("soft", "exact", "off")
BACKBONES = ("network", "herobm")
BROKEN_CHAIN = "chain broken where numbers go on"


@dataclass(frozen=True)
class Prepared:
    """All that is known before the first frame; it travels to other processes.

    Attributes
    ----------
    beads : Particles
        The input.
    mapping : Mapping
        Its mapping.
    assembly : Assembly
        Beads that stand for atoms, and the atoms to build.
    models : sequence of tuple of UnbeadNetwork and Vocabulary
        Networks and what they know.
    device : str
        Where to compute.
    consistency, backbone : str
        See `unbead.pipeline.structure.backmap_structure`.
    relax : bool
        Whether to relax.
    gaps, ends : list of str
        Breaks of chains whose numbers go on, narrow and wide.
    facts : dict
        Choices and counts, for summaries.
    """

    beads: Particles
    mapping: Mapping
    assembly: Assembly
    models: Sequence[Model]
    device: str
    consistency: str
    backbone: str
    relax: bool
    gaps: list[str]
    ends: list[str]
    facts: dict

    def backmapper(self, assembly: Assembly | None = None) -> Backmapper:
        """Make a backmapper.

        Parameters
        ----------
        assembly : Assembly, optional
            What to build; `Prepared.assembly` by default.

        Returns
        -------
        Backmapper
            Ready for frames.
        """
        device = torch.device(self.device)
        return Backmapper(assembly or self.assembly, self.models, device, self.relax, self.backbone)


def read_beads(source: Path | str | mda.Universe, frame: int = 0, trajectories: Sequence[Path] = ()) -> Particles:
    """Read one frame of a coarse-grained system.

    Parameters
    ----------
    source : Path, str or MDAnalysis.Universe
        The structure.
    frame : int
        Which frame, from zero.
    trajectories : sequence of Path, optional
        Files that the frame is taken from instead.

    Returns
    -------
    Particles
        The beads.

    Raises
    ------
    UnbeadError
        If the input cannot be used or has no such frame.
    """
    if isinstance(source, mda.Universe):
        return from_universe(source, frame)
    if not trajectories:
        return read_structure(source, frame)
    beads = read_structure(source)
    trajectory = Trajectory(beads, trajectories, str(source))
    if not 0 <= frame < len(trajectory):
        raise UnbeadError(f"{trajectories[0]}: no frame {frame}; there are {len(trajectory)}, counted from 0")
    found = next(trajectory.read(range(frame, frame + 1)))
    return replace(beads, positions=found.positions, box=found.box)


def prepare(
    beads: Particles,
    source: object,
    mapping: str | None = None,
    model: str | None = None,
    consistency: str = "soft",
    relax: bool = True,
    device: str = "auto",
    backbone: str = "network",
    tell: Callable[[str], None] = lambda text: None,
) -> Prepared:
    """Recognise the mapping, list the atoms to build, load the networks.

    Parameters
    ----------
    beads : Particles
        The input.
    source : object
        Where it is from, for messages.
    mapping, model, consistency, relax, device, backbone
        See `unbead.pipeline.structure.backmap_structure`.
    tell : callable
        Called with a line on what is being done.

    Returns
    -------
    Prepared
        All that is needed for frames.

    Raises
    ------
    UnbeadError
        If the input, the mapping or the model cannot be used.
    """
    where = choose_device(device)
    with about(source):
        chosen = detect(beads) if mapping is None else load_mapping(mapping)
        tell(f"assembling {len(beads)} beads of mapping {chosen.name}")
        assembly = assemble(beads, chosen)
        refuse_nonsense(assembly)
    gaps, ends = find_gaps(assembly)
    facts = {
        "mapping": chosen.name,
        "model": model or DEFAULT_MODEL,
        "device": str(where),
        "backbone": backbone,
        "residues": len(set(assembly.atoms.residue_index.tolist())),
        "beads": len(assembly.beads),
        "atoms": len(assembly.atoms),
        "skipped": assembly.skipped,
    }
    models = load_models(model)
    return Prepared(beads, chosen, assembly, models, str(where), consistency, backbone, relax, gaps, ends, facts)


def check_choices(consistency: str, backbone: str) -> None:
    """Complain of choices that there are not, before any work is done.

    Parameters
    ----------
    consistency, backbone : str
        See `unbead.pipeline.structure.backmap_structure`.

    Raises
    ------
    UnbeadError
        If one is unknown.
    """
    if consistency not in CONSISTENCY:
        raise UnbeadError(f"consistency {consistency} is unknown; use {', '.join(CONSISTENCY)}")
    if backbone not in BACKBONES:
        raise UnbeadError(f"backbone {backbone} is unknown; use {', '.join(BACKBONES)}")


def choose_device(name: str) -> torch.device:
    """Return a torch device.

    Parameters
    ----------
    name : str
        ``auto`` (CUDA, else MPS, else CPU), ``cpu``, ``cuda`` or ``mps``.

    Returns
    -------
    torch.device
        The device.

    Raises
    ------
    UnbeadError
        If this machine does not have it.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(d for d in ("cuda", "mps", "cpu") if there[d]))
    if not there.get(name, False):
        raise UnbeadError(f"device {name} is not available here; use --device auto or cpu")
    return torch.device(name)
