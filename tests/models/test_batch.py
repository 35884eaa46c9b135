"""Systems in a batch keep to themselves."""

import numpy as np

from unbead.models import keys
from unbead.models.batch import CHAIN_JUMP, bead_fields, collate, running_residue


def system(rng, n):
    fields = bead_fields(rng.uniform(0, 20, (n, 3)), np.arange(n), 0.0, 6, 10.0)
    types = np.arange(n) % 3
    fields |= {keys.BEAD_TYPE: types, keys.COMPONENT_TYPE: np.arange(3)}
    return fields


def test_running_numbers_jump_at_breaks():
    numbers = running_residue(np.array([False, True, True, False, True]))
    assert np.diff(numbers).tolist() == [1, 1, CHAIN_JUMP, 1]


def test_rows_stay_within_their_system(rng):
    a, b = system(rng, 12), system(rng, 9)
    batch = collate([a, b])
    rows = batch[keys.NEIGHBOURS].numpy()
    assert (rows[:12] < 12).all() and (rows[12:] >= 12).all()
    assert np.array_equal(rows[12:] - 12, b[keys.NEIGHBOURS])
    assert batch[keys.BEAD_TYPE].numpy()[12:].min() == 3
    last, first = batch[keys.BEAD_RESIDUE][11], batch[keys.BEAD_RESIDUE][12]
    assert first - last >= CHAIN_JUMP
