"""What the loss asks of templates."""

import numpy as np

from unbead.chem.templates import template
from unbead.train.data.chemistry import ANGLE, BOND, PLANE, _closure, chemistry


def test_pairs_cover_bonds_angles_and_planes():
    known = template("PHE")
    facts = chemistry(known)
    distance = np.linalg.norm(np.diff(known.coordinates[facts.pairs], axis=1)[:, 0], axis=1)
    for weight, low, high in ((BOND, 1.1, 1.6), (ANGLE, 2.1, 2.7), (PLANE, 2.6, 6.0)):
        part = distance[facts.weights == np.float32(weight)]
        assert len(part) and part.min() > low and part.max() < high
    ends = {known.index("CG"), known.index("CZ")}
    assert ends in [set(pair) for pair in facts.pairs.tolist()]


def test_ways_are_those_of_the_template():
    known = template("PHE")
    facts = chemistry(known)
    assert np.array_equal(facts.ways[:, 0], np.arange(known.n_heavy))
    one, two = known.index("CD1"), known.index("CD2")
    assert facts.ways[one, 1] == two and facts.ways[two, 1] == one
    assert facts.group[one] == facts.group[known.index("CE2")] != facts.group[known.index("CA")]


def test_two_exchanges_of_three_make_six_permutations():
    swaps = [np.array(p) for p in ([1, 0, 2], [0, 2, 1])]
    found = _closure(swaps, 3)
    assert len({tuple(p) for p in found}) == 6 and found[0].tolist() == [0, 1, 2]
