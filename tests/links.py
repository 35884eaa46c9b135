"""Two molecules bonded to each other, made by turning one until the bond is there and nothing else touches."""

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from unbead.chem.particles import join

ANGLE = 117.0  # degrees at both ends of the bond


def atom_of(particles, number, name, chain=None):
    """Index of the atom or bead of a name in a residue."""
    residue = particles.residues
    mine = (particles.names == name) & (residue.numbers[particles.residue_index] == number)
    if chain is not None:
        mine &= residue.chains[particles.residue_index] == chain
    return int(np.flatnonzero(mine)[0])


def renamed_chain(particles, chain):
    """The same under another chain identifier."""
    residues = replace(particles.residues, chains=np.full(len(particles.residues), chain))
    return replace(particles, residues=residues)


def docked(first, a, second, b, length, seed=3):
    """Chains A and B; `a` and `b` are the bonded atoms, each as (residue number, atom, atom beside it)."""
    x, y = first.positions.astype(float), second.positions.astype(float)
    at_a, by_a = (x[atom_of(first, a[0], name)] for name in a[1:])
    at_b, by_b = (y[atom_of(second, b[0], name)] for name in b[1:])
    axis = (at_a - by_a) / np.linalg.norm(at_a - by_a)
    generator = np.random.default_rng(seed)
    best, most = y, -1.0
    for _ in range(400):
        aside = np.cross(axis, generator.normal(size=3))
        aside /= np.linalg.norm(aside)
        bend = np.radians(180 - ANGLE)
        way = np.cos(bend) * axis + np.sin(bend) * aside
        plane = np.cross(axis, way) / np.linalg.norm(np.cross(axis, way))
        back = Rotation.from_rotvec(np.radians(ANGLE) * plane).apply(-way)  # trans to the atom beside the first
        turn, _ = Rotation.align_vectors([back], [(by_b - at_b) / np.linalg.norm(by_b - at_b)])
        turn = Rotation.from_rotvec(generator.uniform(0, 2 * np.pi) * back) * turn
        moved = turn.apply(y - at_b) + at_a + length * way
        apart = np.sort(cKDTree(x).query(moved)[0])[8]
        if apart > most:
            best, most = moved, apart
    return join([renamed_chain(first, "A"), renamed_chain(second.with_positions(best.astype(np.float32)), "B")])
