"""Energies are zero where they should be, and their gradients are right."""

import math

import numpy as np
import pytest
import torch

from unbead.chem.angles import dihedral
from unbead.relax.herobm import energy
from unbead.relax.herobm.energy import Term
from unbead.relax.peptide_cis_trans import ideal_peptide


@pytest.fixture
def peptide():
    """CA, C, O, N and the next CA of an ideal peptide, and its terms."""
    bonds = Term(torch.tensor([[0, 1], [1, 3]]), torch.tensor([1.525, 1.329]))
    angles = Term(torch.tensor([[0, 1, 3], [1, 3, 4]]), torch.tensor([116.2, 121.7]).deg2rad())
    omegas = Term(torch.tensor([[0, 1, 3, 4]]), torch.tensor([math.pi]))
    return torch.from_numpy(ideal_peptide(False)), bonds, angles, omegas


def test_flat_bottoms():
    found = energy.flat_bottom(torch.tensor([0.0, 0.1, -0.1, 0.3, -0.3]), 0.2)
    assert torch.allclose(found, torch.tensor([0, 0, 0, 0.01, 0.01]))


def test_ideal_peptides_cost_nothing_and_bent_ones_do(peptide):
    x, bonds, angles, omegas = peptide
    for function, term in ((energy.bond_energy, bonds), (energy.angle_energy, angles), (energy.omega_energy, omegas)):
        assert function(x, term) == 0
    bent = x + torch.tensor([[0, 0, 0], [0, 0.3, 0.4], [0, 0, 0], [0.3, -0.4, -0.6], [0, 0, 0.0]])
    for function, term in ((energy.bond_energy, bonds), (energy.angle_energy, angles), (energy.omega_energy, omegas)):
        assert function(bent, term) > 5e-4
    folded = torch.from_numpy(ideal_peptide(True))
    assert energy.omega_energy(folded, Term(omegas.atoms, torch.zeros(1))) == 0
    assert energy.omega_energy(folded, omegas) == pytest.approx((math.pi - energy.OMEGA_WIDTH) ** 2, rel=1e-3)


def test_torsions_have_the_sign_of_the_judge(rng):
    x = rng.normal(size=(4, 3))
    cosine, sine = energy.torsion(torch.from_numpy(x), torch.tensor([[0, 1, 2, 3]]))[0]
    assert math.degrees(math.atan2(sine, cosine)) == pytest.approx(float(dihedral(*x[:, None])[0]), abs=1e-4)


def test_torsion_energy_is_twice_the_confidence_opposite_to_the_prediction(rng):
    x, atoms = torch.from_numpy(rng.normal(size=(4, 3))), torch.tensor([[0, 1, 2, 3]])
    goal = 0.7 * energy.torsion(x, atoms)
    assert float(energy.torsion_energy(x, atoms, goal)) == pytest.approx(0, abs=1e-6)
    assert float(energy.torsion_energy(x, atoms, -goal)) == pytest.approx(1.4, abs=1e-6)


def test_gradients(rng):
    x = torch.from_numpy(rng.normal(size=(2, 5, 3))).requires_grad_()
    bonds = Term(torch.tensor([[0, 1], [1, 3]]), torch.tensor([0.5, 4.0]).double())
    angles = Term(torch.tensor([[0, 1, 3], [1, 3, 4]]), torch.tensor([0.3, 2.9]).double())
    quads = torch.tensor([[0, 1, 3, 4], [0, 1, 2, 3]])
    omegas = Term(quads, torch.tensor([0.0, math.pi]).double())
    goal = torch.from_numpy(rng.normal(size=(2, 2, 2)))
    assert torch.autograd.gradcheck(lambda x: energy.bond_energy(x, bonds), x)
    assert torch.autograd.gradcheck(lambda x: energy.angle_energy(x, angles), x)
    assert torch.autograd.gradcheck(lambda x: energy.omega_energy(x, omegas), x)
    assert torch.autograd.gradcheck(lambda x: energy.torsion_energy(x, quads, goal), x)


def test_straight_angles_and_atoms_on_top_of_each_other_have_finite_gradients():
    x = torch.tensor([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [2, 0, 0]], requires_grad=True)
    terms = Term(torch.tensor([[0, 1, 2], [1, 2, 3]]), torch.ones(2))
    total = energy.angle_energy(x, terms) + energy.omega_energy(x, Term(torch.tensor([[0, 1, 2, 3]]), torch.ones(1)))
    total = total + energy.bond_energy(x, Term(torch.tensor([[2, 3]]), torch.ones(1)))
    total.backward()
    assert np.isfinite(x.grad.numpy()).all()
