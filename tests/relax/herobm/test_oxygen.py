"""Oxygens from the other atoms of the peptide."""

import numpy as np
import pytest
import torch

from unbead.relax.herobm.oxygen import ideal_arms, place_oxygens
from unbead.relax.peptide_cis_trans import ideal_peptide


@pytest.mark.parametrize("cis", [False, True])
def test_ideal_peptides_get_theirs(cis):
    ca, c, o, n, next_ca = torch.from_numpy(ideal_peptide(cis))[:, None]
    assert torch.allclose(place_oxygens(ca, c, n, next_ca, torch.tensor([cis])), o, atol=1e-6)
    assert np.hypot(*ideal_arms(cis)) == pytest.approx(1.231, abs=1e-3)


def test_oxygens_of_a_crystal(topology, truth):
    p = topology.peptides
    atoms = (torch.from_numpy(truth[i]) for i in (p.ca, p.c, p.n, p.next_ca))
    away = np.linalg.norm(place_oxygens(*atoms, torch.zeros(len(p.c), dtype=torch.bool)).numpy() - truth[p.o], axis=1)
    assert away.mean() < 0.1 and np.quantile(away, 0.9) < 0.15 and away.max() < 0.2
