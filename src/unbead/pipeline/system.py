"""A whole coarse-grained system: molecules, water and ions, for any number of frames."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.particles import Particles, join
from unbead.chem.templates import Template, add_template, template
from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import Mapping
from unbead.mapping.split import split_system
from unbead.pipeline.input_checks import refuse_nonsense
from unbead.pipeline.periodic_images import overlapping
from unbead.placement.backmapper import Backmapper, Frame
from unbead.placement.latent_noise import LatentNoise
from unbead.placement.memory import share_memory
from unbead.placement.network import Model
from unbead.placement.solvent import assemble_solvent, place_solvent
from unbead.prepare.charge import net_charge
from unbead.prepare.solvation.fill import check_box
from unbead.structure.box import box_vectors
from unbead.structure.canonical import at_origin
from unbead.structure.chains import closed_chains
from unbead.structure.unwrap import find_molecules

CHOICES = {
    "consistency": ("soft", "exact", "off"),
    "backbone": ("network", "herobm"),
    "answer": ("mean", "mode"),
    "water": ("keep", "drop", "resolvate"),
}
LEFT_OUT = "residues left out"
UNBUILT = "bonds of the file that were not built"
KINDS: dict[object, str] = {bool: "True or False", int: "a whole number", float: "a number"}
FEWEST = 3  # beads, to be sampled


@dataclass(frozen=True)
class BackmapOptions:
    """How a system is backmapped.

    Attributes
    ----------
    consistency : str
        How closely the atoms' centres must be the beads: ``soft``, ``exact`` or ``off``.
    relax : bool
        Whether to bring the geometry within bounds after the networks.
    backbone : str
        ``network``: as the network places it; ``herobm``: optimised towards predicted φ and ψ.
    answer : str
        Side chains at the ``mean`` of what they may be, or at its ``mode``, the likeliest rotamers.
    water : str
        ``keep``: beads of water become molecules; ``drop``: they are left out; ``resolvate``: so they are, for
        `unbead.prepare.finish.finish` to fill the box anew. Ions stay.
    skip_unknown : bool
        Whether to leave out residues that nobody knows or whose beads do not fit; otherwise they are an error.
    seed : int
        Another seed turns the waters otherwise, and gives other samples.
    memory : str, optional
        Memory that a run keeps within, such as ``4GB``; it decides how much is computed at a time, not the answer.
    samples : int
        Structures to draw for each frame; zero for the one at the mean of the latents.
    temperature : float
        Scale of the spread of the latents; 1 is what the model has learnt.
    coherent : bool
        Whether each sample's latents vary smoothly from frame to frame, instead of anew.
    """

    consistency: str = "soft"
    relax: bool = True
    backbone: str = "network"
    answer: str = "mean"
    water: str = "keep"
    skip_unknown: bool = False
    seed: int = 0
    memory: str | None = None
    samples: int = 0
    temperature: float = 1.0
    coherent: bool = False


def check_backmap_options(how: BackmapOptions) -> None:
    """Complain of choices that there are not.

    Parameters
    ----------
    how : BackmapOptions
        Choices.

    Raises
    ------
    UnbeadError
        If one of them is none.
    """
    for field in fields(BackmapOptions):
        value, kinds = getattr(how, field.name), (int, float) if field.type is float else field.type
        if not isinstance(value, kinds) or (isinstance(value, bool) and field.type is not bool):  # type: ignore[arg-type]
            raise UnbeadError(f"{field.name} {value!r}: is not {KINDS.get(field.type, 'text')}")
    for name, known in CHOICES.items():
        if getattr(how, name) not in known:
            raise UnbeadError(f"{name} {getattr(how, name)} is unknown; use {', '.join(known)}")
    if how.samples < 0:
        raise UnbeadError(f"samples {how.samples}: give how many structures to draw, or 0 for the mean one")
    if how.coherent and not how.samples:
        raise UnbeadError("--coherent is about samples; say with --samples how many")
    if not 0.0 <= how.temperature < np.inf:
        raise UnbeadError(
            f"--temperature {how.temperature:g}: give a number from 0, which draws the mean; 1 is what the model learnt"
        )


class System:
    """Turns the beads of a system into its atoms: molecules in the order of the input, then water, then ions.

    Parameters
    ----------
    beads : Particles
        All beads.
    mapping : Mapping
        The mapping that they were made with.
    models : sequence of tuple of Network and Vocabulary
        Networks; the first that knows a residue places it.
    device : torch.device
        Where to compute.
    how : BackmapOptions
        Choices.
    warnings : sequence of str
        What looks wrong in the beads, a line each.

    Attributes
    ----------
    atoms : Particles
        Heavy atoms, all at the origin.
    molecules : Molecules
        Which beads hang together.
    assembly : Assembly
        The molecules; its atoms come first.
    ingredients : tuple
        What it was made of.
    memory : Memory
        How much is held at a time.
    facts : dict
        What is known before any frame: mapping, counts of beads and atoms, and what was skipped.
    doubts : dict of str to list of str
        What is not as it should be before any frame, by kind: residues that lack beads or were left out.

    Raises
    ------
    UnbeadError
        If a residue is unknown, the input cannot be meant, there is no box to fill, or the memory is too small.
    """

    def __init__(
        self,
        beads: Particles,
        mapping: Mapping,
        models: Sequence[Model],
        device: torch.device,
        how: BackmapOptions,
        warnings: Sequence[str] = (),
    ):
        self.ingredients = (beads, mapping, models, device, how, warnings)
        if how.water == "resolvate":
            check_box(beads)
        parts = split_system(beads, mapping, how.skip_unknown)
        if not len(parts.build):
            raise UnbeadError(f"nothing to build: mapping {mapping.name} knows water and ions only in this system")
        self.how = how
        self.assembly = assemble(parts.build, mapping)
        refuse_nonsense(self.assembly)
        if how.samples and len(self.assembly.beads) < FEWEST:
            raise UnbeadError(
                f"--samples of {len(self.assembly.beads)} beads: fewer than {FEWEST} do not say which way atoms point;"
                " give the molecule's surroundings, too, or leave out --samples"
            )
        self.solute = parts.kept[self.assembly.kept]
        solvent = parts.solvent if how.water == "keep" else parts.solvent.without_water()
        self.solvent = assemble_solvent(solvent, int(self.assembly.atoms.residues.numbers.max()) + 1)
        self.memory = share_memory(how.memory, len(self.assembly.atoms) + len(self.solvent.atoms))
        self.backmapper = Backmapper(
            self.assembly, models, device, how.relax, how.backbone, self.memory.block, how.answer
        )
        if how.samples and not self.backmapper.sampled.any():
            raise UnbeadError(
                "--samples needs a model with latents that knows these residues; of those that ship, unbead-protein "
                "and unbead-genzprot have latents, for proteins"
            )
        self.solvent_beads = solvent.index
        self.atoms = join([self.assembly.atoms, self.solvent.atoms])
        self.molecules = find_molecules(beads)
        source = np.concatenate([self.solute[self.assembly.owner], self.solvent_beads[self.solvent.bead]])
        self.residue = beads.residue_index[source]
        built = self.assembly.beads
        left = [f"{name} × {count}" for name, count in parts.unknown.items()]
        unbuilt = list(self.assembly.doubts)
        self.doubts = parts.doubts | ({LEFT_OUT: left} if left else {}) | ({UNBUILT: unbuilt} if unbuilt else {})
        satellites = {"satellites and walls": parts.satellites} if parts.satellites else {}
        self.facts = {
            "mapping": mapping.name,
            "net_charge": net_charge(self.atoms),
            "taken": [*beads.notes, *self.assembly.taken],
            "doubts": list(warnings),
            "device": str(device),
            "backbone": how.backbone,
            "answer": how.answer,
            "residues": len(np.unique(self.assembly.atoms.residue_index)),
            "beads": len(self.solute) + len(self.solvent_beads),
            "atoms": len(self.atoms),
            "waters": self.solvent.n_water,
            "ions": len(self.solvent.atoms) - self.solvent.n_water,
            "skipped": self.assembly.skipped | parts.sites | satellites,
            "unknown": parts.unknown,
            "rings": [
                f"{built.residues.label(first)} to {built.residues.label(last)}"
                for last, first in closed_chains(built).tolist()
            ],
            "links": [link.describe(self.assembly.atoms.residues) for link in self.assembly.links],
            "by_template": _counts(self.assembly.atoms.residues.names[self.backmapper.by_template]),
            "not_sampled": _counts(self.assembly.atoms.residues.names[self._alike()]) if how.samples else {},
        }

    def _alike(self) -> NDArray[np.bool_]:
        """Which residues are built alike in all samples, since no model with latents knows them."""
        there = np.isin(np.arange(len(self.assembly.template_names)), self.assembly.atoms.residue_index)
        return there & ~self.backmapper.sampled

    def __reduce__(self) -> tuple:
        """Travel to other processes as what it was made of, which is far smaller."""
        known = [template(str(name)) for name in np.unique(self.assembly.template_names)]
        return _revive, ([each for each in known if each is not None], self.ingredients)

    def __call__(
        self,
        positions: NDArray[np.float32],
        box: NDArray[np.float32] | None = None,
        levels: Sequence[float] | None = None,
        draws: LatentNoise | None = None,
    ) -> Frame:
        """Backmap one frame.

        Parameters
        ----------
        positions : ndarray, shape=(n_beads, 3), dtype=float32
            All beads of the input in Å.
        box : ndarray, shape=(6,), dtype=float32, optional
            Box lengths in Å and angles in degrees.
        levels : sequence of float, optional
            Perturbation of the beads in Å, as in `Frame.levels`; estimated if not given.
        draws : LatentNoise, optional
            Random numbers of the latents; their mean is taken if not given.

        Returns
        -------
        Frame
            Positions and predicted errors of all atoms; those of water and ions are zero. Molecules are whole, each
            where it was in the input; what the box cut has its centre in the cell. A box whose images overlap is not
            used.
        """
        overlap = overlapping(positions, box, self.molecules)
        if len(overlap):
            box = None
        origin = at_origin(positions, box, self.molecules)
        frame = self.backmapper(origin.positions[self.solute], box, self.how.consistency, levels, draws=draws)
        cell = None if box is None else box_vectors(box)
        solute = self.assembly.atoms.with_positions(frame.positions)
        placed = place_solvent(self.solvent, origin.positions[self.solvent_beads], solute, cell, self.how.seed)
        return replace(
            frame,
            positions=origin.back(np.concatenate([frame.positions, placed]), self.residue),
            errors=np.concatenate([frame.errors, np.zeros(len(placed), np.float32)]),
            overlapping=overlap,
        )


def _revive(known: Sequence[Template], ingredients: tuple) -> System:
    """Make a system in another process, which may not know the molecules that the user gave."""
    for each in known:
        add_template(each)
    return System(*ingredients)


def _counts(names: NDArray[np.str_]) -> dict[str, int]:
    kinds, counts = np.unique(names, return_counts=True)
    return dict(zip(kinds.tolist(), counts.tolist(), strict=True))
