"""Chains from folders of structures."""

import numpy as np
import pytest

from tests.conftest import CRYSTAL
from unbead.errors import UnbeadError
from unbead.train.data.dataset import chains_from_atoms, data_hash, load_chains


def test_folders_are_read_and_names_taken_once(tmp_path):
    (tmp_path / "a.pdb").write_bytes(CRYSTAL.read_bytes())
    (tmp_path / "notes.txt").write_text("no structure")
    (chain,) = load_chains([tmp_path, tmp_path])
    assert len(chain) == 46 and chain.bonded_to_previous.sum() == 45


def test_incomplete_residues_are_left_out(crystal):
    part = crystal.select(~((crystal.names == "CB") & (crystal.residue_index == 4)))
    (chain,) = chains_from_atoms(part, "x")
    assert len(chain) == 45 and not chain.bonded_to_previous[4]
    assert np.isfinite(chain.positions[:, :4]).all()


def test_hashes_follow_contents(tmp_path):
    (tmp_path / "a.pdb").write_bytes(CRYSTAL.read_bytes())
    first = data_hash([tmp_path])
    assert first == data_hash([tmp_path])
    (tmp_path / "a.pdb").write_text("other")
    assert first != data_hash([tmp_path])


def test_empty_folders_are_refused(tmp_path):
    with pytest.raises(UnbeadError, match="no usable protein chain"):
        load_chains([tmp_path])
