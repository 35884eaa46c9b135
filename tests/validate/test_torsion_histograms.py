"""Divergences against scipy."""

import numpy as np
import pytest
from scipy.stats import entropy

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.validate.torsion_histograms import (
    CHI_BINS,
    Torsions,
    count_torsions,
    divergence,
    divergences,
    expected_counts,
    usual_torsions,
)


def test_divergence_as_scipy(rng):
    p, q = rng.uniform(0.1, 1, (2, 50))
    assert divergence(p, q) == pytest.approx(entropy(p, q))


def test_counts_of_a_crystal(crystal):
    slots = protein_slots(crystal)
    counts = count_torsions(slots)
    assert counts.chi1.sum() == (~np.isin(crystal.residues.names, ["ALA", "GLY", "PRO"])).sum()
    assert counts.chi1[AMINO_ACIDS.index("GLY")].sum() == 0
    assert counts.phi_psi.sum() == len(slots.kind) - 2
    assert counts.chi1.shape == usual_torsions().chi1.shape == (20, CHI_BINS)
    assert counts.phi_psi.shape == usual_torsions().phi_psi.shape


def test_a_structure_is_nearer_to_itself_than_to_others(crystal, rng):
    own = count_torsions(protein_slots(crystal))
    to_itself, to_usual = divergences(own, own), divergences(own, usual_torsions())
    for name, value in to_usual.items():
        assert abs(to_itself[name]) < 1e-9 and 0.05 < value < 3
    noise = Torsions(*(rng.integers(0, 9, part.shape) * part.any(1, keepdims=True) for part in (own.chi1, own.chi2)),
                     rng.integers(0, 9, own.phi_psi.shape))  # fmt: skip
    assert divergences(noise, usual_torsions())["chi1_divergence"] > 0.3


def test_expectations_follow_the_composition():
    found = np.array([[3.0, 1], [0, 0]])
    expected = np.array([[10.0, 10], [0, 50]])
    assert np.allclose(expected_counts(found, expected), [2, 2])
    assert np.allclose(expected_counts(found, np.zeros((2, 2))), [2, 2])


def test_nothing_to_compare():
    nothing = Torsions(np.zeros((20, 36)), np.zeros((20, 36)), np.zeros((4, 144)))
    assert set(divergences(nothing, usual_torsions()).values()) == {None}
