"""Geometry of new atoms."""

import numpy as np
import pytest

from unbead.chem.templates import template
from unbead.completion.polish import polish


def lengths(known, x):
    pairs = known.bonds[(known.bonds < known.n_heavy).all(1)]
    return np.linalg.norm(x[pairs[:, 0]] - x[pairs[:, 1]], axis=1)


@pytest.mark.parametrize("name", ["TYR", "ILE", "PRO", "DA"])
def test_bonds_planes_and_chirality_are_those_of_the_template(name, rng):
    known = template(name)
    ideal = known.coordinates[: known.n_heavy].astype(float)
    new = rng.random(known.n_heavy) < 0.5
    spoilt = ideal + 0.3 * rng.normal(size=ideal.shape) * new[:, None]
    done = polish(known, spoilt, new)
    assert np.array_equal(done[~new], ideal[~new])
    assert np.abs(lengths(known, done) - lengths(known, ideal)).max() < 0.03
    for quad in known.chiral[(known.chiral < known.n_heavy).all(1)]:
        a, b, c = (done[quad[k]] - done[quad[0]] for k in (1, 2, 3))
        assert np.dot(a, np.cross(b, c)) > 1.5


def test_an_atom_keeps_its_distance_to_what_it_is_bonded_to_elsewhere():
    known = template("GLY")
    x = known.coordinates[:4].astype(float)
    n = known.index("N")
    new = np.arange(4) == n
    away = x[n] + np.array([0.0, 0.0, 1.6])
    done = polish(known, x, new, [(n, away, 1.33)])
    assert np.linalg.norm(done[n] - away) == pytest.approx(1.33, abs=0.05)
