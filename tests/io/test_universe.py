"""Universes in and out."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.universe import from_universe, to_universe


def test_round_trip(crystal):
    bonds = np.array([[0, 1], [1, 2]])
    universe = to_universe(crystal, bonds)
    assert len(universe.bonds) == 2 and set(universe.atoms.chainIDs) == set(crystal.residues.chains)
    again = from_universe(universe)
    assert np.array_equal(again.names, crystal.names) and np.array_equal(again.positions, crystal.positions)
    assert again.residues.numbers.tolist() == crystal.residues.numbers.tolist()
    assert np.array_equal(again.residues.bonded_to_previous, crystal.residues.bonded_to_previous)


def test_missing_frames_are_named(crystal):
    with pytest.raises(UnbeadError, match="no frame 5"):
        from_universe(to_universe(crystal), 5)
