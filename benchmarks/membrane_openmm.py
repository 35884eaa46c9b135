"""Does a coarse-grained membrane system run? From beads to 1,000 steps of molecular dynamics.

Run: ``python benchmarks/membrane_openmm.py FRAME [--forcefield charmm36] [--steps 1000] [--json FILE]`` on a frame with
water. Atoms as by ``unbead run``, hydrogens at pH 7, L-BFGS to 500 kJ/mol/nm (rms), then Langevin dynamics at 300 K
with steps of 2 fs, PME, rigid water and rigid bonds to hydrogens. Exit code 1 if anything is not finite.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import openmm
from openmm import app, unit

from unbead.pipeline.structure import backmap_structure
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, create_system
from unbead.prepare.minimize import minimize
from unbead.prepare.molecule import Molecule
from unbead.prepare.solvation.solvent_model import surroundings

REPORTS = 10


def dynamics(molecule: Molecule, forcefield: str, steps: int) -> dict:
    """Run some steps at 300 K, and report energies in kJ/mol and temperatures in K on the way."""
    system = create_system(molecule, forcefield, constraints=app.HBonds)
    freedoms = 3 * len(molecule.atoms) - system.getNumConstraints() - 3
    integrator = openmm.LangevinMiddleIntegrator(300, 1, 0.002)
    integrator.setRandomNumberSeed(1)
    context = openmm.Context(system, integrator)
    context.setPositions(molecule.atoms.positions.astype(float) / 10)
    context.applyConstraints(1e-5)
    context.setVelocitiesToTemperature(300, 1)
    potential, temperature = [], []
    for _ in range(REPORTS):
        integrator.step(steps // REPORTS)
        state = context.getState(energy=True)
        kinetic = state.getKineticEnergy().value_in_unit(unit.kilojoule_per_mole)
        potential.append(state.getPotentialEnergy().value_in_unit(unit.kilojoule_per_mole))
        temperature.append(2 * kinetic / freedoms / 8.314462618e-3)
        print(f"  {potential[-1]:.0f} kJ/mol, {temperature[-1]:.0f} K", flush=True)
    return {"platform": context.getPlatform().getName(), "potential": potential, "temperature": temperature}


def main() -> None:
    """Print each stage, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("frame", type=Path)
    parser.add_argument("--forcefield", choices=FORCE_FIELDS, default="charmm36")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    row: dict = {"frame": options.frame.name, "forcefield": options.forcefield, "seconds": {}}
    clock = time.perf_counter()

    def stage(name: str, text: str) -> None:
        nonlocal clock
        row["seconds"][name] = round(time.perf_counter() - clock, 1)
        print(f"{name}: {text}, {row['seconds'][name]} s", flush=True)
        clock = time.perf_counter()

    result = backmap_structure(options.frame)
    stage("beads to atoms", f"{result.summary['beads']} beads → {len(result.atoms)} heavy atoms")
    molecule = finish(result.atoms, FinishOptions(hydrogens=True, forcefield=options.forcefield)).molecule
    names, counts = np.unique(molecule.atoms.residues.names, return_counts=True)
    row |= {"atoms": len(molecule.atoms), "residues": dict(zip(names.tolist(), counts.tolist(), strict=True))}
    row["solvated"] = surroundings(molecule.atoms, options.forcefield).solvated
    stage("hydrogens", f"{row['atoms']} atoms{'' if row['solvated'] else ', NOT a box filled with water'}")
    done = minimize(molecule, options.forcefield)
    row |= {"before": done.before, "after": done.after, "rms_force": done.rms_force, "max_force": done.max_force}
    forces = f"rms force {done.rms_force:.0f}, strongest {done.max_force:.0f} kJ/mol/nm"
    stage("minimum", f"{done.before:.0f} → {done.after:.0f} kJ/mol, {forces}")
    row |= dynamics(done.molecule, options.forcefield, options.steps)
    row["finite"] = bool(np.isfinite([done.before, done.after, *row["potential"], *row["temperature"]]).all())
    stage("dynamics", f"{options.steps} steps on {row['platform']}, {'finite' if row['finite'] else 'NOT finite'}")
    if options.json:
        options.json.write_text(json.dumps(row, indent=1) + "\n")
    sys.exit(not row["finite"])


if __name__ == "__main__":
    main()
