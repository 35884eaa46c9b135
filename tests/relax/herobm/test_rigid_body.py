"""Side chains follow their backbone."""

import torch

from unbead.relax.herobm.rigid_body import carry, frames


def test_rigid_moves_carry_everything_along(rotation):
    torch.manual_seed(0)
    q, x = torch.from_numpy(rotation), torch.randn(2, 7, 3)
    old = tuple(x[:, k : k + 1] for k in range(3))
    new = tuple(part @ q.T + 2 for part in old)
    moved = carry(x, torch.zeros(7, dtype=torch.int64), old, new)
    assert torch.allclose(moved, x @ q.T + 2, atol=1e-5)


def test_frames_are_proper_rotations():
    torch.manual_seed(0)
    f = frames(*torch.randn(3, 5, 3))
    assert torch.allclose(f @ f.transpose(-1, -2), torch.eye(3).expand(5, 3, 3), atol=1e-5)
    assert (torch.linalg.det(f) > 0).all()
