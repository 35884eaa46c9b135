"""From heavy atoms to a simulation: all steps of finishing in their order."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.sparse import csr_matrix

from unbead.chem.particles import Particles, join
from unbead.finish.amberlipids import split_lipids
from unbead.finish.disulfides import find_disulfides, name_disulfides
from unbead.finish.export import write_topology
from unbead.finish.fill import check_box, fill_box
from unbead.finish.forcefield import refuse_unknown
from unbead.finish.hydrogens import add_hydrogens
from unbead.finish.minimize import bead_weights, minimize
from unbead.finish.molecule import Molecule, heavy_atoms, with_bonds
from unbead.finish.naming import STATES, rename
from unbead.finish.neutral import neutralise, total_charge
from unbead.finish.phosphate import add_op3
from unbead.finish.protonation import protonate, with_states
from unbead.finish.termini import add_oxt
from unbead.finish.whole import mend


class FinishOptions(BaseModel):
    """What to do with heavy atoms.

    Attributes
    ----------
    hydrogens : bool
        Whether to add hydrogens; minimisation, water and a topology need them, and add them in any case.
    ph : float
        The pH that decides protonation.
    resolvate : bool
        Whether to fill the box with water, and to make the system neutral.
    minimize : bool
        Whether to minimise the energy.
    forcefield : str
        ``amber14`` or ``charmm36``.
    restrain : str
        What stays near its place in minimisation: ``none``, ``heavy`` or ``beads``.
    naming : str
        Names of the output: ``iupac``, ``amber`` or ``charmm``.
    topology : Path, optional
        Where to write a topology; see `unbead.finish.export.write_topology`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hydrogens: bool = False
    ph: float = Field(7.0, ge=0, le=14)
    resolvate: bool = False
    minimize: bool = False
    forcefield: Literal["amber14", "charmm36"] = "amber14"
    restrain: Literal["none", "heavy", "beads"] = "none"
    naming: Literal["iupac", "amber", "charmm"] = "iupac"
    topology: Path | None = None

    @property
    def anything(self) -> bool:
        """Whether heavy atoms would be changed at all."""
        return self.all_atoms or self.naming != "iupac"

    @property
    def all_atoms(self) -> bool:
        """Whether hydrogens are needed."""
        return self.hydrogens or self.resolvate or self.minimize or self.topology is not None


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
        What was done: disulfides, states, energies in kJ/mol, files.
    """

    atoms: Particles
    molecule: Molecule
    summary: dict


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
        If a residue is incomplete or unknown, the force field lacks it, or there is no box to fill.
    """
    tell = progress or (lambda text: None)
    if options.resolvate:
        check_box(atoms)
    tell("termini and disulfides")
    heavy = heavy_atoms(atoms)
    if options.minimize or options.resolvate or options.topology is not None:
        refuse_unknown(heavy, options.forcefield)
    disulfides = find_disulfides(heavy)
    heavy = mend(with_bonds(name_disulfides(heavy, disulfides), disulfides)).atoms
    heavy = add_op3(add_oxt(heavy))
    summary: dict = {"disulfides": len(disulfides)}
    if options.all_atoms:
        tell(f"protonation at pH {options.ph:g}")
        states = protonate(heavy, options.ph, options.forcefield)
        heavy = with_states(heavy, states)
        summary |= {"ph": options.ph, "states_unavailable": list(states.unavailable)}
    molecule = with_bonds(heavy, disulfides)
    if options.all_atoms:
        tell("placing hydrogens")
        molecule = add_hydrogens(molecule, options.forcefield)
        summary |= {"forcefield": options.forcefield, "states": _count_states(molecule)}
    if options.resolvate:
        tell("filling the box with water")
        molecule, added = _resolvate(molecule, options.forcefield)
        summary |= {"added": added}
    if options.minimize:
        tell("minimising the energy")
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
    named = rename(molecule, options.naming)
    if options.topology is not None:
        tell("writing the topology")
        files = write_topology(options.topology, molecule, named, options.forcefield)
        summary["topology"] = [str(path) for path in files]
    if options.naming == "amber":
        named = split_lipids(named)
    return Finished(named, molecule, summary | {"atoms": len(named)})


def _resolvate(molecule: Molecule, forcefield: str) -> tuple[Molecule, dict[str, int]]:
    """Add water and what makes the system neutral; also tell how much of each."""
    added = neutralise(fill_box(molecule), molecule, total_charge(molecule, forcefield))
    names, counts = np.unique(added.residues.names, return_counts=True)
    whole = with_bonds(join([molecule.atoms, added]), molecule.disulfides)
    return whole, {str(name): int(count) for name, count in zip(names, counts, strict=True)}


def _count_states(molecule: Molecule) -> dict[str, int]:
    """Residues in a state that their name in a sequence does not tell."""
    names, counts = np.unique(molecule.atoms.residues.names, return_counts=True)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True) if name in STATES}
