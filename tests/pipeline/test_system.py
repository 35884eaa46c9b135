"""Whole systems: molecules, water and ions together."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.system import How, System, join

BOX = np.array([70, 70, 70, 90, 90, 90], np.float32)


@pytest.fixture
def wet(beads_of, rng):
    """A protein amid 40 water beads and two ions, and a residue that nobody knows."""
    protein = beads_of("martini3")
    centre = protein.positions.mean(0)
    away = rng.normal(size=(43, 3))
    around = centre + away / np.linalg.norm(away, axis=1, keepdims=True) * rng.uniform(24, 33, (43, 1))
    names = ["W"] * 40 + ["NA", "CL", "X"]
    residues = ["W"] * 40 + ["ION", "ION", "WHAT"]
    return replace(join(protein, make_particles(names, residues, range(1, 44), around)), box=BOX)


def open_system(beads, model, **how):
    return System(beads, load_mapping("martini3"), [model], torch.device("cpu"), How(**how))


def test_water_and_ions_follow_the_molecules(wet, model):
    system = open_system(wet, model, skip_unknown=True)
    frame = system(wet.positions, BOX)
    atoms, n = system.atoms, len(system.assembly.atoms)
    assert system.facts["waters"] == 160 and system.facts["ions"] == 2 and system.facts["unknown"] == {"WHAT": 1}
    assert len(atoms) == len(frame.positions) == len(frame.errors) == n + 162
    assert set(atoms.names[n : n + 160]) == {"O"} and atoms.names[n + 160 :].tolist() == ["NA", "CL"]
    assert np.abs(frame.positions[n + 160 :] - wet.positions[-3:-1]).max() < 1e-3
    centres = frame.positions[n : n + 160].reshape(40, 4, 3).mean(1)
    assert np.abs(centres - wet.positions[-43:-3]).max() < 0.01
    near = np.linalg.norm(frame.positions[n:, None] - frame.positions[None], axis=-1)
    near[np.arange(162), n + np.arange(162)] = np.inf
    assert near.min() > 2.0


def test_the_molecules_do_not_depend_on_their_solvent(wet, beads_of, model):
    dry = open_system(beads_of("martini3"), model)(beads_of("martini3").positions, BOX)
    for water in ("keep", "drop"):
        found = open_system(wet, model, skip_unknown=True, water=water)(wet.positions, BOX)
        np.testing.assert_allclose(found.positions[: len(dry.positions)], dry.positions, atol=1e-4)
    assert len(found.positions) == len(dry.positions) + 2


def test_unknown_residues_are_named(wet, model):
    with pytest.raises(UnbeadError, match=r"WHAT \(1\).*--skip-unknown"):
        open_system(wet, model)


def test_a_system_without_molecules_is_refused(model):
    water = make_particles(["W"] * 5, ["W"] * 5, range(1, 6), np.arange(15).reshape(5, 3) * 5)
    with pytest.raises(UnbeadError, match="nothing to build"):
        open_system(water, model)
