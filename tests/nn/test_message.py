"""Messages against a slow, obvious implementation, and under rotation and reflection."""

import torch

from tests.nn.equivariance import E, K, N, S, V, features, turn, turned
from unbead.nn.message import Message, View

R, C = 3, 8


def layer():
    torch.manual_seed(1)
    return Message(S, V, R, C, E, 10).eval()


def reference(m, s, v, view):
    """Loop over beads and neighbours, one product at a time."""
    normed = m.norm_s(s)
    shown, receive, send = m.project(normed).split([C, 10, 10], 1)
    vectors = m.project_v(m.norm_v(v))
    ds, dv = [], []
    for i in range(N):
        scalar = torch.zeros(R, C)
        vector = torch.zeros(R, 3, V)
        along = torch.zeros(R, 3, C)
        trace = torch.zeros(R, V)
        crossed = torch.zeros(R, 3, V)
        for k in range(K):
            j = view.neighbours[i, k]
            w = m.weights(m.edge(view.edges[i, k]) + receive[i] + send[j]) * view.fade[i, k]
            for r in range(R):
                scalar[r] += w[r] * shown[j]
                vector[r] += w[r] * vectors[j]
                u = w[R + r] * view.direction[i, k]
                along[r] += u[:, None] * shown[j]
                trace[r] += u @ vectors[j]
                crossed[r] += torch.linalg.cross(u[:, None].expand(3, V), vectors[j], dim=0)
        ds.append(m.mix_s(torch.cat([scalar.flatten(), trace.flatten()])))
        parts = [x.transpose(0, 1).flatten(1) for x in (vector, along, crossed)]
        dv.append(m.mix_v(torch.cat(parts, 1)))
    return torch.stack(ds), torch.stack(dv)


def test_equals_the_obvious_loop():
    m, (s, v, view) = layer(), features()
    with torch.no_grad():
        fast = m(s, m.show(s, v), view)
        slow = reference(m, s, v, view)
    for a, b in zip(fast, slow, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def test_turns_with_its_input_and_does_not_mirror(rotation):
    m, (s, v, view) = layer(), features()
    for q, equal in ((torch.from_numpy(rotation), True), (-torch.eye(3), False)):
        with torch.no_grad():
            ds, dv = m(s, m.show(s, v), view)
            qs, qv = m(s, m.show(s, turn(v, q)), turned(view, q))
        assert torch.allclose(ds, qs, atol=1e-5)
        assert torch.allclose(turn(dv, q), qv, atol=1e-5) == equal


def test_faded_neighbours_do_not_count():
    m, (s, v, view) = layer(), features()
    fade = view.fade.clone()
    fade[:, -1] = 0
    rows = view.neighbours.clone()
    rows[:, -1] = 0
    with torch.no_grad():
        a = m(s, m.show(s, v), View(view.neighbours, view.edges, fade, view.direction))
        b = m(s, m.show(s, v), View(rows, view.edges, fade, view.direction))
    assert torch.allclose(a[0], b[0], atol=1e-6) and torch.allclose(a[1], b[1], atol=1e-6)


def test_training_rounding_is_small():
    m, (s, v, view) = layer(), features()
    exact = m(s, m.show(s, v), view)
    m.train()
    rounded = m(s, m.show(s, v), view)
    for a, b in zip(exact, rounded, strict=True):
        assert (a - b).abs().max() < 0.05 * a.abs().max()
