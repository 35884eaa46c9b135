"""Updates turn with their input and know left from right."""

import torch

from tests.nn.equivariance import S, V, features, turn
from unbead.nn.update import Update


def test_turns_and_does_not_mirror(rotation):
    torch.manual_seed(0)
    layer, (s, v, _) = Update(S, V, 32), features()
    with torch.no_grad():
        ds, dv = layer(s, v)
        q = torch.from_numpy(rotation)
        qs, qv = layer(s, turn(v, q))
        assert torch.allclose(ds, qs, atol=1e-5) and torch.allclose(turn(dv, q), qv, atol=1e-5)
        ms, mv = layer(s, -v)
        assert not torch.allclose(ds, ms, atol=1e-3)
        assert not torch.allclose(-dv, mv, atol=1e-3)
