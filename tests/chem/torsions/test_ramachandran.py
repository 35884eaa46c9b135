"""The table of usual backbone angles."""

import numpy as np
import pytest

from unbead.chem.torsions.ramachandran import BINS, CLASSES, FAVOURED, OUTLIER, bins, mass_outside, usualness


def test_helices_are_favoured_and_the_empty_corner_is_not():
    table = mass_outside()
    assert table.shape == (len(CLASSES), BINS, BINS) and table.max() <= 1.0001
    helix = table[(0, *bins(np.array([-60.0]), np.array([-45.0])))]
    hole = table[(0, *bins(np.array([0.0]), np.array([90.0])))]
    assert helix > 0.9 and hole < 0.001


def test_usualness_looks_the_table_up_and_turns_full_circles():
    kind, phi, psi = np.array([0, 1]), np.array([-60.0, 60.0]), np.array([-45.0, 30.0])
    share = usualness(kind, phi, psi)
    assert (share > FAVOURED[kind]).all()
    assert usualness(kind, phi + 360, psi - 360) == pytest.approx(share)
    assert usualness(np.array([0]), np.array([0.0]), np.array([90.0])) < OUTLIER[0]
