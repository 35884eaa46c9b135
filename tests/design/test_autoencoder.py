"""Learnt beads."""

import numpy as np
import pytest
from pydantic import ValidationError

from unbead.design.autoencoder import AutoencoderSettings, learn_partition, linear_errors, moment_root
from unbead.design.compose import Partition, weights

SHORT = AutoencoderSettings(steps=300, runs=2, learning_rate=0.05)
TRUE = np.array([0, 0, 0, 1, 1, 2, 2, 2, 1, 0])


@pytest.fixture
def frames(rng):
    """Three groups of atoms: each stays together, the groups move."""
    return rng.normal(size=(300, 3, 3))[:, TRUE] * 4 + 0.3 * rng.normal(size=(300, len(TRUE), 3))


def test_second_moments_say_what_frames_say(frames):
    root = moment_root(frames)
    partition = Partition(TRUE)
    beads = np.einsum("bn,fnk->fbk", weights(partition), frames)
    centred, beads = frames - beads.mean(1, keepdims=True), beads - beads.mean(1, keepdims=True)
    away = np.sqrt(((centred - beads[:, TRUE]) ** 2).sum(2).mean())
    columns = beads.transpose(1, 0, 2).reshape(3, -1)
    wanted = centred.transpose(1, 0, 2).reshape(len(TRUE), -1)
    decoder = np.linalg.lstsq(columns.T, wanted.T, rcond=None)[0]
    residual = wanted.T - columns.T @ decoder
    rebuilt = np.sqrt((residual**2).sum() / len(frames) / len(TRUE))
    assert np.allclose(linear_errors(root, partition), (rebuilt, away))


def test_frames_may_be_turned_and_moved(frames, rotation):
    moved = frames @ rotation.T.astype(float) + np.arange(300)[:, None, None]
    one, other = moment_root(frames), moment_root(moved)
    assert np.allclose(one @ one.T, other @ other.T)


def test_groups_that_move_together_are_found(frames):
    learnt = learn_partition(moment_root(frames), 3, SHORT)
    assert np.array_equal(learnt.owner, TRUE)


def test_the_seed_decides(frames):
    told = []
    root = moment_root(frames)
    one = learn_partition(root, 5, SHORT, told.append)
    assert np.array_equal(one.owner, learn_partition(root, 5, SHORT).owner)
    assert told[0].startswith("learning beads: run 1 of 2")


@pytest.mark.parametrize("n_beads", [1, 4, 9, 10])
def test_no_bead_is_empty(frames, n_beads):
    hurried = AutoencoderSettings(steps=3, runs=1)
    owner = learn_partition(moment_root(frames), n_beads, hurried).owner
    assert (np.unique(owner) == np.arange(n_beads)).all()


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        SHORT.steps = 3
    with pytest.raises(ValidationError):
        AutoencoderSettings(step=3)
