"""Overlaps are those of a plain count, and what is chosen costs next to the least that there is."""

from itertools import product

import numpy as np
import torch

from unbead.placement.rotamer_packing import Overlaps, choose, overlap, pair_costs


def test_overlaps_are_squared_depths_of_pairs_that_there_are():
    g = torch.Generator().manual_seed(0)
    a, b = torch.rand(2, 3, 4, 3, generator=g) * 3, torch.rand(2, 2, 5, 3, generator=g) * 3
    nearest = torch.rand(2, 4, 5, generator=g) * 2
    nearest[:, 0] = -1.0
    found = overlap(a, b, nearest)
    for n, k, l in product(range(2), range(3), range(2)):
        depth = (nearest[n] - (a[n, k][:, None] - b[n, l]).norm(dim=-1)).clamp(min=0)
        assert torch.allclose(found[n, k, l], depth.square().sum(), atol=1e-5)


def test_only_pairs_that_meet_are_kept():
    atoms = torch.tensor([[[0.0, 0, 0]], [[1.0, 0, 0]], [[9.0, 0, 0]]])[:, None]
    nearest = torch.full((1, 1, 1, 1), 3.0)
    i, j = torch.tensor([0, 0, 1]), torch.tensor([1, 2, 2])
    found = pair_costs(atoms, i, j, torch.zeros(3, 3), nearest, torch.zeros(3, dtype=torch.int64), 2.0)
    assert found.i.tolist() == [0] and found.j.tolist() == [1] and float(found.cost) == 8.0
    moved = torch.tensor([[0.0, 0, 0], [-9.0, 0, 0], [0.0, 0, 0]])  # the image of the third lies on the first
    assert pair_costs(atoms, i, j, moved, nearest, torch.zeros(3, dtype=torch.int64), 2.0).j.tolist() == [1, 2]


def test_the_choice_is_near_the_best_of_all():
    worse = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        own = torch.from_numpy(rng.exponential(2.0, (6, 3)))
        i, j = (torch.tensor(x) for x in zip(*[(a, b) for a in range(6) for b in range(a)], strict=True))
        cost = torch.from_numpy(rng.exponential(3.0, (len(i), 3, 3)) * (rng.random((len(i), 3, 3)) < 0.3))

        def total(which, own=own, cost=cost, i=i, j=j):
            w = torch.as_tensor(which)
            return float(own[torch.arange(6), w].sum() + cost[torch.arange(len(i)), w[i], w[j]].sum())

        found = total(choose(own, Overlaps(i, j, cost)))
        worse.append(found - min(total(which) for which in product(range(3), repeat=6)))
        alone = total(own.argmin(1))
        assert found <= alone + 1e-6
    assert np.mean(worse) < 0.5
