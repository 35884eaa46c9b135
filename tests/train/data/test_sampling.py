"""Batches depend on seed, step and process alone."""

import pytest
import torch

from tests.conftest import CRYSTAL
from unbead.models import keys
from unbead.train.config import TrainSettings
from unbead.train.data.proteins import Proteins


@pytest.fixture
def sampler(tmp_path):
    (tmp_path / "crystal.pdb").write_bytes(CRYSTAL.read_bytes())
    settings = TrainSettings.model_validate(
        {
            "output": tmp_path,
            "data": {"train": [tmp_path], "valid": [tmp_path], "fragments": 0.5},
            "mappings": {"martini3": 1.0, "ca": 1.0, "random": 1.0},
            "check": [],
            "optimiser": {"steps": 1, "decay_steps": 0, "batch": 400},
        }
    )
    return Proteins(settings)


def test_the_same_step_gives_the_same_batch_and_another_another(sampler):
    a, b, c, d = (sampler.batch(*key) for key in ((3, 0), (3, 0), (4, 0), (3, 1)))
    assert all(torch.allclose(a[name], b[name], rtol=0, atol=0, equal_nan=True) for name in a)
    for other in (c, d):
        assert not torch.equal(a[keys.BEAD_POSITIONS][:5], other[keys.BEAD_POSITIONS][:5])


def test_batches_reach_their_size(sampler):
    for step in range(5):
        batch = sampler.batch(step, 0)
        assert len(batch[keys.BEAD_POSITIONS]) + 0.15 * len(batch[keys.ATOM_ID]) >= 400
