"""What the 3D view gets."""

import json
from dataclasses import replace

import numpy as np
from scipy.spatial.distance import pdist

from unbead.validate.check import check_model
from unbead.validate.report import scene as module
from unbead.validate.report.scene import scene


def test_atoms_keep_their_distances_and_bonds(crystal, beads_of):
    model = replace(check_model(crystal), beads=beads_of("martini3"))
    view = json.loads(scene(model, []))
    atoms = np.array(view["atoms"]).reshape(-1, 3) / 100
    assert len(atoms) == len(view["elements"]) == model.slots.present.sum()
    assert np.allclose(pdist(atoms), pdist(model.slots.positions[model.slots.present]), atol=0.03)
    bonds = np.array(view["bonds"]).reshape(-1, 2)
    assert np.linalg.norm(atoms[bonds[:, 0]] - atoms[bonds[:, 1]], axis=1).max() < 2.1
    beads = np.array(view["beads"]).reshape(-1, 3) / 100
    assert len(beads) == len(model.beads) and np.abs(beads).max() < np.abs(atoms).max()
    spread = np.ptp(atoms, axis=0)
    assert spread[0] > spread[2] and np.allclose(atoms.max(0), -atoms.min(0), atol=0.02)


def test_handedness_survives(crystal):
    model = check_model(crystal)
    atoms = np.array(json.loads(scene(model, []))["atoms"]).reshape(-1, 3)[:300]
    truth = model.slots.positions[model.slots.present][:300]
    a, b = (points[[0, 40, 90, 200]] - points[0] for points in (atoms / 100, truth))
    assert np.sign(np.linalg.det(a[1:])) == np.sign(np.linalg.det(b[1:]))


def test_faults_are_marked_and_large_systems_thinned(crystal, monkeypatch):
    model = check_model(crystal.with_positions(crystal.positions * [1, 1, -1]))
    assert len(json.loads(scene(model, ["d_centres"]))["marked"]) == model.numbers["d_centres"]
    monkeypatch.setattr(module, "MOST", 100)
    assert len(json.loads(scene(model, []))["elements"]) == 4 * len(model.slots.kind)
