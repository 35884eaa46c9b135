"""Copies of one chain, end to end."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.mapping.detection.copies import part_copies, repeat
from unbead.mapping.mapping import load_mapping

SEQUENCE = "MET GLN ILE PHE VAL LYS THR GLY GLY".split()
CA = load_mapping("ca")


def traces(*contacts, chain="", sequence=SEQUENCE):
    """Copies of a Cα trace, numbered on, each so far behind the last bead of the one before."""
    n = len(sequence)
    steps = np.full(n * (len(contacts) + 1), 3.8)
    steps[n::n] = contacts
    x = np.zeros((len(steps), 3))
    x[:, 0] = np.cumsum(steps)
    names = sequence * (len(contacts) + 1)
    return make_particles(["CA"] * len(names), names, list(range(1, len(names) + 1)), x, chain=chain)


def test_a_sequence_comes_again():
    assert repeat(SEQUENCE * 3) == len(SEQUENCE) and repeat(SEQUENCE) == 0
    assert repeat([*SEQUENCE, *SEQUENCE[:-1]]) == 0
    assert repeat(["ALA"] * 16) == 0  # one chain of low complexity


def test_copies_in_contact_are_chains_of_their_own():
    """Two chains whose ends touch were bonded where residue numbers went on."""
    p, said = part_copies(traces(4.4, 4.5), CA)
    assert np.flatnonzero(~p.residues.bonded_to_previous).tolist() == [0, 9, 18]
    assert "GLY 9 and MET 10 (4.4 Å)" in said[0] and len(said) == 1


def test_a_chain_that_repeats_itself_stays_one():
    p, said = part_copies(traces(3.85), CA)
    assert p.residues.bonded_to_previous[1:].all() and said == ()


@pytest.mark.parametrize(("chain", "lines"), [("", 1), ("A", 0)])
def test_a_wide_bond_is_a_guess_where_the_file_has_no_chains(chain, lines):
    beads = traces(4.4, chain=chain)
    names = beads.residues.names.copy()
    names[-1] = "TRP"
    p, said = part_copies(replace(beads, residues=replace(beads.residues, names=names)), CA)
    assert p.residues.bonded_to_previous[1:].all() and len(said) == lines
