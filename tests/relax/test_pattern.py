"""Bounds of residues are those of their templates."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.templates import template
from unbead.relax.pattern import opposite_side, residue_pattern


@pytest.mark.parametrize("name", [*AMINO_ACIDS, "SEP", "MSE", "ACE"])
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


def test_isoleucine_has_two_centres_and_glycine_none():
    assert (residue_pattern("ILE").volume_low > 0).sum() == 2
    assert (residue_pattern("GLY").volume_low > 0).sum() == 0


def test_opposite_side():
    assert opposite_side(3, 4, 90) == pytest.approx(5)
    assert opposite_side(1, 1, 180) == opposite_side(1, 1, 190) == pytest.approx(2)
