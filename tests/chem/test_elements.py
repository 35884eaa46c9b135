"""Elements from names."""

import numpy as np

from unbead.chem.elements import guess_element, mass, radii
from unbead.chem.templates import known_residues, template


def test_every_template_atom_is_guessed_right():
    for t in map(template, known_residues()):
        if t.kind == "ion" or t.name.startswith("SOLVENT"):  # NA, CA, CL1 are other atoms in polymers
            continue
        for atom, element in zip(t.atoms, t.elements, strict=True):
            assert guess_element(atom) == element, (t.name, atom)


def test_hydrogens_with_leading_digits_and_unknown_names():
    assert guess_element("1HB") == "H"
    assert guess_element("XX") == ""
    assert mass("SE") > mass("S") > mass("C") > mass("H")


def test_radii_know_elements_and_guess_carbon():
    assert radii(np.array(["C", "O", "Xx", "n"])).tolist() == [1.70, 1.52, 1.70, 1.55]
