"""Steps lead into bounds, and stay short."""

import numpy as np
import pytest
import torch

from unbead.relax.contacts import Contacts
from unbead.relax.residue_geometry import Bounds
from unbead.relax.solver import LONGEST_STEP, ConstraintSolver

CPU = torch.device("cpu")


def chain(n, low, high):
    pairs = np.stack([np.arange(n - 1), np.arange(1, n)], 1)
    empty = np.zeros((0, 4), np.int64)
    return Bounds(pairs, np.full(n - 1, low), np.full(n - 1, high), empty, np.zeros(0), np.zeros(0))


def test_a_stretched_chain_comes_within_bounds(rng):
    start = np.cumsum(rng.normal(0, 1.2, (30, 3)), 0).astype(np.float32)
    descent = ConstraintSolver(chain(30, 1.4, 1.6), start, None, CPU)
    assert descent.wrong().all()
    descent.run(400, np.zeros(30))
    length = np.linalg.norm(np.diff(descent.positions, axis=0), axis=1)
    assert not descent.wrong().any()
    assert length.min() > 1.35 and length.max() < 1.65


def test_steps_are_short_and_held_atoms_stay(rng):
    start = rng.normal(0, 2, (5, 3)).astype(np.float32)
    descent = ConstraintSolver(chain(5, 1.0, 1.1), start, None, CPU)
    mobile = np.array([True, True, True, False, False])
    descent.run(1, np.zeros(5), mobile)
    step = np.linalg.norm(descent.positions - start, axis=1)
    assert step[:3].max() == pytest.approx(LONGEST_STEP, abs=1e-5) and not step[3:].any()


def test_contacts_push_apart():
    start = np.array([[0, 0, 0], [1.0, 0, 0]], np.float32)
    empty = Bounds(
        np.zeros((0, 2), np.int64), np.zeros(0), np.zeros(0), np.zeros((0, 4), np.int64), np.zeros(0), np.zeros(0)
    )
    descent = ConstraintSolver(empty, start, None, CPU)
    descent.set_contacts(Contacts(np.array([[0, 1]]), np.array([3.0]), np.zeros((1, 3))), 0.5)
    descent.run(60, np.zeros(2))
    assert np.linalg.norm(np.diff(descent.positions, axis=0)) == pytest.approx(3.0, abs=0.15)
    descent.set_positions(start)
    assert np.array_equal(descent.positions, start)


def test_what_is_settled_elsewhere_stays_there():
    start = np.array([[0, 0, 0], [5.0, 0, 0]], np.float32)
    descent = ConstraintSolver(chain(2, 1.0, 9.0), start, None, CPU)
    elsewhere = start + np.float32([[0, 0, 0], [0, 2, 0]])
    for move, end in ((descent.move, start), (descent.move_home, elsewhere)):
        descent.set_positions(start)
        move(elsewhere)
        descent.run(300, np.ones(2))
        assert np.abs(descent.positions - end).max() < 0.05
