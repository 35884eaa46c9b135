"""The message for unknown residues."""

import numpy as np

from tests.helpers import make_particles
from unbead.mapping.mapping import load_mapping
from unbead.mapping.unknown import count_residues, unknown_residues

P = make_particles(["GL0", "BB", "X", "Y", "X"], ["XQZW", "ALA", "ALX", "ALX", "XQZW"], [1, 2, 3, 3, 4])
UNKNOWN = P.residues.names != "ALA"


def test_names_counts_and_near_matches():
    message = str(unknown_residues(P, UNKNOWN, load_mapping("martini3")))
    assert "XQZW (2), ALX (1), first XQZW 1 (chain A) with GL0;" in message
    assert "ALX may mean" in message and "ALA" in message and "XQZW may" not in message
    assert "mapping check" in message and "--skip-unknown" in message


def test_long_residues_are_cut_short():
    many = make_particles([f"B{k}" for k in range(20)], ["BIG"] * 20, [1] * 20)
    assert "B7 …" in str(unknown_residues(many, np.array([True]), load_mapping("martini3")))


def test_counts_start_with_the_most_frequent():
    assert list(count_residues(P.residues, UNKNOWN).items()) == [("XQZW", 2), ("ALX", 1)]
    assert count_residues(P.residues, np.zeros(len(P.residues), bool)) == {}
