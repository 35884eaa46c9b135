"""Packed sets."""

import numpy as np
import pytest

from tests.train.chains import crystal_chain
from unbead.errors import UnbeadError
from unbead.train.data.packed import load_packed


def pack(path, chain):
    """The inverse of the loader, in the format of the packed sets."""
    milli = np.round(np.nan_to_num(chain.positions) * 1000).astype(np.int64)
    present = np.isfinite(chain.positions[..., 0])
    others = present.copy()
    others[:, 1] = False
    row, slot = np.nonzero(others)
    vectors = np.ascontiguousarray((milli[row, slot] - milli[row, 1]).astype(np.int16))
    np.savez(
        path,
        offset=np.array([0, len(chain)]),
        id=np.array([chain.name]),
        mask=(present << np.arange(14)).sum(1).astype(np.uint16),
        dca=np.diff(milli[:, 1], axis=0, prepend=0).astype(np.int32),
        atoms=vectors.view(np.uint8).reshape(-1, 3, 2).transpose(1, 2, 0).transpose(0, 1, 2),
        restype=chain.kind.astype(np.uint8),
        break_before=~chain.bonded_to_previous,
        complete=np.arange(len(chain)) != 7,
    )


def test_round_trip_leaves_incomplete_residues_out(tmp_path):
    chain = crystal_chain()
    pack(tmp_path / "x.npz", chain)
    (again,) = load_packed(tmp_path / "x.npz")
    keep = np.arange(len(chain)) != 7
    assert np.array_equal(again.kind, chain.kind[keep])
    assert np.allclose(again.positions, chain.positions[keep], atol=1.1e-3, equal_nan=True)
    assert not again.bonded_to_previous[7] and again.bonded_to_previous[8]


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_what_is_no_packed_set_is_refused(tmp_path, content):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(UnbeadError, match="not a packed set"):
        load_packed(path)
