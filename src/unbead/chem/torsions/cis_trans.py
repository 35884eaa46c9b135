"""Double bonds and what else in a molecule is cis or trans for good."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.angles import dihedral
from unbead.chem.rings import rings
from unbead.chem.templates import Template


@cache
def forms(known: Template) -> NDArray[np.int64]:
    """List the torsions within planar groups but not in small rings.

    Parameters
    ----------
    known : Template
        A residue.

    Returns
    -------
    ndarray, shape=(n, 5), dtype=int64
        Four heavy atoms, and 1 where they are trans, 0 where cis.
    """
    bonded: dict[int, set[int]] = {i: set() for i in range(known.n_heavy)}
    for i, j in known.bonds[(known.bonds < known.n_heavy).all(1)].tolist():
        bonded[i].add(j)
        bonded[j].add(i)
    closed = [set(ring) for ring in rings(known)]
    rows = []
    for group in map(set, known.planar):
        for j in sorted(group):
            for k in sorted(bonded[j] & group):
                outer = [(i, m) for i in sorted(bonded[j] & group - {k}) for m in sorted(bonded[k] & group - {j})]
                if j < k and outer and not any({j, k} <= ring for ring in closed):
                    atoms = [outer[0][0], j, k, outer[0][1]]
                    rows.append([*atoms, int(abs(dihedral(*known.coordinates[atoms])) > 90)])
    return np.array(rows, np.int64).reshape(-1, 5)
