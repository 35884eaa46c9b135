"""The head does not change when the system turns, and does when it is mirrored."""

import torch

from tests.nn.equivariance import S, V, features, turn
from unbead.nn.torsions import TorsionHead


def test_same_when_turned_and_other_when_mirrored(rotation):
    torch.manual_seed(0)
    head, (s, v, _) = TorsionHead(S, V), features()
    with torch.no_grad():
        plain = head(s, v)
        assert plain.shape == (len(s), 4)
        assert torch.allclose(plain, head(s, turn(v, torch.from_numpy(rotation))), atol=1e-5)
        assert not torch.allclose(plain, head(s, -v), atol=1e-3)
