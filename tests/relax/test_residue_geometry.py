"""Bounds of residues are those of their templates."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.templates import template
from unbead.relax.residue_geometry import opposite_side, residue_pattern


@pytest.mark.parametrize("name", [*AMINO_ACIDS, "SEP", "MSE", "ACE", "POPC", "SAPC", "PSM", "POPI24", "TOCL2", "CHL1"])
def test_the_ideal_conformer_is_within_bounds(name):
    known, pattern = template(name), residue_pattern(name)
    x = known.coordinates
    d = np.linalg.norm(x[pattern.pairs[:, 0]] - x[pattern.pairs[:, 1]], axis=1)
    assert (d > pattern.low - 0.12).all() and (d < pattern.high + 0.12).all()
    p = x[pattern.quads]
    volume = (np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]) * (p[:, 3] - p[:, 0])).sum(1)
    assert (volume > pattern.volume_low).all() and (volume < pattern.volume_high).all()


def test_all_bonds_and_angles_have_bounds():
    known, pattern = template("TRP"), residue_pattern("TRP")
    pairs = {tuple(pair) for pair in pattern.pairs.tolist()}
    heavy = [tuple(sorted(bond)) for bond in known.bonds.tolist() if max(bond) < known.n_heavy]
    assert set(heavy) <= pairs
    assert {tuple(sorted((a, c))) for a, b, c in known.angles.tolist() if max(a, b, c) < known.n_heavy} <= pairs


def test_lipids_keep_their_double_bonds_esters_and_centres():
    def limits(name, *atoms):
        known, pattern = template(name), residue_pattern(name)
        pair = sorted(known.index(atom) for atom in atoms)
        row = pattern.pairs.tolist().index(pair)
        return pattern.low[row], pattern.high[row]

    assert limits("POPC", "C28", "C211")[1] < 3.4  # 3.9 Å when trans
    assert limits("PSM", "C3S", "C6S")[0] > 3.7  # 3.2 Å when cis
    assert limits("POPC", "C2", "O22")[1] < 3.0 and limits("POPC", "C2", "C22")[0] > 3.5
    for name, centres in (("POPC", 1), ("CHL1", 8), ("POPI24", 7), ("PSM", 2)):
        assert residue_pattern(name).handed.sum() == centres


def test_isoleucine_has_two_centres_and_glycine_none():
    assert (residue_pattern("ILE").volume_low > 0).sum() == 2
    assert (residue_pattern("GLY").volume_low > 0).sum() == 0


def test_opposite_side():
    assert opposite_side(3, 4, 90) == pytest.approx(5)
    assert opposite_side(1, 1, 180) == opposite_side(1, 1, 190) == pytest.approx(2)
