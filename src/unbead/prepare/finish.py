"""From heavy atoms to a simulation: all steps of finishing in their order."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.sparse import csr_matrix

from unbead.chem.particles import Particles, join
from unbead.prepare.charge import net_charge
from unbead.prepare.cross_links import refuse_cross_links
from unbead.prepare.disulfides import find_disulfides, name_disulfides
from unbead.prepare.export.files import write_topology
from unbead.prepare.export.naming import STATES, rename
from unbead.prepare.forcefields.amber_lipids import split_lipids
from unbead.prepare.forcefields.forcefield import refuse_unknown
from unbead.prepare.forcefields.phosphate import add_op3
from unbead.prepare.minimize import bead_weights, minimize
from unbead.prepare.molecule import Molecule, heavy_atoms, with_bonds
from unbead.prepare.overlaps import FAULT, find_overlaps
from unbead.prepare.protonation.hydrogens import add_hydrogens
from unbead.prepare.protonation.states import protonate, with_states
from unbead.prepare.solvation.fill import check_box, fill_box
from unbead.prepare.solvation.ions import Salt, add_ions, count_ions, total_charge
from unbead.prepare.solvation.padding import pad
from unbead.prepare.termini import add_oxt
from unbead.prepare.unwrap import mend


class FinishOptions(BaseModel):
    """What to do with heavy atoms.

    Attributes
    ----------
    hydrogens : bool
        Whether to add hydrogens; minimisation, water, ions and a topology need them, and add them in any case.
    ph : float
        The pH that decides protonation.
    padding : float, optional
        Room in Å on all sides of a new box, which is filled with water.
    resolvate : bool
        Whether to fill the box with water, and to make the system neutral.
    neutralize : bool
        Whether to put ions in the place of waters until the net charge is zero.
    salt : float
        Sodium chloride to put in the place of waters, in mol/l of the box.
    minimize : bool
        Whether to minimise the energy.
    forcefield : str
        ``amber14`` or ``charmm36``.
    restrain : str
        What stays near its place in minimisation: ``none``, ``heavy`` or ``beads``.
    naming : str
        Names of the output: ``iupac``, ``amber`` or ``charmm``.
    topology : Path, optional
        Where to write a topology; see `unbead.prepare.export.files.write_topology`.
    seed : int
        Another seed fills the box otherwise, and chooses other places for ions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hydrogens: bool = False
    ph: float = Field(7.0, ge=0, le=14)
    padding: float | None = Field(None, gt=0, le=1000)
    resolvate: bool = False
    neutralize: bool = False
    salt: float = Field(0.0, ge=0, le=6)  # mol/l; a saturated solution of sodium chloride has 6.1
    minimize: bool = False
    forcefield: Literal["amber14", "charmm36"] = "amber14"
    restrain: Literal["none", "heavy", "beads"] = "none"
    naming: Literal["iupac", "amber", "charmm"] = "iupac"
    topology: Path | None = None
    seed: int = Field(0, ge=0)

    @property
    def anything(self) -> bool:
        """Whether heavy atoms would be changed at all."""
        return self.all_atoms or self.naming != "iupac"

    @property
    def fill(self) -> bool:
        """Whether the box is filled with water."""
        return self.resolvate or self.padding is not None

    @property
    def ions(self) -> Salt:
        """Ions to add; a box that is filled anew is made neutral."""
        return Salt(self.neutralize or self.fill, self.salt)

    @property
    def described(self) -> bool:
        """Whether a force field must describe everything."""
        return self.minimize or self.fill or self.ions != Salt(False, 0.0) or self.topology is not None

    @property
    def all_atoms(self) -> bool:
        """Whether hydrogens are needed."""
        return self.hydrogens or self.described


@dataclass(frozen=True)
class Finished:
    """A finished structure.

    Attributes
    ----------
    atoms : Particles
        Atoms under the names asked for; under Amber's, lipids are split into residues of heads and tails.
    molecule : Molecule
        The same atoms under template names, in the order of the templates, with bonds.
    summary : dict
        What was done: disulfides, states, the net charge, energies in kJ/mol, files, what is wrong, seconds by stage.
    """

    atoms: Particles
    molecule: Molecule
    summary: dict


@dataclass
class _Stages:
    """What is being done, and how long what was done took."""

    tell: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    name: str = ""

    def begin(self, name: str, text: str = "") -> None:
        """Begin a stage, and with it end the one before."""
        now = time.perf_counter()
        if self.name:
            self.seconds[self.name] = round(now - self.started, 2)
        self.started, self.name = now, name
        if text:
            self.tell(text)


def finish(
    atoms: Particles,
    options: FinishOptions,
    operator: csr_matrix | None = None,
    progress: Callable[[str], None] | None = None,
) -> Finished:
    """Finish a structure.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms of molecules that templates describe, water and ions included; hydrogens in it are replaced.
    options : FinishOptions
        What to do.
    operator : csr_matrix, shape=(n_beads, n_atoms), optional
        Weights of bead centres over `atoms`, for restraints on beads.
    progress : callable, optional
        Called with a line on what is being done.

    Returns
    -------
    Finished
        Atoms, bonds and a summary; the topology is written.

    Raises
    ------
    UnbeadError
        If a residue is incomplete or unknown, the force field lacks it, there is no box to fill, or no water to
        exchange for ions.
    """
    stages = _Stages(progress or (lambda text: None))
    stages.begin("ends", "termini and disulfides")
    heavy, disulfides, summary = _complete(atoms, options)
    if options.all_atoms:
        stages.begin("protonation", f"protonation at pH {options.ph:g}")
        states = protonate(heavy, options.ph, options.forcefield)
        heavy = with_states(heavy, states)
        summary |= {"ph": options.ph, "states_unavailable": list(states.unavailable)}
    molecule = with_bonds(heavy, disulfides)
    if options.all_atoms:
        stages.begin("hydrogens", "placing hydrogens")
        molecule = add_hydrogens(molecule, options.forcefield)
        summary |= {"forcefield": options.forcefield, "states": _count_states(molecule)}
    if options.fill or options.ions != Salt(False, 0.0):
        stages.begin("solvent", "filling the box with water" if options.fill else "exchanging waters for ions")
        molecule, summary["added"] = _solvate(molecule, options)
    summary["charge"] = net_charge(molecule.atoms)
    if options.minimize:
        stages.begin("minimize", "minimising the energy")
        beads = None if operator is None else bead_weights(operator, molecule)
        done = minimize(molecule, options.forcefield, options.restrain, beads)
        molecule = done.molecule
        summary |= {
            "energy_before": done.before,
            "energy_after": done.after,
            "rms_force": done.rms_force,
            "max_force": done.max_force,
            "platform": done.platform,
        }
    stages.begin("names")
    overlaps = find_overlaps(molecule, options.forcefield)
    summary["problems"] = {FAULT: overlaps} if overlaps else {}
    named = rename(molecule, options.naming)
    if options.topology is not None:
        stages.begin("topology", "writing the topology")
        files = write_topology(options.topology, molecule, named, options.forcefield)
        summary["topology"] = [str(path) for path in files]
    if options.naming == "amber":
        named = split_lipids(named)
    stages.begin("")
    return Finished(named, molecule, summary | {"atoms": len(named), "seconds": stages.seconds})


def _complete(atoms: Particles, options: FinishOptions) -> tuple[Particles, NDArray[np.int64], dict]:
    """Complete the ends of chains, name disulfides and make a box; what cannot be done is refused before any work."""
    summary: dict = {}
    heavy = heavy_atoms(atoms)
    refuse_cross_links(heavy)
    if options.padding is not None:
        summary["box_replaced"] = atoms.box is not None
    elif options.resolvate:
        check_box(atoms)
    elif options.salt:
        count_ions(atoms.box, 0, options.ions)
    if options.described:
        refuse_unknown(heavy, options.forcefield)
    disulfides = find_disulfides(heavy)
    heavy = mend(with_bonds(name_disulfides(heavy, disulfides), disulfides)).atoms
    heavy = add_op3(add_oxt(heavy))
    if options.padding is not None:
        heavy, out = pad(heavy, options.padding)
        disulfides = find_disulfides(heavy)  # residues have gone
        side = [] if heavy.box is None else [round(float(length), 2) for length in heavy.box[:3]]
        summary |= {"padded": out, "box": side}
    return heavy, disulfides, summary | {"disulfides": len(disulfides)}


def _solvate(molecule: Molecule, options: FinishOptions) -> tuple[Molecule, dict[str, int]]:
    """Add water and ions; also tell how much of each."""
    before = _count_names(molecule.atoms)
    if options.fill:
        water = fill_box(molecule, options.seed)
        whole = with_bonds(join([molecule.atoms, water]), molecule.disulfides)
    else:
        whole = molecule
    charge = total_charge(molecule, options.forcefield) if options.ions.neutralize else 0
    whole, ions = add_ions(whole, charge, options.ions, options.seed)
    if not options.fill:
        return whole, ions
    after = _count_names(whole.atoms)
    return whole, {name: n - before.get(name, 0) for name, n in after.items() if n > before.get(name, 0)}


def _count_names(atoms: Particles) -> dict[str, int]:
    names, counts = np.unique(atoms.residues.names, return_counts=True)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True)}


def _count_states(molecule: Molecule) -> dict[str, int]:
    """Residues in a state that their name in a sequence does not tell."""
    return {name: count for name, count in _count_names(molecule.atoms).items() if name in STATES}
