"""Turned bonds."""

import numpy as np

from tests.train.molecules import loose_residues
from unbead.chem.templates import template
from unbead.train.rename import volumes
from unbead.train.turns import _moving, turn_bonds


def test_bonds_angles_and_handedness_stay_and_others_do_not_move(rng):
    system = loose_residues(["ALA", "ARG", "PHE"], 1, rng)
    x = system.frames[0]
    moved = turn_bonds(x, system.atoms, 1, rng)
    mine = system.atoms.residue_index == 1
    assert np.array_equal(moved[~mine], x[~mine])
    known = template("ARG")
    before, after = x[mine], moved[mine]
    for pairs in (known.bonds, known.angles[:, [0, 2]]):
        inner = pairs[(pairs < known.n_heavy).all(1)]
        a, b = (np.linalg.norm(y[inner[:, 0]] - y[inner[:, 1]], axis=1) for y in (before, after))
        assert np.allclose(a, b, atol=1e-3)
    assert np.abs(after - before).max() > 0.01
    assert np.allclose(volumes(before[None], known.chiral), volumes(after[None], known.chiral), atol=1e-2)


def test_hydrogens_go_with_their_atoms():
    known = template("PHE")
    for mask in _moving(known):
        heavy = known.bonds[:, 1] >= known.n_heavy
        assert (mask[known.bonds[heavy, 0]] == mask[known.bonds[heavy, 1]]).all()
