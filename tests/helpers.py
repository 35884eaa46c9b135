"""Small systems that several tests build."""

import numpy as np

from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import template


def make_particles(names, residue_names, numbers, positions=None, chain="A", elements=None):
    """Particles from per-particle lists; a new residue starts where name or number changes."""
    n = len(names)
    starts = [i for i in range(n) if i == 0 or (residue_names[i], numbers[i]) != (residue_names[i - 1], numbers[i - 1])]
    index = np.cumsum([i in set(starts) for i in range(n)]) - 1
    m = len(starts)
    residues = Residues(
        names=np.array([residue_names[i] for i in starts]),
        numbers=np.array([numbers[i] for i in starts], np.int64),
        insertion_codes=np.array([""] * m),
        chains=np.array([chain] * m),
        segments=np.array([""] * m),
        bonded_to_previous=np.array([k > 0 for k in range(m)]),
    )
    return Particles(
        names=np.array(names),
        positions=np.zeros((n, 3), np.float32) if positions is None else np.asarray(positions, np.float32),
        residue_index=index.astype(np.int64),
        residues=residues,
        elements=np.array(elements if elements is not None else [""] * n),
        b_factors=np.zeros(n, np.float32),
    )


def molecules(*names, heavy=True):
    """Molecules in a row, 30 Å apart, as their templates have them."""
    rows = []
    for number, name in enumerate(names, 1):
        known = template(name)
        end = known.n_heavy if heavy else len(known.atoms)
        shift = np.array([30.0 * number, 0, 0])
        rows += [(atom, name, number, x + shift) for atom, x in zip(known.atoms[:end], known.coordinates, strict=False)]
    return make_particles(*(list(column) for column in zip(*rows, strict=True)))
