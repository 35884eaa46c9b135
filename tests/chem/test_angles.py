"""Angles against MDAnalysis."""

import numpy as np
from MDAnalysis.lib.distances import calc_angles, calc_dihedrals
from scipy.spatial.transform import Rotation

from unbead.chem.angles import angle, dihedral, rotate_about


def test_angles_as_mdanalysis(rng):
    a, b, c, d = rng.normal(size=(4, 30, 3))
    assert np.allclose(angle(a, b, c), np.degrees(calc_angles(a, b, c)), atol=1e-3)
    turn = dihedral(a, b, c, d) - np.degrees(calc_dihedrals(a, b, c, d))
    assert np.allclose((turn + 180) % 360, 180, atol=1e-3)


def test_points_broadcast(rng):
    a, b, c = rng.normal(size=(3, 5, 1, 3))
    assert dihedral(a, b, c, rng.normal(size=(7, 3))).shape == (5, 7)
    assert angle(a, np.zeros(3), rng.normal(size=(7, 3))).shape == (5, 7)


def test_coincident_points_have_no_torsion():
    assert np.isnan(dihedral(*np.zeros((4, 1, 3)))).all()


def test_turns_as_scipy(rng):
    arms, axis = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angles = rng.uniform(-4, 4, (20, 1))
    assert np.allclose(rotate_about(arms, axis, angles), Rotation.from_rotvec(angles * axis).apply(arms))
