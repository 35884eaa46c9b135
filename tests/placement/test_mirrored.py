"""Mirrored beads are noticed in every mapping, chain by chain."""

import numpy as np
import pytest
import torch

from unbead.chem.particles import join
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_models
from unbead.pipeline.system import BackmapOptions, System

MIRROR = np.float32([-1, 1, 1])


@pytest.fixture(scope="module")
def models():
    return load_models(None)


def mirrored(beads, mapping, models, **how):
    system = System(beads, load_mapping(mapping), models, torch.device("cpu"), BackmapOptions(**how))
    return system(beads.positions, beads.box).mirrored, system


@pytest.mark.parametrize("mapping", ["martini3", "martini3-ca", "ca", "residue-com", "backbone", "sidechain-com"])
def test_a_mirrored_chain_is_noticed_and_a_right_one_is_not(beads_of, models, mapping):
    beads = beads_of(mapping)
    assert not len(mirrored(beads, mapping, models, relax=False)[0])
    found, system = mirrored(beads.with_positions(beads.positions * MIRROR), mapping, models, relax=False)
    assert np.array_equal(found, np.unique(system.assembly.atoms.residue_index))


def test_only_the_mirrored_one_of_two_chains_is_named(beads_of, models):
    beads = beads_of("ca")
    other = beads.with_positions(beads.positions * MIRROR + np.float32([200, 0, 0]))
    both = join([beads, other])
    found, _ = mirrored(both, "ca", models)
    assert np.array_equal(found, np.arange(len(beads.residues), 2 * len(beads.residues)))


def test_beads_with_noise_are_not_taken_for_mirrored_ones(beads_of, models):
    beads = beads_of("martini3")
    noise = np.random.default_rng(1).normal(0, 0.5, beads.positions.shape)
    assert not len(mirrored(beads.with_positions(beads.positions + noise), "martini3", models, relax=False)[0])
