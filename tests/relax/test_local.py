"""Terms about atoms that may move ask of them what the terms of the whole system ask."""

import numpy as np
import pytest
import torch

from unbead.mapping.operator import normalised
from unbead.relax.constraints import DihedralConstraints, DistanceConstraints, VolumeConstraints, make_bead_restraints
from unbead.relax.corrections import correct_beads, correct_dihedrals, correct_distances, correct_volumes
from unbead.relax.local import ConstraintSet, narrow, touching

CPU = torch.device("cpu")


def test_touching_keeps_terms_of_moving_atoms():
    terms = DistanceConstraints(torch.tensor([[0, 1], [2, 3]]), torch.tensor([1.0, 2.0]), None, None, 0.5)
    kept = touching(terms, torch.tensor([False, False, False, True]))
    assert kept.atoms.tolist() == [[2, 3]] and kept.low.tolist() == [2.0] and kept.strength == 0.5


def corrections(x, terms):
    correction = torch.zeros(len(x), 4)
    for part in terms.distances:
        correct_distances(x, correction, part)
    correct_volumes(x, correction, terms.volumes)
    for part in terms.turns:
        correct_dihedrals(x, correction, part)
    correct_beads(x, correction, terms.anchors)
    return correction


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_what_moving_atoms_are_asked_stays(rng, share):
    n = 40

    def rows(count, size):
        return torch.from_numpy(np.stack([rng.choice(n, size, replace=False) for _ in range(count)]))

    def numbers(*shape):
        return torch.from_numpy(rng.uniform(1, 3, shape).astype(np.float32))

    x = torch.from_numpy(rng.normal(0, 2, (n, 3)).astype(np.float32))
    operator = normalised(np.repeat(np.arange(12), 4), rng.integers(0, n, 48), rng.uniform(0.1, 1, 48), (12, n))
    terms = ConstraintSet(
        [
            DistanceConstraints(rows(60, 2), numbers(60), numbers(60) + 1, numbers(60, 3), 1.0),
            DistanceConstraints(rows(30, 2), numbers(30), None, None, 0.6),
        ],
        VolumeConstraints(rows(20, 4), numbers(20), numbers(20) + 2, None),
        [
            DihedralConstraints(rows(15, 4), numbers(15), 3, 0.3, None, 0.5),
            DihedralConstraints(rows(15, 4), numbers(15), 1, 0.1, numbers(15, 3, 3), 1.0),
        ],
        make_bead_restraints(operator, rng.normal(0, 2, (12, 3)), 0.1, CPU),
    )
    mobile = torch.from_numpy(rng.uniform(size=n) < share)
    atoms, near = narrow(terms, mobile)
    whole = corrections(x, terms)
    part = torch.zeros_like(whole).index_copy(0, atoms, corrections(x[atoms], near))
    assert torch.equal(part[mobile], whole[mobile])
    assert mobile[atoms].sum() == mobile.sum()
