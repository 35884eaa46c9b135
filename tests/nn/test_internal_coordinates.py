"""Internal coordinates."""

import numpy as np
import pytest
import torch

from unbead.chem.angles import angle, dihedral
from unbead.nn.internal_coordinates import Internal, frame, place, to_internal

CHAIN = torch.tensor([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 2], [3, 0, 1], [3, 0, 4], [5, 3, 0]])
DEPTH = torch.tensor([0, 0, 0, 1, 2, 3, 4])


@pytest.fixture
def points(rng):
    return torch.from_numpy(np.cumsum(rng.normal(0, 1.5, (7, 3)), 0))


def test_bond_angle_and_torsion_are_those_of_chemistry(points):
    found = to_internal(points, CHAIN)
    x = points.numpy()
    for atom in range(3, 7):
        a, b, c = (x[i] for i in CHAIN[atom].tolist())
        assert float(found.bond[atom]) == pytest.approx(np.linalg.norm(x[atom] - a))
        assert np.degrees(float(found.angle[atom])) == pytest.approx(float(angle(b, a, x[atom])))
        turn = np.degrees(np.arctan2(float(found.torsion[atom, 1]), float(found.torsion[atom, 0])))
        assert turn == pytest.approx(float(dihedral(c, b, a, x[atom])))


def test_round_trip_and_equivariance(points, rng):
    found = to_internal(points, CHAIN)
    known = torch.where((DEPTH == 0)[:, None], points, torch.zeros_like(points))
    assert torch.allclose(place(known, CHAIN, DEPTH, found), points, atol=1e-9)
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    turn = torch.from_numpy(q * np.sign(np.diag(r)))
    turn = turn * torch.det(turn)
    moved = place(known @ turn.T + 5.0, CHAIN, DEPTH, found)
    assert torch.allclose(moved, points @ turn.T + 5.0, atol=1e-9)


def test_gradients_are_right(points):
    found = to_internal(points, CHAIN)
    inputs = [x.clone().requires_grad_() for x in (points, found.bond, found.angle, found.torsion)]

    def positions(known, bond, bend, turn):
        return place(known, CHAIN, DEPTH, Internal(bond, bend, turn))

    assert torch.autograd.gradcheck(positions, inputs)


@pytest.mark.parametrize("off", [0.0, 1e-9, 1e-4, 1e-2])
def test_three_atoms_in_line_leave_lengths_right_and_gradients_finite(off):
    line = torch.tensor([[0.0, 0, 0], [1.5, 0, 0], [3.0, off, 0], [0, 0, 0]]).requires_grad_()
    ones = torch.full((4,), 1.2)
    turn = torch.tensor([[0.6, 0.8]]).expand(4, 2)
    references = torch.tensor([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 2]])
    found = place(line, references, torch.tensor([0, 0, 0, 1]), Internal(ones, ones, turn))
    assert float((found[3] - found[0]).norm().detach()) == pytest.approx(1.2, rel=1e-5)
    found[3].sum().backward()
    assert line.grad.isfinite().all()


def test_points_on_one_place_give_a_frame():
    zero = torch.zeros(1, 3)
    assert torch.allclose(torch.stack(frame(zero, zero, zero), 1).det().abs(), torch.ones(1))
