"""Cis and trans peptides."""

import numpy as np
import pytest

from unbead.chem.links import CA_CA_CIS, CA_CA_TRANS
from unbead.relax.peptide_cis_trans import choose_cis, ideal_peptide, straighten
from unbead.relax.reference_geometry import omega


def turned(truth, peptides, k):
    """Turn everything after a C–N bond by 180 degrees about it."""
    bent = truth.copy()
    axis = truth[peptides.n[k]] - truth[peptides.c[k]]
    axis /= np.linalg.norm(axis)
    after = np.arange(len(truth)) > peptides.n[k]
    arm = truth[after] - truth[peptides.n[k]]
    bent[after] = truth[peptides.n[k]] + 2 * (arm @ axis)[:, None] * axis - arm
    return bent


@pytest.fixture
def plain(topology):
    """A peptide bond that is not before proline."""
    return np.flatnonzero(topology.peptides.next_cd < 0)[3]


def test_cis_peptides_are_kept_only_where_beads_say_so(topology, truth, plain):
    p = topology.peptides
    assert not choose_cis(truth, p, True, None)[0][plain]
    bent = turned(truth, p, plain)
    cis, made_trans = choose_cis(bent, p, True, None)
    assert cis[plain] and made_trans == 0
    cis, made_trans = choose_cis(bent, p, False, None)
    assert not cis[plain] and made_trans == 1


@pytest.mark.parametrize(("cis", "apart"), [(True, CA_CA_CIS), (False, CA_CA_TRANS)])
def test_ideal_peptides_have_ideal_ends(cis, apart):
    x = ideal_peptide(cis)
    assert np.linalg.norm(x[4] - x[0]) == pytest.approx(apart, abs=0.2)
    assert np.linalg.norm(x[2] - x[3]) == pytest.approx(2.25, abs=0.05)
    assert x[:, 2] == pytest.approx(np.zeros(5))


def test_wrong_peptides_are_straightened_and_others_left(topology, truth, plain):
    p = topology.peptides
    bent = turned(truth, p, plain)
    none = np.zeros(len(p.c), bool)
    mended = straighten(bent, p, none, None)
    assert abs(omega(mended, p, None)[plain]) > 170
    touched = np.flatnonzero(np.abs(mended - bent).max(1) > 0)
    assert set(touched) == {p.ca[plain], p.c[plain], p.o[plain], p.n[plain], p.next_ca[plain]}
    assert np.array_equal(straighten(truth, p, none, None), truth)
