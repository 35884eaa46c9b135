"""Atoms that a structure lacks."""

import numpy as np
import pytest

from tests.helpers import make_particles, molecules
from unbead.chem.templates import template
from unbead.completion.complete_atoms import complete_atoms, missing_atoms


def lost(atoms, number, names):
    """The crystal without some atoms of a residue, and its index."""
    k = int(np.flatnonzero(atoms.residues.numbers == number)[0])
    return atoms.select(~((atoms.residue_index == k) & np.isin(atoms.names, names))), k


def test_missing_atoms_are_listed_by_the_template(crystal):
    assert missing_atoms(crystal) == {}
    arginine = int(crystal.residues.numbers[np.flatnonzero(crystal.residues.names == "ARG")[0]])
    left, k = lost(crystal, arginine, ["NH1", "CZ"])
    assert missing_atoms(left) == {k: ("CZ", "NH1")}
    assert missing_atoms(left, {"ARG": {"CB"}}) == {} and missing_atoms(left, {"ARG": {"CZ"}}) == {k: ("CZ", "NH1")}


SIDE = ["CG", "CG1", "CG2", "CD", "CD1", "CD2", "CE1", "CE2", "CZ", "OH", "NE", "NH1", "NH2", "OG", "OG1", "SG"]
SIDE += ["OD1", "OD2", "ND2", "OE1", "OE2"]


@pytest.mark.parametrize(("number", "limit"), [(10, np.inf), (13, 2.5), (29, 1.5), (35, 1.5)])  # Arg 10 is in water
def test_side_chains_beyond_cb_come_back_near_the_truth(crystal, number, limit):
    left, k = lost(crystal, number, SIDE)
    lacking = missing_atoms(left)
    assert list(lacking) == [k]
    done = complete_atoms(left, lacking)
    assert done.added == lacking and not done.failed and not done.crowded
    # all that was there is where it was, in its order
    old = np.flatnonzero(~((done.atoms.residue_index == k) & np.isin(done.atoms.names, lacking[k])))
    assert np.array_equal(done.atoms.positions[old], left.positions)
    assert done.atoms.names[old].tolist() == left.names.tolist()
    name = str(crystal.residues.names[k])
    off = [
        np.linalg.norm(done.atoms.positions[row] - crystal.positions[there[0]])
        for row in np.flatnonzero((done.atoms.residue_index == k) & np.isin(done.atoms.names, lacking[k]))
        if len(there := np.flatnonzero((crystal.residue_index == k) & (crystal.names == done.atoms.names[row])))
    ]
    assert np.sqrt(np.mean(np.square(off))) < limit
    known = template(name)
    x = {str(n): p for n, p in zip(done.atoms.names, done.atoms.positions, strict=True)} | {
        str(done.atoms.names[row]): done.atoms.positions[row] for row in np.flatnonzero(done.atoms.residue_index == k)
    }
    for i, j in known.bonds[(known.bonds < known.n_heavy).all(1)]:
        ideal = np.linalg.norm(known.coordinates[i] - known.coordinates[j])
        assert np.linalg.norm(x[known.atoms[i]] - x[known.atoms[j]]) == pytest.approx(ideal, abs=0.12)


def test_a_peptide_oxygen_and_a_nitrogen_come_back_in_place(crystal):
    left, k = lost(crystal, 20, ["O", "N"])
    done = complete_atoms(left, missing_atoms(left))
    for name in ("O", "N"):
        rows = [np.flatnonzero((p.residue_index == k) & (p.names == name))[0] for p in (crystal, done.atoms)]
        assert np.linalg.norm(crystal.positions[rows[0]] - done.atoms.positions[rows[1]]) < 0.4


def test_nucleotides_and_lipids_are_completed_by_their_templates():
    pair = molecules("DA", "POPC")
    adenine = (pair.residue_index == 0) & np.isin(pair.names, ["N6", "C6", "N1", "OP2"])
    tail = (pair.residue_index == 1) & np.isin(pair.names, ["C316", "C315"])
    left = pair.select(~(adenine | tail))
    done = complete_atoms(left, missing_atoms(left))
    assert {k: set(names) for k, names in done.added.items()} == {
        0: {"N6", "C6", "N1", "OP2"},
        1: {"C316", "C315"},
    }
    for k, limit in ((0, 0.2), (1, 6.0)):  # a ring has no choice, a tail has
        for name in done.added[k]:
            rows = [np.flatnonzero((p.residue_index == k) & (p.names == name))[0] for p in (pair, done.atoms)]
            assert np.linalg.norm(pair.positions[rows[0]] - done.atoms.positions[rows[1]]) < limit


def test_others_are_not_run_into(crystal):
    """A ligand where the side chain would go makes it go elsewhere."""
    left, k = lost(crystal, 29, SIDE)
    lacking = missing_atoms(left)
    free = complete_atoms(left, lacking).atoms
    rows = np.flatnonzero((free.residue_index == k) & np.isin(free.names, ["CZ", "OH"]))
    ligand = make_particles(["C1", "C2"], ["LIG"] * 2, [1, 1], free.positions[rows], elements=["C", "C"])
    done = complete_atoms(left, lacking, ligand)
    mine = done.atoms.positions[(done.atoms.residue_index == k) & np.isin(done.atoms.names, lacking[k])]
    assert np.linalg.norm(mine[:, None] - ligand.positions, axis=-1).min() > 2.2


def test_what_has_no_template_is_not_completed():
    ligand = make_particles(["C1"], ["LIG"], [1], [[0, 0, 0]])
    done = complete_atoms(ligand, {0: ("C2",)})
    assert done.failed == [0] and done.added == {} and len(done.atoms) == 1


def test_the_same_input_gives_the_same_atoms(crystal):
    left, _ = lost(crystal, 29, SIDE)
    lacking = missing_atoms(left)
    first, second = (complete_atoms(left, lacking).atoms.positions for _ in range(2))
    assert np.array_equal(first, second)
