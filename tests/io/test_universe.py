"""Universes in and out."""

from dataclasses import replace

import MDAnalysis as mda
import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.io.universe import from_universe, to_universe


def test_round_trip(crystal):
    p = replace(crystal, box=np.array([40, 50, 60, 75, 80, 85], np.float32))
    bonds = np.array([[0, 1], [1, 2]])
    universe = to_universe(p, bonds)
    assert len(universe.bonds) == 2 and set(universe.atoms.chainIDs) == set(p.residues.chains)
    q = from_universe(universe)
    for name in ("names", "positions", "elements", "b_factors", "residue_index"):
        assert np.array_equal(getattr(q, name), getattr(p, name)), name
    assert np.allclose(q.box, p.box)
    for name in ("names", "numbers", "insertion_codes", "chains", "segments", "bonded_to_previous"):
        assert np.array_equal(getattr(q.residues, name), getattr(p.residues, name)), name


def test_frames(crystal):
    universe = to_universe(crystal)
    universe.load_new(np.stack([crystal.positions, crystal.positions + 1]))
    assert np.array_equal(from_universe(universe, 1).positions, crystal.positions + 1)
    with pytest.raises(UnbeadError, match="no frame 2; it has 2"):
        from_universe(universe, 2)


def test_molecules_of_a_tpr_are_chains_of_their_own():
    """Its chains are called Protein_A and its segments seg_0_Protein_A; molecules of one kind share them."""
    universe = to_universe(make_particles(["BB"] * 4, ["ALA"] * 4, [1, 2, 3, 4], np.arange(4)[:, None] * [3.8, 0, 0]))
    universe.add_TopologyAttr("chainIDs", ["Protein_A"] * 4)
    universe.add_TopologyAttr("molnums", [0, 0, 1, 1])
    universe.segments.segids = ["seg_0_Protein_A"]
    residues = from_universe(universe).residues
    assert residues.chains.tolist() == ["A"] * 4 and residues.segments.tolist() == [""] * 4
    assert residues.bonded_to_previous.tolist() == [False, True, False, True]


def test_universes_without_coordinates_or_labels_or_with_nan():
    with pytest.raises(UnbeadError, match="has no coordinates"):
        from_universe(mda.Universe.empty(1))
    universe = to_universe(make_particles(["BB"], ["ALA"], [1]))
    universe.atoms.positions = [[np.nan, 0, 0]]
    with pytest.raises(UnbeadError, match="BB has coordinates that cannot be"):
        from_universe(universe)
    with pytest.raises(UnbeadError, match="no names; add them"):
        from_universe(mda.Universe.empty(1, trajectory=True))
