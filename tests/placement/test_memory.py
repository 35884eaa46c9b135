"""Budgets of memory: how they are read, and what fits."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.placement.memory import BLOCK, FRAMES, LEAST, PER_ATOM, PER_BLOCK_BEAD, PROGRAM, parse_size, share_memory


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4e9), ("4g", 4e9), ("500 MB", 5e8), ("1.5GiB", 1.5 * 2**30), (".5T", 5e11), ("12kib", 12288), ("7", 7)],
)
def test_sizes_are_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "four", "-1GB", "0", "0GB", "3iB", "1e9", "nan", "4 G B", "4PB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(UnbeadError, match="is no size; write 4GB"):
        parse_size(text)


def test_what_is_held_fits_the_budget_and_grows_with_it():
    before = None
    for n_atoms in (1_000, 100_000, 4_000_000):
        for size in np.geomspace(PROGRAM, 1e11, 200).astype(int).tolist():
            try:
                found = share_memory(str(size), n_atoms)
            except UnbeadError as error:
                assert "atoms need" in str(error)
                before = None
                continue
            assert LEAST <= found.block <= BLOCK and 1 <= found.waiting <= FRAMES and found.copies >= 1
            assert PROGRAM + PER_ATOM * n_atoms + found.block * PER_BLOCK_BEAD <= size
            assert before is None or (found.block, found.copies, found.waiting) >= before
            before = found.block, found.copies, found.waiting
        before = None


def test_what_the_error_asks_for_is_enough():
    with pytest.raises(UnbeadError, match="4000000 atoms need") as caught:
        share_memory("1GB", 4_000_000)
    needed = float(str(caught.value).split("need ")[1].split("GB")[0])
    assert share_memory(f"{needed + 0.01}GB", 4_000_000).block >= LEAST
    assert share_memory(None, 4_000_000).block == BLOCK
