"""Do structures run? Template found, energy finite, minimisation converges, dynamics stay finite.

Run: ``python benchmarks/openmm_ready.py STRUCTURES... [--steps 1000] [--protein] [--json FILE]`` on outputs of
``unbead run`` (``--protein``: of a membrane, its protein). For each force field: hydrogens at pH 7, L-BFGS to 500
kJ/mol/nm in implicit water (OBC2), then Langevin dynamics at 300 K with steps of 2 fs, bonds to hydrogens rigid. What
matters here is that it stays finite, for hundreds of structures, and OBC2 would take nine tenths of the time: dynamics
cuts non-bonded terms at 1 nm, a reaction field with the dielectric of water beyond (``--obc``: OBC2 after all).
What FILE has from a run before is not done again.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import openmm
from openmm import app
from rich.console import Console
from rich.progress import track
from rich.table import Table

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.forcefields.forcefield import FORCE_FIELDS, create_system
from unbead.prepare.minimize import TOLERANCE, minimize
from unbead.prepare.molecule import of_polymers

CUTOFF = 1.0  # nm
CHECKS = ("template", "finite", "converged", "dynamics")


def cut_off(system: openmm.System) -> None:
    """Let non-bonded terms of a system without a box end at the cut-off."""
    for force in system.getForces():
        if isinstance(force, openmm.NonbondedForce | openmm.GBSAOBCForce | openmm.CustomNonbondedForce):
            force.setNonbondedMethod(type(force).CutoffNonPeriodic)
            force.setCutoffDistance(CUTOFF)


def read(path: Path, protein: bool) -> Particles:
    """Read a structure, or the protein in it."""
    atoms = read_structure(path)
    return atoms.select_residues(of_polymers(atoms)) if protein else atoms


def check(path: Path, forcefield: str, options: argparse.Namespace) -> dict:
    """Take one structure as far as it goes."""
    row: dict = {"structure": path.name, "forcefield": forcefield, **dict.fromkeys(CHECKS, False)}
    started = time.perf_counter()
    try:
        molecule = finish(read(path, options.protein), FinishOptions(hydrogens=True, forcefield=forcefield)).molecule
        system = create_system(molecule, forcefield, solvent=options.obc, constraints=app.HBonds)
        row |= {"template": True, "residues": len(molecule.atoms.residues), "atoms": len(molecule.atoms)}
        done = minimize(molecule, forcefield)
    except UnbeadError as error:
        return row | {"error": str(error)}
    row |= {"finite": True, "before": done.before, "after": done.after, "rms_force": done.rms_force}
    row |= {"converged": done.rms_force <= TOLERANCE, "seconds": time.perf_counter() - started}
    cut_off(system)
    integrator = openmm.LangevinMiddleIntegrator(300, 1, 0.002)
    integrator.setRandomNumberSeed(1)
    context = openmm.Context(system, integrator)
    row["platform"] = context.getPlatform().getName()
    context.setPositions(done.molecule.atoms.positions / 10)
    context.applyConstraints(1e-5)
    context.setVelocitiesToTemperature(300, 1)
    try:
        integrator.step(options.steps)
        energy = context.getState(energy=True).getPotentialEnergy()._value
    except openmm.OpenMMException as error:  # a particle at NaN
        return row | {"error": str(error)}
    return row | {"dynamics": bool(np.isfinite(energy)), "last": energy}


def main() -> None:
    """Print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path, nargs="+")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--protein", action="store_true")
    parser.add_argument("--obc", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = json.loads(options.json.read_text()) if options.json and options.json.exists() else []
    done = {row["structure"] for row in rows}
    todo = [path for path in options.structures if path.name not in done]
    for path in track(todo, "structures", console=Console(stderr=True)):
        rows += [check(path, forcefield, options) for forcefield in FORCE_FIELDS]
        if options.json:  # what is done survives an interrupt
            options.json.write_text(json.dumps(rows, indent=1) + "\n")
    table = Table("structure", "force field", "atoms", *CHECKS, "kJ/mol before", "after", "s to minimum", box=None)
    for row in rows:
        marks = ["yes" if row[name] else "NO" for name in CHECKS]
        numbers = [f"{row[name]:.0f}" if name in row else "–" for name in ("before", "after", "seconds")]
        table.add_row(row["structure"], row["forcefield"], str(row.get("atoms", "–")), *marks, *numbers)
    Console(width=140).print(table)
    for forcefield in FORCE_FIELDS:
        here = [row for row in rows if row["forcefield"] == forcefield]
        passed = ", ".join(f"{name} {sum(row[name] for row in here)}" for name in CHECKS)
        print(f"{forcefield}: of {len(here)} structures {passed}")
    for row in rows:
        if "error" in row:
            print(f"{row['structure']} {row['forcefield']}: {row['error']}")


if __name__ == "__main__":
    main()
