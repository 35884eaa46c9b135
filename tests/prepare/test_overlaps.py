"""Atoms on each other."""

import numpy as np
import pytest

from tests.prepare.conftest import NONE, molecules
from unbead.errors import UnbeadError
from unbead.prepare.molecule import with_bonds
from unbead.prepare.overlaps import find_overlaps

pytest.importorskip("openmm")


@pytest.mark.parametrize(("distance", "count"), [(0.79, 1), (0.81, 0)])
def test_atoms_that_are_not_bonded_may_not_meet(distance, count):
    atoms = molecules("NA", "CL").with_positions(np.array([[0, 0, 0], [distance, 0, 0]]))
    found = find_overlaps(with_bonds(atoms, NONE), "amber14")
    assert len(found) == count
    assert all(part in found[0] for part in ("NA 1", "CL 2", "0.79 Å")) if count else True


def test_bonded_atoms_may(heavy):
    crowded = heavy.atoms.with_positions(heavy.atoms.positions * 0.3)
    apart = find_overlaps(heavy, "amber14")
    assert apart == []
    bonds = {frozenset(pair) for pair in heavy.bonds.tolist()}
    squeezed = find_overlaps(with_bonds(crowded, heavy.disulfides), "amber14")
    x = crowded.positions
    near = np.argwhere(np.triu(np.linalg.norm(x[:, None] - x, axis=2) < 0.8, 1)).tolist()
    assert len(squeezed) == sum(frozenset(pair) not in bonds for pair in near) > 0


def test_an_atom_without_a_place_is_named():
    atoms = molecules("NA", "CL").with_positions(np.array([[0, 0, 0], [np.nan, 0, 0]]))
    with pytest.raises(UnbeadError, match="CL 2 CL: finds no place"):
        find_overlaps(with_bonds(atoms, NONE), "amber14")
