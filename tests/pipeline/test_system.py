"""Whole systems: molecules, water and ions together."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers import make_particles
from unbead.chem.particles import join
from unbead.errors import UnbeadError
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.system import BackmapOptions, System
from unbead.placement.memory import BLOCK, LEAST, Memory
from unbead.structure.box import box_vectors
from unbead.structure.pairs import pairs_by_part

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
    return replace(join([protein, make_particles(names, residues, range(1, 44), around)]), box=BOX)


def open_system(beads, model, **how):
    return System(beads, load_mapping("martini3"), [model], torch.device("cpu"), BackmapOptions(**how))


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
    for water in ("keep", "resolvate", "drop"):
        found = open_system(wet, model, skip_unknown=True, water=water)(wet.positions, BOX)
        np.testing.assert_allclose(found.positions[: len(dry.positions)], dry.positions, atol=1e-4)
    assert len(found.positions) == len(dry.positions) + 2


CELLS = {"none": None, "brick": [62, 71.5, 70, 90, 90, 90], "rhombic": [80, 80, 80, 60, 60, 90]}


@pytest.fixture(scope="module")
def opened(beads_of, model):
    """A system amid water whose coordinates are decimals, as in a file, and its atoms by cell."""
    protein = beads_of("martini3")
    away = np.random.default_rng(2).normal(size=(32, 3))
    around = protein.positions.mean(0) + 28 * away / np.linalg.norm(away, axis=1, keepdims=True)
    water = make_particles(["W"] * 30 + ["NA", "CL"], ["W"] * 30 + ["ION"] * 2, range(1, 33), around)
    wet = join([protein, water])
    wet = wet.with_positions(np.round(wet.positions.astype(float), 2))
    system = open_system(wet, model)
    cells = {name: None if cell is None else np.array(cell, np.float32) for name, cell in CELLS.items()}
    return system, wet, {name: (box, system(wet.positions, box).positions) for name, box in cells.items()}


@settings(deadline=None, max_examples=9)
@given(st.sampled_from(list(CELLS)), st.integers(0, 10**6), st.tuples(*[st.floats(-80, 80)] * 3))
def test_shifted_and_cut_systems_give_the_same_atoms(opened, cell, seed, shift):
    system, wet, cells = opened
    box, expected = cells[cell]
    x = wet.positions.astype(float) + shift
    if box is not None:
        x += np.random.default_rng(seed).integers(-1, 2, x.shape) @ box_vectors(box)
    moved = system(x.astype(np.float32), box).positions - expected - shift
    if box is not None:
        images = np.linalg.solve(box_vectors(box).T, moved.T).T
        moved = (images - np.round(images)) @ box_vectors(box)
    assert np.abs(moved).max() < 1e-3


def test_unknown_residues_are_named(wet, model):
    with pytest.raises(UnbeadError, match=r"WHAT \(1\).*--skip-unknown"):
        open_system(wet, model)


def test_no_box_to_fill(beads_of, model):
    with pytest.raises(UnbeadError, match="no box"):
        open_system(beads_of("martini3"), model, water="resolvate")


def test_a_system_without_molecules_is_refused(model):
    water = make_particles(["W"] * 5, ["W"] * 5, range(1, 6), np.arange(15).reshape(5, 3) * 5)
    with pytest.raises(UnbeadError, match="nothing to build"):
        open_system(water, model)


def test_a_system_travels_to_other_processes(system_of, bead_frames):
    system, frame = system_of(consistency="exact"), bead_frames[0]
    other = pickle.loads(pickle.dumps(system))
    assert other.how == system.how and other.facts == system.facts
    assert np.array_equal(other(frame.positions, frame.box).positions, system(frame.positions, frame.box).positions)


def test_the_templates_of_its_molecules_travel_along(system_of):
    system = system_of()
    known, ingredients = system.__reduce__()[1]
    assert {each.name for each in known} == set(system.assembly.template_names.tolist())
    assert ingredients[0] is system.ingredients[0]


def crowd(protein):
    """A protein and water in a box."""
    water = make_particles(["W"] * 20, ["W"] * 20, range(1, 21), protein.positions[:20] + [40, 0, 0])
    return replace(join([protein, water]), box=BOX)


@settings(max_examples=3, deadline=None)
@given(part=st.integers(100, 400), terms=st.integers(200, 900))
def test_what_is_held_at_a_time_changes_no_atom(part, terms, beads_of, model):
    """Parts of the search for neighbours and contacts, blocks of the relaxer's terms."""
    beads = crowd(beads_of("martini3"))
    whole = open_system(beads, model)(beads.positions, BOX).positions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("unbead.relax.corrections.BLOCK", terms)
        patch.setitem(pairs_by_part.__kwdefaults__, "most", part)
        parts = open_system(beads, model)(beads.positions, BOX).positions
    np.testing.assert_allclose(parts, whole, atol=1e-4)


@settings(max_examples=3, deadline=None)
@given(block=st.integers(LEAST // 2, 90))
def test_blocks_of_the_network_change_no_atom(block, beads_of, model):
    beads = crowd(beads_of("martini3"))
    whole = open_system(beads, model)(beads.positions, BOX).positions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("unbead.pipeline.system.share_memory", lambda size, n: Memory(block))
        parts = open_system(beads, model)(beads.positions, BOX).positions
    np.testing.assert_allclose(parts, whole, atol=1e-4)


def test_a_budget_too_small_for_the_system_is_an_error(beads_of, model):
    beads = beads_of("martini3")
    with pytest.raises(UnbeadError, match=r"--memory 0.1GB: \d+ atoms need 0.46GB; give more"):
        open_system(beads, model, memory="0.1GB")
    assert open_system(beads, model, memory="0.46GB").memory.block < BLOCK
