"""Peptide planes turn about their Cα."""

import pytest
import torch

from unbead.relax.herobm.energy import angle, torsion
from unbead.relax.herobm.plane_rotation import rotate_planes, turn
from unbead.relax.herobm.terms import find_spine, spine_terms


@pytest.fixture
def system(assembly, truth):
    terms = spine_terms(find_spine(assembly), len(truth), torch.float32, torch.device("cpu"))
    x = torch.from_numpy(truth)[terms.atoms]
    return x, terms, torsion(x, terms.torsions)


def test_turning_keeps_alpha_carbons_and_the_peptides_inside(system):
    x, terms, _ = system
    theta = torch.linspace(-3, 3, len(terms.omegas.atoms))[:, None]
    turned = turn(x, terms, theta)
    assert torch.equal(turned[1::3], x[1::3])
    assert torch.allclose(torsion(turned, terms.omegas.atoms), torsion(x, terms.omegas.atoms), atol=1e-4)
    inside = terms.angles.atoms[len(x) // 3 :]
    assert torch.allclose(angle(turned, inside), angle(x, inside), atol=1e-4)
    assert torch.allclose(turn(turned, terms, -theta), x, atol=1e-4)


def test_wrong_planes_are_turned_back(system):
    x, terms, goal = system
    theta = torch.zeros(len(terms.omegas.atoms), 1)
    theta[[5, 20, 21], 0] = torch.tensor([2.0, -2.8, 1.5])
    wrong = turn(x, terms, theta)
    assert (wrong - x).norm(dim=1).max() > 0.8
    assert (rotate_planes(wrong, terms, goal) - x).norm(dim=1).max() < 0.1


def test_what_is_not_predicted_turns_nothing_that_is_not_strained(system):
    x, terms, goal = system
    found = rotate_planes(x, terms, 0 * goal)
    assert (found - x).norm(dim=1).max() < 0.15
