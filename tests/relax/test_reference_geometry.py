"""Bounds of a system fit a crystal, and know cis from trans."""

import numpy as np
import pytest

from tests.nucleic import strand
from unbead.chem.links import PHOSPHATE_LENGTH
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.relax.reference_geometry import arrows, disulfide_bounds, join, omega, peptide_bounds, residue_bounds


def violations(bounds, x):
    d = np.linalg.norm(x[bounds.pairs[:, 0]] - x[bounds.pairs[:, 1]], axis=1)
    return np.maximum(bounds.low - d, 0) + np.maximum(d - bounds.high, 0)


def test_a_crystal_is_within_bounds(topology, truth):
    p = topology.peptides
    bounds = join(topology.inner, peptide_bounds(p, np.zeros(len(p.c), bool)))
    off = violations(bounds, truth)
    assert (off > 0.03).mean() < 0.01
    assert off.max() < 0.25
    x = truth[bounds.quads].astype(float)
    volume = (np.cross(x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 0])).sum(1)
    inside = (volume > bounds.volume_low) & (volume < bounds.volume_high)
    assert inside.mean() > 0.97


def test_every_peptide_is_listed_once(topology, assembly):
    p = topology.peptides
    assert len(p.c) == assembly.atoms.residues.bonded_to_previous.sum()
    assert np.array_equal(assembly.atoms.residue_index[p.n], assembly.atoms.residue_index[p.c] + 1)
    proline = assembly.atoms.residues.names[assembly.atoms.residue_index[p.n]] == "PRO"
    assert np.array_equal(p.next_cd >= 0, proline)


def test_omega_agrees_with_mdanalysis(topology, truth):
    from MDAnalysis.lib.distances import calc_dihedrals

    p = topology.peptides
    theirs = np.degrees(calc_dihedrals(*(truth[i] for i in (p.ca, p.c, p.n, p.next_ca))))
    difference = (omega(truth, p, None) - theirs + 180) % 360 - 180
    assert np.abs(difference).max() < 0.05


def test_cis_asks_for_near_alpha_carbons(topology):
    p = topology.peptides
    trans, cis = (peptide_bounds(p, np.full(len(p.c), form)) for form in (False, True))
    pair = np.flatnonzero((trans.pairs == np.array([p.ca[0], p.next_ca[0]])).all(1))
    assert trans.low[pair] > 3.5 and cis.high[pair] < 3.2


def test_nucleotides_are_bound_over_their_phosphates():
    atoms = strand(["DC5", "DG", "DA"])
    a = assemble(coarsen(atoms, load_mapping("martini2")), load_mapping("martini2"))
    bounds = residue_bounds(a)
    over = bounds.pairs[np.diff(a.atoms.residue_index[bounds.pairs])[:, 0] == 1]
    names = {" ".join(a.atoms.names[pair]) for pair in over}
    assert names == {"O3' P", "C3' P", "O3' OP1", "O3' OP2", "O3' O5'"} and len(over) == 10
    bond = (a.atoms.names[bounds.pairs] == ["O3'", "P"]).all(1)
    assert np.allclose(bounds.low[bond] + bounds.high[bond], 2 * PHOSPHATE_LENGTH)
    assert violations(bounds, atoms.positions).max() < 0.7


def test_disulfides_bind_both_ways():
    bounds = disulfide_bounds(np.array([[0, 2]]), np.array([[1, 3]]))
    assert {tuple(sorted(pair)) for pair in bounds.pairs.tolist()} == {(1, 3), (0, 3), (1, 2)}


def test_arrows_take_the_nearest_image():
    x = np.array([[0.5, 0, 0], [9.5, 0, 0]])
    i, j = np.array([0]), np.array([1])
    assert arrows(x, i, j, np.diag([10.0, 10, 10]))[0] == pytest.approx([-1, 0, 0])
    assert arrows(x, i, j, None)[0] == pytest.approx([9, 0, 0])
