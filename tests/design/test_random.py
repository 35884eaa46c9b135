"""Random mappings are partitions, connected, and never residue-com."""

import numpy as np

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.templates import template
from unbead.design.random import random_mapping


def connected(atoms, bonds):
    seen, queue = {atoms[0]}, [atoms[0]]
    while queue:
        i = queue.pop()
        for a, b in bonds:
            for x, y in ((a, b), (b, a)):
                if x == i and y in atoms and y not in seen:
                    seen.add(y)
                    queue.append(y)
    return len(seen) == len(atoms)


def test_parts(rng):
    for _ in range(20):
        for residue, molecule in random_mapping(rng, AMINO_ACIDS).items():
            known = template(residue)
            assert molecule.atoms == known.atoms[: known.n_heavy]
            for bead in range(len(molecule.beads)):
                mine = np.flatnonzero(molecule.owner == bead).tolist()
                assert connected(mine, known.bonds.tolist())
                assert set(np.flatnonzero(molecule.weights[bead])) <= set(mine)
            if len(molecule.beads) == 1 and residue not in ("GLY", "ALA"):
                assert (molecule.weights > 0).sum() == 1
