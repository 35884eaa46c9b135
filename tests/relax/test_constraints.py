"""Bounds as tensors."""

import numpy as np
import torch

from unbead.relax.constraints import contact_constraints, make_constraints, minimum_image, tensor
from unbead.relax.contacts import Contacts
from unbead.relax.residue_geometry import Bounds

CPU = torch.device("cpu")


def test_images_are_the_nearest_in_a_triclinic_box(rng):
    cell = np.array([[10.0, 0, 0], [3, 9, 0], [1, 2, 8]])
    x = rng.uniform(-20, 20, (40, 3))
    i, j = np.arange(20), np.arange(20, 40)
    shift = minimum_image(x, i, j, cell)
    assert shift is not None
    fraction = (x[j] + shift - x[i]) @ np.linalg.inv(cell)
    assert np.abs(fraction).max() <= 0.5 + 1e-9
    assert minimum_image(x, i, j, None) is None
    assert minimum_image(x * 0.01, i, j, cell) is None


def test_terms_hold_the_bounds():
    empty = np.zeros((0, 4), np.int64)
    bounds = Bounds(np.array([[0, 1]]), np.array([1.0]), np.array([2.0]), empty, np.zeros(0), np.zeros(0))
    distances, volumes, forms = make_constraints(bounds, np.zeros((2, 3)), None, CPU)
    assert distances.atoms.tolist() == [[0, 1]] and distances.low.tolist() == [1.0]
    assert distances.shift is None and len(volumes.atoms) == len(forms.atoms) == 0


def test_contacts_have_no_upper_bound():
    terms = contact_constraints(Contacts(np.array([[0, 1]]), np.array([3.0]), np.array([[0, 0, 9.0]])), 0.4, CPU)
    assert terms.high is None and terms.strength == 0.4 and terms.shift is not None
    assert tensor(np.array([True, False]), CPU).tolist() == [1.0, 0.0]
