"""Atoms that the network does not know."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.placement.completion import complete


def test_a_phosphate_comes_to_lie_as_in_the_template(rotation):
    pattern = template("SEP")
    a = assemble(make_particles(["BB", "SC1"], ["SEP"] * 2, [1, 1]), load_mapping("martini3"))
    truth = (pattern.coordinates[: pattern.n_heavy] @ rotation).astype(np.float32)
    known = ~np.isin(a.atoms.names, ["P", "O1P", "O2P", "O3P"])
    found = complete(a, np.where(known[:, None], truth, 0), known)
    assert np.abs(found - truth).max() < 1e-3
    assert complete(a, truth, np.ones(len(known), bool)) is truth


def test_a_residue_nobody_knows_is_refused():
    a = assemble(make_particles(["BB"], ["GLY"], [4]), load_mapping("martini3"))
    with pytest.raises(UnbeadError, match="GLY 4"):
        complete(a, np.zeros((4, 3), np.float32), np.array([True, True, False, False]))
