"""Folders of training runs; that runs go on from their checkpoints is tested with the runs."""

import pytest

from unbead.errors import UnbeadError
from unbead.train.checkpoint import checkpoint_in


def test_a_run_is_not_begun_over_another(tmp_path):
    output = tmp_path / "runs" / "one"
    checkpoint = checkpoint_in(output, resume=False)
    assert output.is_dir() and not checkpoint.exists()
    checkpoint.touch()
    with pytest.raises(UnbeadError, match=r"one: holds a training run; add --resume"):
        checkpoint_in(output, resume=False)
    assert checkpoint_in(output, resume=True) == checkpoint
