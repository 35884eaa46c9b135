"""Mechanics of one molecule in vacuum, in CHARMM36 without charges, for the scripts that make templates."""

import math
from itertools import product

import networkx as nx
import numpy as np
import openmm
from openmm import app, unit

STEPS, EVERY = 20000, 20  # of 1 fs
KEPT = (openmm.PeriodicTorsionForce, openmm.CustomTorsionForce, openmm.NonbondedForce, openmm.CustomNonbondedForce,
        openmm.CustomBondForce)  # fmt: skip


class Vacuum:
    """One molecule: minimisation, mean bond lengths and angles at 310 K, and a conformer that has just these.

    `missing` are bonds and angles that the force field lacks, each with its atoms and its value (Å or degrees);
    `planes` are groups of atoms that are held flat.
    """

    def __init__(self, field, name, atoms, elements, bonds, missing, planes):
        topology = app.Topology()
        residue = topology.addResidue(name, topology.addChain())
        made = [topology.addAtom(a, app.Element.getBySymbol(e), residue) for a, e in zip(atoms, elements, strict=True)]
        for a, b in bonds:
            topology.addBond(made[a], made[b])
        system = field.createSystem(topology, residueTemplates={residue: name}, nonbondedMethod=app.NoCutoff)
        springs(system, [term[:-1] for term in missing], [term[-1] for term in missing], 2e5, 500.0)
        graph = nx.Graph(bonds)
        self.twists = twists(graph, planes)
        flatten(system, self.twists, 300.0)
        self.charged = context(openmm.XmlSerializer.clone(system))
        discharge(system)
        self.system, self.atoms, self.context = system, range(len(atoms)), context(system)

    def minimise(self, points, tolerance):
        """Coordinates in Å of the nearest minimum, and its energy in kJ/mol."""
        return descend(self.context, points, tolerance)

    def means(self, points, bonds, angles):
        """Mean bond lengths (Å) and angles (degrees) of a run at 310 K."""
        points, _ = descend(self.charged, points, 10.0)
        self.charged.setPositions(points * 0.1)
        self.charged.setVelocitiesToTemperature(310, 1)
        total = np.zeros(len(bonds) + len(angles))
        for _ in range(STEPS // EVERY):
            self.charged.getIntegrator().step(EVERY)
            x = self.charged.getState(positions=True).getPositions(asNumpy=True).value_in_unit(unit.angstrom)
            total += np.concatenate([lengths(x, np.array(bonds)), bends(x, np.array(angles))])
        total /= STEPS // EVERY
        return total[: len(bonds)], total[len(bonds) :]

    def regular(self, points, bonds, angles, values):
        """Coordinates near `points` that have the given bond lengths and angles as exactly as can be."""
        system = openmm.System()
        for i in self.atoms:
            system.addParticle(self.system.getParticleMass(i))
        for force in self.system.getForces():
            if isinstance(force, KEPT):
                system.addForce(openmm.XmlSerializer.clone(force))
        springs(system, [*bonds, *angles], values, 1e6, 1e4)
        flatten(system, self.twists, 3e4)
        return descend(context(system), points, 0.5)[0]


def discharge(system):
    """Set all charges to zero."""
    for force in system.getForces():
        if isinstance(force, openmm.NonbondedForce):
            for i in range(force.getNumParticles()):
                force.setParticleParameters(i, 0, *force.getParticleParameters(i)[1:])
            for i in range(force.getNumExceptions()):
                a, b, _, sigma, epsilon = force.getExceptionParameters(i)
                force.setExceptionParameters(i, a, b, 0, sigma, epsilon)


def twists(graph, planes):
    """Dihedrals about the bonds of planar groups."""
    return [
        (i, j, k, m)
        for plane in planes
        for j, k in graph.subgraph(plane).edges
        for i, m in product(set(graph[j]) & set(plane) - {k}, set(graph[k]) & set(plane) - {j})
    ]


def flatten(system, dihedrals, barrier):
    """Add two-fold torsions, which change no cis to trans and let nothing twist; `barrier` in kJ/mol."""
    flat = openmm.PeriodicTorsionForce()
    for dihedral in dihedrals:
        flat.addTorsion(*dihedral, 2, math.pi, barrier)
    system.addForce(flat)


def springs(system, terms, values, stretch, bend):
    """Add harmonic bonds and angles; `values` in Å and degrees."""
    pairs, corners = openmm.HarmonicBondForce(), openmm.HarmonicAngleForce()
    for term, value in zip(terms, values, strict=True):
        if len(term) == 2:
            pairs.addBond(*term, 0.1 * value, stretch)
        else:
            corners.addAngle(*term, math.radians(value), bend)
    system.addForce(pairs)
    system.addForce(corners)


def context(system):
    """OpenMM context on one thread."""
    integrator = openmm.LangevinMiddleIntegrator(310, 5, 0.001)
    integrator.setRandomNumberSeed(1)
    platform = openmm.Platform.getPlatformByName("CPU")
    return openmm.Context(system, integrator, platform, {"Threads": "1", "DeterministicForces": "true"})


def descend(place, points, tolerance):
    """Minimise in a context."""
    place.setPositions(points * 0.1)
    openmm.LocalEnergyMinimizer.minimize(place, tolerance)
    state = place.getState(positions=True, energy=True)
    energy = state.getPotentialEnergy().value_in_unit(unit.kilojoule_per_mole)
    return state.getPositions(asNumpy=True).value_in_unit(unit.angstrom), energy


def lengths(x, bonds):
    """Bond lengths in Å."""
    return np.linalg.norm(x[bonds[:, 0]] - x[bonds[:, 1]], axis=1)


def bends(x, angles):
    """Angles in degrees."""
    a, b = x[angles[:, 0]] - x[angles[:, 1]], x[angles[:, 2]] - x[angles[:, 1]]
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return np.degrees(np.arccos(cosine.clip(-1, 1)))
