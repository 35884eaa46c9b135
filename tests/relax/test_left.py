"""What is wrong is found and named."""

import numpy as np

from unbead.relax.left import find_left


def faults(topology, x, pairs=((0, 100),), tolerance=0.1):
    found = find_left(topology, x, np.array(pairs), topology.assembly.beads.positions, tolerance, None)
    return found.described(topology.assembly.atoms.residues)


def test_a_crystal_has_no_faults(topology, truth):
    assert faults(topology, truth) == {}


def test_each_fault_is_named(topology, truth):
    x = truth.copy()
    residue = topology.assembly.atoms.residue_index
    label = topology.assembly.atoms.residues.label
    side = np.flatnonzero((residue == 3) & (topology.assembly.atoms.names == "CB"))[0]
    x[side] += 3.0
    said = faults(topology, x)
    assert label(3) in said["bonds off by more than 10 %"]
    mirrored = faults(topology, truth * np.array([1, 1, -1], np.float32), tolerance=None)
    assert set(mirrored) == {"wrong chirality"}
    far = np.flatnonzero(residue == 30)[0]
    x = truth.copy()
    x[far] = x[0] + 0.5
    assert set(faults(topology, x, [(0, far)])["atoms within 1.2 Å of each other"]) == {label(0), label(30)}


def test_what_is_not_a_number_is_a_fault(topology, truth):
    x = truth.copy()
    x[topology.assembly.atoms.residue_index == 7] = np.inf
    said = faults(topology, x)
    assert topology.assembly.atoms.residues.label(7) in said["bonds off by more than 10 %"]
