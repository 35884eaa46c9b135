"""Double bonds end as their template has them, wherever the atoms start."""

import numpy as np
import pytest
import torch

from tests.helpers import molecules
from unbead.chem.angles import dihedral
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.relax.relaxer import Relaxer
from unbead.relax.violations import FAULTS, find_violations

LIPIDS = ["SDPC", "PAPC", "POPC", "PSM", "DOPE", "SAPI24"] * 3


@pytest.fixture(scope="module")
def system():
    """Lipids with cis and trans double bonds, their beads, and what relaxes them."""
    atoms, mapping = molecules(*LIPIDS), load_mapping("martini3")
    assembly = assemble(coarsen(atoms, mapping), mapping)
    return assembly, atoms.positions, Relaxer(assembly, torch.device("cpu"))


def turned(assembly, bounds, x):
    phi = dihedral(*(x[bounds.forms[:, k]].astype(float) for k in range(4)))
    return (np.abs(phi) > 90) != bounds.forms[:, 4]


@pytest.mark.parametrize("noise", [0.0, 0.6, 1.5])
def test_all_end_right(system, rng, noise):
    assembly, truth, relaxer = system
    bounds = relaxer.topology.inner
    x, beads = truth.copy(), assembly.beads.positions + rng.normal(0, noise / 3, (len(assembly.beads), 3))
    for _, b, c, d, _ in bounds.forms:  # the last atom of every second one to the other side of the bond
        if rng.random() < 0.5:
            along = (x[c] - x[b]) / np.linalg.norm(x[c] - x[b])
            x[d] = x[c] - (x[d] - x[c]) + 2 * np.dot(x[d] - x[c], along) * along
    x = (x + rng.normal(0, noise, x.shape)).astype(np.float32)
    assert turned(assembly, bounds, x).any()
    errors = np.full(len(x), 0.5, np.float32)
    done = relaxer(x, errors, beads.astype(np.float32), tolerance=0.1 + noise)
    assert not turned(assembly, bounds, done.positions).any()
    assert FAULTS["turned"] not in done.left.described(assembly.atoms.residues)


def test_a_turned_one_is_named(system):
    assembly, truth, relaxer = system
    x = truth.copy()
    a, b, c, d, _ = relaxer.topology.inner.forms[0]
    along = (x[c] - x[b]) / np.linalg.norm(x[c] - x[b])
    x[d] = x[c] - (x[d] - x[c]) + 2 * np.dot(x[d] - x[c], along) * along
    left = find_violations(relaxer.topology, x, np.zeros((0, 2), int), assembly.beads.positions, None, None)
    residue = assembly.atoms.residue_index[a]
    assert left.turned.tolist() == [residue]
    assert left.described(assembly.atoms.residues)[FAULTS["turned"]] == [assembly.atoms.residues.label(residue)]
