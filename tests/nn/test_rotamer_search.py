"""The beam finds the likeliest torsions, best first."""

import math

import torch

from unbead.nn.rotamer_search import NEVER, likeliest
from unbead.nn.rotamers import BINS, WIDTH


class Peaks:
    """A head whose χ1 has peaks of 60 and 30 % at bins 5 and 20, and whose χ2 stands 10 bins after χ1."""

    def logits(self, h, before):
        p = torch.full((len(h), BINS), 1e-6)
        if before.shape[1] == 0:
            p[:, 5], p[:, 20] = 0.6, 0.3
            p[:, 6] = 0.1
        else:
            there = ((before[:, -1] + math.pi) / WIDTH).long() + 10
            p[torch.arange(len(h)), there % BINS] = 1.0
        return p.log()


def test_rotamers_come_by_their_mass_at_their_centroids():
    torsions, score = likeliest(Peaks(), torch.zeros(3, 1), torch.tensor([2, 1, 0]), 4)
    mass = score[0].exp()
    assert torch.allclose(mass[:2], torch.tensor([0.7, 0.3]), atol=1e-4)
    assert (score[:, 1:] <= score[:, :-1]).all()
    centre = -math.pi + 5.5 * WIDTH
    assert abs(float(torsions[1, 0, 0]) - (centre + WIDTH / 7)) < 1e-4  # drawn towards the bin beside it
    assert abs(float(torsions[0, 0, 1]) - (centre + 10 * WIDTH)) < 1e-3
    assert float(torsions[1, :, 1:].abs().max()) == 0 and float(torsions[2].abs().max()) == 0
    assert float(score[2, 0]) == 0 and (score[2, 1:] == NEVER).all()
