"""Energy minimisation, in implicit water or in a box of real water."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from unbead.errors import UnbeadError
from unbead.prepare.charge_annealing import discharged
from unbead.prepare.extras import require
from unbead.prepare.forcefields.forcefield import create_system
from unbead.prepare.molecule import Molecule
from unbead.prepare.restraints import hold_atoms, hold_beads
from unbead.prepare.solvation.solvent_model import surroundings

TOLERANCE = 500.0  # kJ/mol/nm, root mean square of the force's components
IN_WATER = 100.0  # the same in a box of water, whose hydrogen bonds would heat a simulation to 480 K otherwise
STRONGEST = 10_000.0  # kJ/mol/nm on one atom; in a large system a clash hardly shows in the root mean square
CLASH = 1e6  # kJ/mol/nm on one atom; beyond, atoms lie on each other
NOT_FINITE = "minimisation did not stay finite; relax the structure first, or use --restrain none"
ROUNDS = 4  # with half the tolerance each, until no force is stronger


@dataclass(frozen=True)
class Minimized:
    """What minimisation gave.

    Attributes
    ----------
    molecule : Molecule
        The atoms at their new places.
    before, after : float
        Potential energy in kJ/mol, without restraints.
    rms_force, max_force : float
        Root mean square of the force's components, and the strongest force on an atom, at the end, restraints included,
        in kJ/mol/nm.
    platform : str
        OpenMM platform that did the work.
    """

    molecule: Molecule
    before: float
    after: float
    rms_force: float
    max_force: float
    platform: str


def minimize(
    molecule: Molecule,
    forcefield: str,
    restrain: str = "none",
    beads: csr_matrix | None = None,
    tolerance: float | None = None,
) -> Minimized:
    """Lower the energy with L-BFGS until the forces are small.

    Parameters
    ----------
    molecule : Molecule
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.
    restrain : str
        ``none``, ``heavy`` (heavy atoms stay near their places) or ``beads`` (bead centres do).
    beads : csr_matrix, shape=(n_beads, n_atoms), optional
        Weights of the bead centres, needed for ``beads``.
    tolerance : float, optional
        Where to stop, in kJ/mol/nm; 100 in a box of water, else 500, if not given.

    Returns
    -------
    Minimized
        Atoms, energies and the platform.

    Raises
    ------
    UnbeadError
        If a template is missing, the energy is not finite, or there are no beads to restrain.
    """
    openmm = require("openmm")
    system = create_system(molecule, forcefield)
    if tolerance is None:
        tolerance = IN_WATER if surroundings(molecule.atoms, forcefield).solvated else TOLERANCE
    periodic = system.usesPeriodicBoundaryConditions()
    positions = molecule.atoms.positions.astype(float) / 10
    if restrain == "beads":
        if beads is None:
            raise UnbeadError("--restrain beads: there are no beads here; use it with unbead run, or --restrain heavy")
        _restrain(system, hold_beads(positions, beads, periodic=periodic))
    elif restrain == "heavy":
        _restrain(system, hold_atoms(positions, ~molecule.hydrogens, periodic=periodic))
    # without a platform OpenMM tries those it has, the fastest first: CUDA, OpenCL, CPU
    context = openmm.Context(system, openmm.VerletIntegrator(0.001))
    context.setPositions(positions)
    before = _energy(context)
    if not np.isfinite(before):
        raise UnbeadError("the energy is not finite before minimisation: atoms lie on each other; relax them first")
    try:
        if np.linalg.norm(_forces(context), axis=1).max() > CLASH:
            with discharged(system, context):
                openmm.LocalEnergyMinimizer.minimize(context, TOLERANCE)
        for attempt in range(ROUNDS):
            openmm.LocalEnergyMinimizer.minimize(context, tolerance / 2**attempt)
            force = _forces(context)
            strongest = float(np.linalg.norm(force, axis=1).max())
            if not strongest > STRONGEST:  # also where it is not a number
                break
    except openmm.OpenMMException as error:  # a coordinate is not a number
        raise UnbeadError(f"{NOT_FINITE} ({error})".split("  ")[0]) from None
    moved = context.getState(positions=True).getPositions(asNumpy=True).value_in_unit(openmm.unit.angstrom)
    after = _energy(context)
    if not (np.isfinite(after) and np.isfinite(moved).all()):
        raise UnbeadError(NOT_FINITE)
    rms = float(np.sqrt((force**2).mean()))
    atoms = molecule.atoms.with_positions(np.asarray(moved))
    platform = context.getPlatform().getName()
    return Minimized(replace(molecule, atoms=atoms), before, after, rms, strongest, platform)


def bead_weights(operator: csr_matrix, molecule: Molecule) -> csr_matrix:
    """Spread a mapping's weights over the atoms of a finished molecule.

    Parameters
    ----------
    operator : csr_matrix, shape=(n_beads, n_heavy)
        Weights over the heavy atoms that the mapping knows, in their order.
    molecule : Molecule
        The same atoms with OXT and hydrogens.

    Returns
    -------
    csr_matrix, shape=(n_beads, n_atoms)
        The same weights; zero for what is new.
    """
    mapped = np.flatnonzero(~molecule.hydrogens & ~np.isin(molecule.atoms.names, ("OXT", "OP3")))
    entries = operator.tocoo()
    shape = (operator.indptr.size - 1, len(molecule.atoms))
    return csr_matrix((entries.data, (entries.row, mapped[entries.col])), shape)


def _restrain(system: Any, force: Any) -> None:
    force.setForceGroup(1)
    system.addForce(force)


def _forces(context: Any) -> NDArray[np.float64]:
    unit = require("openmm").unit
    forces = context.getState(forces=True).getForces(asNumpy=True)
    return np.asarray(forces.value_in_unit(unit.kilojoule_per_mole / unit.nanometer))


def _energy(context: Any) -> float:
    state = context.getState(energy=True, groups={0})
    return float(state.getPotentialEnergy().value_in_unit(require("openmm").unit.kilojoule_per_mole))
