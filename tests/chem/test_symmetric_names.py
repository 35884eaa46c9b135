"""Equal atoms bear the names that the rules of IUPAC give them."""

import numpy as np
import pytest

from unbead.chem.amino import protein_slots, slots_by_rule
from unbead.chem.angles import dihedral
from unbead.chem.symmetric_names import breaks_rule, name_rules, named_by_rule
from unbead.chem.templates import known_residues, template
from unbead.io.read import read_structure


def rules_of(name):
    known = template(name)
    return {
        (rule.torsion, tuple(known.atoms[i] for i in rule.slots[:4]), tuple(known.atoms[i] for i in rule.swaps[0]))
        for rule in name_rules(known)
    }


@pytest.mark.parametrize(
    ("name", "torsion", "quad", "first_swap"),
    [
        ("PHE", True, ("CA", "CB", "CG", "CD1"), ("CD1", "CD2")),
        ("TYR", True, ("CA", "CB", "CG", "CD1"), ("CD1", "CD2")),
        ("ASP", True, ("CA", "CB", "CG", "OD1"), ("OD1", "OD2")),
        ("GLU", True, ("CB", "CG", "CD", "OE1"), ("OE1", "OE2")),
        ("ARG", True, ("CD", "NE", "CZ", "NH1"), ("NH1", "NH2")),
        ("VAL", False, ("CB", "CA", "CG2", "CG1"), ("CG2", "CG1")),
        ("LEU", False, ("CG", "CB", "CD2", "CD1"), ("CD2", "CD1")),
        ("DA", False, ("P", "O5'", "OP2", "OP1"), ("OP2", "OP1")),
        ("POPC", False, ("P", "O11", "O13", "O14"), ("O13", "O14")),
        ("CHL1", False, ("C25", "C24", "C26", "C27"), ("C26", "C27")),
    ],
)
def test_rules_are_those_of_iupac(name, torsion, quad, first_swap):
    assert any((t, q, set(s)) == (torsion, quad, set(first_swap)) for t, q, s in rules_of(name))


@pytest.mark.parametrize("name", ["SER", "ASH", "GLH", "ASN", "GLN", "HIS", "ILE", "THR"])
def test_atoms_that_differ_by_hydrogens_or_element_have_no_rule(name):
    assert not rules_of(name)


@pytest.mark.parametrize("name", [name for name in known_residues() if name_rules(template(name))])
def test_naming_keeps_all_rules_the_atoms_and_the_chirality(name):
    known = template(name)
    x = known.coordinates[None, : known.n_heavy]
    rng = np.random.default_rng(0)
    for group in known.symmetric:  # any of the names that the graph allows
        if rng.random() < 0.5 and len(group) == 1 and max(group[0]) < known.n_heavy:
            a, b = group[0]
            x = x.copy()
            x[:, [a, b]] = x[:, [b, a]]
    named = named_by_rule(known, x)
    assert not any(breaks_rule(rule, named).any() for rule in name_rules(known))
    assert np.array_equal(np.sort(named, axis=1), np.sort(x, axis=1))
    assert np.array_equal(named_by_rule(known, named), named)


def test_pro_r_of_leucine_is_cd1():
    """CD1 of LEU and CG1 of VAL are pro-R (Pure Appl. Chem. 1998, 70, 117), seen from the side of the other three."""
    for name, centre, before, first, second in (("LEU", "CG", "CB", "CD1", "CD2"), ("VAL", "CB", "CA", "CG1", "CG2")):
        known = template(name)
        p = {atom: known.coordinates[known.index(atom)] for atom in (centre, before, first, second)}
        # priorities: the main-chain side, then the pro-R branch, then pro-S; R is clockwise seen against the hydrogen
        volume = np.dot(np.cross(p[before] - p[centre], p[first] - p[centre]), p[second] - p[centre])
        assert volume < 0


def test_crystals_keep_the_rules_but_for_few(crystal_path):
    slots = protein_slots(read_structure(crystal_path))
    named = slots_by_rule(slots.kind, slots.positions)
    moved = (np.nan_to_num(named) != np.nan_to_num(slots.positions)).any((1, 2))
    assert moved.mean() < 0.05


def test_swapped_names_are_found_and_put_right(crystal_path):
    slots = protein_slots(read_structure(crystal_path))
    good = slots_by_rule(slots.kind, slots.positions)
    known = template("ARG")
    rows = np.flatnonzero(np.array([known.index("NH1") >= 0] * len(slots.kind)) & (slots.kind == 1))
    a, b = known.index("NH1"), known.index("NH2")
    bad = good.copy()
    bad[np.ix_(rows, [a, b])] = bad[np.ix_(rows, [b, a])]
    assert len(rows) and not np.array_equal(np.nan_to_num(bad), np.nan_to_num(good))
    assert np.array_equal(np.nan_to_num(slots_by_rule(slots.kind, bad)), np.nan_to_num(good))
    turn = dihedral(*(good[rows][:, known.index(atom)] for atom in ("CD", "NE", "CZ", "NH1")))
    assert (np.abs(turn) <= 90).all()
