"""Packed sets of molecules."""

import numpy as np
import pytest

from tests.train.molecules import loose_residues, same
from unbead.errors import UnbeadError
from unbead.train.data.systems import load_systems, save_systems


def test_a_set_reads_back(tmp_path, rng):
    system = loose_residues(["PHE", "ALA"], 3, rng, [40, 40, 40, 90, 90, 90])
    save_systems(tmp_path / "set.npz", [system])
    (found,) = load_systems(tmp_path / "set.npz")
    assert found.name == "loose" and same(found, system)
    assert np.array_equal(found.box(1), system.boxes[1])


def test_zero_boxes_are_none(rng):
    assert loose_residues(["ALA"], 2, rng).box(0) is None


def test_bad_files(tmp_path):
    (tmp_path / "text.npz").write_text("no")
    np.savez(tmp_path / "other.npz", **{"a/names": np.zeros(3)})
    for name in ("text.npz", "other.npz", "none.npz"):
        with pytest.raises(UnbeadError, match=name):
            load_systems(tmp_path / name)
