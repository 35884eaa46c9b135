"""What is wrong is found and named."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from unbead.chem.angles import dihedral
from unbead.mapping.operator import apply
from unbead.relax.violations import find_violations


def faults(topology, x, pairs=((0, 100),), tolerance=0.1):
    found = find_violations(topology, x, np.array(pairs), topology.assembly.beads.positions, tolerance, None)
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


@pytest.mark.parametrize(("share", "told"), [(1.095, False), (1.105, True), (0.905, False), (0.895, True)])
def test_a_bond_is_told_from_ten_percent_on(topology, truth, share, told):
    """Mutants with other limits survived: 5 % and 20 %."""
    a = topology.assembly
    side = (a.atoms.names[a.bonds] == "CB").any(1) & (a.atoms.names[a.bonds] == "CG").any(1)
    bond = int(np.flatnonzero(side)[0])
    i, j = a.bonds[bond]
    x = truth.astype(np.float64)
    x[j] = x[i] + (x[j] - x[i]) / np.linalg.norm(x[j] - x[i]) * a.bond_lengths[bond] * share
    only = replace(topology, assembly=replace(a, bonds=a.bonds[[bond]], bond_lengths=a.bond_lengths[[bond]]))
    found = find_violations(only, x.astype(np.float32), np.zeros((0, 2), int), a.beads.positions, None, None)
    assert found.broken.tolist() == [int(a.atoms.residue_index[i])] * told


@pytest.mark.parametrize(("distance", "told"), [(1.21, False), (1.19, True)])
def test_atoms_are_told_from_within_one_point_two(topology, truth, distance, told):
    a = topology.assembly
    x = truth.copy()
    i, j = (int(np.flatnonzero((a.atoms.residue_index == k) & (a.atoms.names == "O"))[0]) for k in (2, 20))
    x[j] = x[i] + np.float32([distance, 0, 0])
    found = find_violations(topology, x, np.array([[i, j]]), a.beads.positions, None, None)
    assert found.touching.tolist() == [2, 20] * told


@pytest.mark.parametrize(("beyond", "told"), [(0.95, False), (1.05, True)])
def test_a_bead_may_be_one_angstrom_beyond_its_tolerance(topology, truth, beyond, told):
    a = topology.assembly
    beads = apply(a.operator, truth)
    k = int(np.flatnonzero(a.beads.residue_index == 12)[0])
    beads[k] += np.array([0.3 + beyond, 0, 0])
    found = find_violations(topology, truth, np.zeros((0, 2), int), beads, 0.3, None)
    assert found.stray.tolist() == [12] * told


@pytest.mark.parametrize(
    ("turn", "told"), [(28, False), (32, True), (90, True), (148, True), (152, False), (-152, False)]
)
def test_peptide_bonds_are_told_thirty_degrees_from_flat(topology, truth, turn, told):
    """Here only the hydrogen's side of one bond is moved: all atoms of the residues behind turn about C-N."""
    a = topology.assembly
    x, residue, names = truth.astype(np.float64), a.atoms.residue_index, a.atoms.names
    at = {(int(r), str(n)): i for i, (r, n) in enumerate(zip(residue, names, strict=True))}
    ca, c, n, after = (at[key] for key in ((9, "CA"), (9, "C"), (10, "N"), (10, "CA")))
    now = dihedral(x[ca], x[c], x[n], x[after])
    behind = residue >= 10
    axis = Rotation.from_rotvec(np.radians(turn - now) * (x[n] - x[c]) / np.linalg.norm(x[n] - x[c]))
    moved = x.copy()
    moved[behind] = axis.apply(x[behind] - x[n]) + x[n]
    assert abs((dihedral(moved[ca], moved[c], moved[n], moved[after]) - turn + 180) % 360 - 180) < 1e-3
    found = find_violations(topology, moved.astype(np.float32), np.zeros((0, 2), int), a.beads.positions, None, None)
    assert (10 in found.twisted) == told


def test_room_for_simulated_beads_does_not_hide_beads_of_a_wrong_form(topology, truth):
    """A lipid chain 12 Å from its beads was written with exit code 0, since the beads looked 5 Å displaced."""
    x = truth.copy()
    x[topology.assembly.atoms.residue_index == 9] += np.float32([6.0, 0, 0])
    said = faults(topology, x, tolerance=np.full(len(topology.assembly.beads), 15.0))
    assert said["atoms away from their beads"] == [topology.assembly.atoms.residues.label(9)]
