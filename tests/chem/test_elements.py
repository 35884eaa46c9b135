"""Elements from names."""

from unbead.chem.elements import guess_element, mass
from unbead.chem.templates import known_residues, template


def test_every_template_atom_is_guessed_right():
    for residue in known_residues():
        t = template(residue)
        for atom, element in zip(t.atoms, t.elements, strict=True):
            assert guess_element(atom) == element, (residue, atom)


def test_hydrogens_with_leading_digits_and_unknown_names():
    assert guess_element("1HB") == "H"
    assert guess_element("XX") == ""
    assert mass("SE") > mass("S") > mass("C") > mass("H")
