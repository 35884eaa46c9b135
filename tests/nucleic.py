"""A strand of DNA or RNA as the templates make it: each residue one turn and one rise on."""

import numpy as np

from tests.helpers import make_particles
from unbead.chem.templates import template


def strand(names, first_number=1, chain="A"):
    """Heavy atoms of an ideal strand; a name that ends in 5 has no phosphate."""
    atoms, residues, numbers, places, elements = [], [], [], [], []
    for k, name in enumerate(names):
        known = template(name)
        twist, rise = np.radians(known.screw[0]) * k, known.screw[1] * k
        turn = [[np.cos(twist), np.sin(twist), 0], [-np.sin(twist), np.cos(twist), 0], [0, 0, 1]]
        places.append(known.coordinates[: known.n_heavy] @ turn + [0, 0, rise])
        atoms += known.atoms[: known.n_heavy]
        elements += known.elements[: known.n_heavy]
        residues += [known.parent] * known.n_heavy
        numbers += [first_number + k] * known.n_heavy
    return make_particles(atoms, residues, numbers, np.concatenate(places), chain, elements)
