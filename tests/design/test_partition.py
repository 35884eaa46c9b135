"""Parts of molecules: every atom in one bead, as many beads as asked for, and in one piece where that is promised."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbead.chem.templates import template
from unbead.design.partition import by_alpha, by_heavy_atom, communities, contiguous, count_pieces, in_order, scattered
from unbead.errors import UnbeadError

KNOWN = template("TRP")
BONDS, N = KNOWN.bonds, len(KNOWN.atoms)
METHODS = {
    "random": lambda seed, n: scattered(np.random.default_rng(seed), N, n),
    "contiguous": lambda seed, n: contiguous(np.random.default_rng(seed), N, BONDS, n),
    "girvan-newman": lambda _, n: communities(N, BONDS, n),
}


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99), n=st.integers(1, N))
def test_parts(method, seed, n):
    owner = METHODS[method](seed, n)
    assert owner.shape == (N,)
    assert (np.unique(owner) == np.arange(n)).all()
    assert np.array_equal(owner, in_order(owner)) and owner[0] == 0
    assert np.array_equal(owner, METHODS[method](seed, n))
    if method != "random":
        assert (count_pieces(owner, BONDS) == 1).all()


def test_seeds_differ_and_hydrogens_follow_seeds_on_heavy_atoms():
    drawn = [contiguous(np.random.default_rng(seed), N, BONDS, 6, range(KNOWN.n_heavy)) for seed in range(5)]
    assert len({tuple(owner.tolist()) for owner in drawn}) > 1
    for owner in drawn:
        for a, b in BONDS[BONDS[:, 1] >= KNOWN.n_heavy]:
            assert owner[a] == owner[b]


def test_pieces_are_counted():
    bonds = np.array([[0, 1], [1, 2], [2, 3]])
    assert count_pieces(np.array([0, 1, 0, 0]), bonds).tolist() == [2, 1]


def test_heavy_atoms_take_their_hydrogens():
    owner, centres = by_heavy_atom(KNOWN.elements, BONDS, KNOWN.coordinates)
    assert centres.tolist() == list(range(KNOWN.n_heavy))
    for a, b in BONDS[BONDS[:, 1] >= KNOWN.n_heavy]:
        assert owner[a] == owner[b] == a
    with pytest.raises(UnbeadError, match="no heavy atom"):
        by_heavy_atom(["H", "H"], np.array([[0, 1]]), np.eye(3)[:2])


def test_caps_go_to_the_nearest_residue():
    # ACE (CH3 C), two residues, NME (N C) in one line of bonds; a side chain on the second
    names = np.array("CH3 C N CA C N CA CB C N C".split())
    residue = np.array([0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3])
    bonds = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [6, 8], [8, 9], [9, 10]])
    x = np.arange(len(names))[:, None] * np.array([[1.5, 0, 0]])
    owner, centres = by_alpha(names, residue, bonds, x)
    assert owner.tolist() == [0] * 5 + [1] * 6 and centres.tolist() == [3, 6]
    with pytest.raises(UnbeadError, match="for proteins"):
        by_alpha(names, np.arange(len(names)), bonds, x)
