"""Bonds against slow counts."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.chem.amino import protein_slots
from unbead.validate.checks.bonds import broken_bonds, find_bonds, find_disulfides


def test_bonds_are_all_near_pairs(crystal):
    slots = protein_slots(crystal)
    bonds = find_bonds(slots, find_disulfides(slots))
    x = crystal.positions.astype(float)
    near = np.linalg.norm(x[:, None] - x, axis=-1) < 2.12
    assert len(bonds.pairs) == np.triu(near, 1).sum()
    assert bonds.n_disulfides == 3


def test_a_stretched_bond_is_found_and_named(crystal):
    positions = crystal.positions.copy()
    o = np.flatnonzero((crystal.names == "O") & (crystal.residue_index == 10))[0]
    c = np.flatnonzero((crystal.names == "C") & (crystal.residue_index == 10))[0]
    positions[o] += 0.2 * (positions[o] - positions[c])
    slots = protein_slots(crystal.with_positions(positions))
    found = broken_bonds(slots, find_bonds(slots, find_disulfides(slots)))
    assert [len(found[name]) for name in ("bonds", "peptide_bonds", "disulfides")] == [1, 0, 0]
    assert found["bonds"].describe(slots, 5) == [crystal.residues.label(10) + " C-O"]
    assert found["peptide_bonds"].tested == len(crystal.residues) - 1 and found["disulfides"].tested == 3


def test_three_sulfurs_in_a_triangle_make_one_disulfide(crystal):
    """Every pair within reach was a bond, so that `unbead check` saw three where finishing made one."""
    slots = protein_slots(crystal)
    cysteines = find_disulfides(slots).ravel()[:3]  # two of one bond, one of another
    flat = slots.positions.copy()
    triangle = 2.0 * np.array([[0, 0, 0], [1, 0, 0], [0.5, 0.8660254, 0]])
    flat[cysteines, 5] = np.nanmax(flat[:, 5], 0) + 50 + triangle
    assert len(find_disulfides(replace(slots, positions=flat))) == 1 + 1  # and the third of the crystal


@pytest.mark.parametrize(("share", "found"), [(1.095, 0), (1.105, 1), (0.905, 0), (0.895, 1)])
def test_a_bond_is_broken_from_ten_percent_on(crystal, share, found):
    """Mutants with other limits survived."""
    slots = protein_slots(crystal)
    bonds = find_bonds(slots, find_disulfides(slots))
    a, b = bonds.pairs[0]
    flat = slots.positions.reshape(-1, 3).copy()
    flat[b] = flat[a] + (flat[b] - flat[a]) / np.linalg.norm(flat[b] - flat[a]) * bonds.lengths[0] * share
    moved = replace(slots, positions=flat.reshape(slots.positions.shape))
    pairs = broken_bonds(moved, replace(bonds, pairs=bonds.pairs[:1], lengths=bonds.lengths[:1], n_disulfides=0))
    assert len(pairs["bonds"]) == found
