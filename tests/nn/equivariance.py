"""Scaffold: layers over random features on a random graph."""

import torch

from unbead.nn.message import View

S, V, K, N, E = 16, 6, 5, 20, 9


def features(seed=0):
    g = torch.Generator().manual_seed(seed)
    s = torch.randn(N, S, generator=g)
    v = torch.randn(N, 3, V, generator=g)
    direction = torch.nn.functional.normalize(torch.randn(N, K, 3, generator=g), dim=-1)
    view = View(
        torch.randint(0, N, (N, K), generator=g),
        torch.randn(N, K, E, generator=g),
        torch.rand(N, K, generator=g),
        direction,
    )
    return s, v, view


def turned(view, q):
    return View(view.neighbours, view.edges, view.fade, view.direction @ q.T)


def turn(v, q):
    return torch.einsum("xy,nyf->nxf", q, v)
