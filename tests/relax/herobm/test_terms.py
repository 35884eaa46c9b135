"""The backbone of an assembly."""

import numpy as np
import torch

from unbead.chem.angles import dihedral
from unbead.relax.herobm.energy import angle_energy, bond_energy, omega_energy, torsion
from unbead.relax.herobm.terms import find_spine, spine_terms


def test_a_crystal_costs_next_to_nothing(assembly, truth):
    spine = find_spine(assembly)
    terms = spine_terms(spine, len(truth), torch.float32, torch.device("cpu"))
    x = torch.from_numpy(truth)[terms.atoms]
    assert bond_energy(x, terms.bonds) < 0.01 and angle_energy(x, terms.angles) < 0.2
    assert omega_energy(x, terms.omegas) < 0.05
    assert terms.free[:, 0].tolist() == [1, 0, 1] * len(spine.rows)


def test_torsions_and_whose_they_are(assembly, truth):
    spine = find_spine(assembly)
    terms = spine_terms(spine, len(truth), torch.float32, torch.device("cpu"))
    angles = torch.atan2(*torsion(torch.from_numpy(truth)[terms.atoms], terms.torsions).flip(-1).unbind(-1)).rad2deg()
    for k, (row, kind) in enumerate(spine.predicted.tolist()):
        names = [(spine.c, row - 1), (spine.n, row), (spine.ca, row), (spine.c, row)]
        names = names if kind == 0 else [*names[1:], (spine.n, row + 1)]
        expected = dihedral(*(truth[atoms[i]][None] for atoms, i in names))[0]
        assert abs((float(angles[k]) - expected + 180) % 360 - 180) < 0.1
    assert len(spine.bonds) == 2 * len(spine.rows) + len(spine.peptides.c)
    assert np.array_equal(spine.rows, np.arange(len(assembly.template_names)))
