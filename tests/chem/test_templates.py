"""Templates describe chemically right L residues."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.chem.templates import LIPIDS, RESIDUE_ALIASES, add_template, known_residues, template
from unbead.errors import UnbeadError

ALL = [template(name) for name in known_residues()]


def ids(t):
    return t.name


@pytest.mark.parametrize("t", ALL, ids=ids)
def test_conformer_has_the_reference_geometry(t):
    a, b = t.coordinates[t.bonds[:, 0]], t.coordinates[t.bonds[:, 1]]
    found = np.linalg.norm(a - b, axis=1)
    # the dictionary's conformers are those of free, neutral acids: C-OH for C-O in a carboxylate
    assert np.all(np.abs(found - t.bond_lengths) < 0.08 * t.bond_lengths)
    i, j, k = (t.coordinates[t.angles[:, n]] for n in range(3))
    u, v = i - j, k - j
    cosine = (u * v).sum(1) / np.linalg.norm(u, axis=1) / np.linalg.norm(v, axis=1)
    assert np.all(np.abs(np.degrees(np.arccos(cosine.clip(-1, 1))) - t.angle_values) < 12)


@pytest.mark.parametrize("t", ALL, ids=ids)
def test_heavy_atoms_come_first_and_backbone_before_side_chain(t):
    assert t.heavy[: t.n_heavy].all() and not t.heavy[t.n_heavy :].any()
    if t.kind == "amino":
        assert t.atoms[:4] == ("N", "CA", "C", "O")


@pytest.mark.parametrize("t", ALL, ids=ids)
def test_centres_are_right_handed(t):
    for row in np.concatenate([t.chiral, t.prochiral]):
        centre, a, b, c = t.coordinates[row]
        assert (a - centre) @ np.cross(b - centre, c - centre) > 1.0


def test_stereocentres_are_those_of_l_amino_acids():
    for t in ALL:
        if t.kind in (*LIPIDS, "nucleotide", "molecule"):  # tests/chem/lipids/test_shipped.py and test_nucleotides.py
            continue
        centres = [t.atoms[row[0]] for row in t.chiral]
        if t.kind in ("cap", "water", "ion") or t.parent == "GLY":
            assert centres == []
        else:
            assert centres == (["CA", "CB"] if t.parent in ("ILE", "THR") else ["CA"])
        for row in t.chiral[:1]:
            assert [t.atoms[i] for i in row] == ["CA", "N", "C", "CB"]


@pytest.mark.parametrize("t", ALL, ids=ids)
def test_planar_groups_are_flat(t):
    for group in t.planar:
        points = t.coordinates[list(group)]
        centred = points - points.mean(0)
        assert np.abs(centred @ np.linalg.svd(centred)[2][2]).max() < 0.1


@pytest.mark.parametrize("t", ALL, ids=ids)
def test_swaps_keep_the_bond_graph(t):
    heavy = {frozenset(map(int, b)) for b in t.bonds if max(b) < t.n_heavy}
    for group in t.symmetric:
        image = {i: i for i in range(len(t.atoms))}
        for a, b in group:
            image[a], image[b] = b, a
        assert {frozenset(image[i] for i in b) for b in heavy} == heavy


def test_symmetric_groups_of_the_standard_residues():
    def names(residue):
        t = template(residue)
        return {tuple(tuple(t.atoms[i] for i in pair) for pair in group) for group in t.symmetric}

    assert names("PHE") == {(("CD1", "CD2"), ("CE1", "CE2"))}
    assert names("ASP") == {(("OD1", "OD2"),)}
    assert names("ARG") == {(("NH1", "NH2"),)}
    assert names("LEU") == set()


def test_aliases_lead_to_templates_and_variants_to_their_parents():
    for alias, name in RESIDUE_ALIASES.items():
        assert template(alias) is template(name) is not None
    assert {template(n).parent for n in ("HSD", "HIE", "HSP")} == {"HIS"}
    assert template("NALA") is template("ALA") and template("chid") is template("HID")
    assert template("CHOL") is template("CHL1") and template("XYZ") is None and template("NH2").kind == "cap"


def test_a_molecule_can_be_added_once_and_not_replaced():
    own = replace(template("ALA"), name="XALA")
    add_template(own)
    add_template(replace(own))
    assert template("xala") is own
    moved = replace(own, coordinates=own.coordinates + 1.0)
    with pytest.raises(UnbeadError, match="residue XALA is already known"):
        add_template(moved)


def test_hydrogens_are_counted_by_heavy_atom():
    known = template("ALA")
    counts = dict(zip(known.atoms, known.hydrogens.tolist(), strict=False))
    assert (counts["CA"], counts["C"], counts["O"], counts["CB"]) == (1, 0, 0, 3)
    for name in known_residues():
        assert len(template(name).hydrogens) == template(name).n_heavy
