"""Residues by their beads."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.fit import fit_residues, known_beads
from unbead.mapping.mapping import load_mapping
from unbead.mapping.operator import apply
from unbead.mapping.split import INCOMPLETE, NOT_KNOWN, split_system

M3 = load_mapping("martini3")
LIPID = {
    "CYSP": ["C1", "C2", "C3", "C4"],
    "CYSF": [f"C{k}" for k in range(1, 7)],
    "CYSG": [f"C{k}" for k in range(1, 9)],
}


def system(*residues):
    """Residues given as (name, beads), each far from the next."""
    rows = [
        (bead, name, k, (k * 3.8, i, 0)) for k, (name, beads) in enumerate(residues, 1) for i, bead in enumerate(beads)
    ]
    return make_particles(*(list(column) for column in zip(*rows, strict=True)))


GLY, ALA, CYS = ("GLY", ["BB"]), ("ALA", ["BB", "SC1"]), ("CYS", ["BB", "SC1"])


@pytest.mark.parametrize("mapping", ["martini3", "martini3-ca"])
@pytest.mark.parametrize("lipid", LIPID)
def test_a_lipid_on_cysteine_is_known_by_its_beads_beside_cysteines_without(mapping, lipid):
    """martinize2 reads CYSP and writes CYS; the lipid was dropped, and one mapping was taken for all cysteines."""
    a = assemble(system(CYS, GLY, ("CYS", ["BB", "SC1", *LIPID[lipid]]), CYS), load_mapping(mapping))
    assert a.template_names.tolist() == ["CYS", "GLY", lipid, "CYS"]
    assert a.atoms.residues.names.tolist() == ["CYS", "GLY", lipid, "CYS"] and a.skipped == {}
    assert len(set(a.kind.tolist())) == 3  # the cysteines that are alike are one kind


def test_myristoyl_glycine_is_known_by_its_beads():
    a = assemble(system(("GLY", ["BB", "C1", "C2", "C3", "C4"]), GLY, ALA), M3)
    assert a.template_names.tolist() == ["GLYM", "GLY", "ALA"] and {"C14", "O1"} <= set(a.atoms.names.tolist())


@pytest.mark.parametrize(("name", "expected"), [("GLU0", "GLH"), ("ASP0", "ASH"), ("LYS0", "LYN"), ("ARN", "ARG")])
def test_neutral_residues_of_martini_are_known(name, expected):
    beads = ["BB", "SC1", "SC2"] if expected in ("LYN", "ARG") else ["BB", "SC1"]
    assert assemble(system((name, beads)), M3).template_names.tolist() == [expected]


def test_virtual_sites_make_no_difference(beads_of):
    plain = beads_of("martini3")
    n = len(plain.residues)
    first = np.searchsorted(plain.residue_index, np.arange(0, n, 2))
    order = np.argsort(np.concatenate([plain.residue_index, plain.residue_index[first]]), kind="stable")
    names = np.concatenate([plain.names, np.full(len(first), "QQ")])  # of no known name, but on their backbone beads
    sites = plain.select(np.concatenate([np.arange(len(plain)), first])[order])
    sites = type(sites)(**{**sites.__dict__, "names": names[order]})
    a, b = assemble(plain, M3), assemble(sites, M3)
    assert sum(b.skipped.values()) == len(first) and np.array_equal(a.kind, b.kind)
    assert np.array_equal(a.atoms.names, b.atoms.names) and np.array_equal(a.owner, b.owner)


def test_a_residue_is_built_from_a_part_of_its_beads(crystal, beads_of):
    """AWSEM writes no N of the first and no C of the last residue of a chain."""
    mapping, beads = load_mapping("mainchain"), beads_of("mainchain")
    last = len(beads.residues) - 1
    lacks = ((beads.residue_index == 0) & (beads.names == "N")) | ((beads.residue_index == last) & (beads.names == "C"))
    a = assemble(beads.select(~lacks), mapping)
    assert np.array_equal(a.atoms.names, crystal.names) and len(a.beads) == len(beads) - 2
    assert a.beads.residue_index[a.owner].tolist() == a.atoms.residue_index.tolist()
    assert np.allclose(apply(a.operator, crystal.positions), a.beads.positions, atol=1e-3)
    n = a.owner[(a.atoms.residue_index == 0) & (a.atoms.names == "N")]
    assert a.beads.names[n].tolist() == ["CA"]  # that is bonded to it
    doubts = split_system(beads.select(~lacks), mapping).doubts[INCOMPLETE]
    assert len(doubts) == 2 and doubts[0].endswith("without N") and doubts[1].endswith("without C")


def test_a_bead_at_cb_is_used_where_it_is_there(crystal):
    mapping = load_mapping("mainchain")
    beads = system(
        ("GLY", ["N", "CA", "C", "O", "HB"]), ("SER", ["N", "CA", "C", "O", "CB"]), ("SER", ["N", "CA", "C", "O"])
    )
    a = assemble(beads, mapping)
    assert a.skipped == {"GLY:HB": 1} and len(a.beads) == 13
    og = a.owner[a.atoms.names == "OG"]
    assert a.beads.names[og].tolist() == ["CB", "CA"]


def test_beads_that_nobody_knows_are_named():
    """They were dropped in silence."""
    parts = split_system(system(("ALA", ["BB", "SC1", "SC7"]), GLY, ALA), M3)
    assert parts.doubts == {NOT_KNOWN: ["ALA 1 (chain A): SC7"]} and len(parts.build.residues) == 3


BAD = system(
    GLY,
    ("PHE", ["BB", "SC1", "SC2", "SCX"]),
    ("PHE", ["BB", "SC1", "SC2", "SCX"]),
    ("XYZ", ["BB"]),
    ("LYS", ["BB", "SC1", "SC1", "SC2"]),
    ALA,
)


def test_all_that_does_not_fit_is_listed_at_once():
    with pytest.raises(UnbeadError) as caught:
        split_system(BAD, M3)
    message = str(caught.value)
    assert "4 residues do not fit mapping martini3" in message and "no residue XYZ (1)" in message
    assert "PHE 2 (chain A): bead SC3 missing, SCX not known (and in 1 more PHE)" in message
    assert "LYS 5 (chain A): bead SC1 is there 2 times" in message and "--skip-unknown" in message


def test_what_does_not_fit_is_left_out_on_request():
    parts = split_system(BAD, M3, skip_unknown=True)
    assert parts.build.residues.names.tolist() == ["GLY", "ALA"]
    assert parts.unknown == {"PHE": 2, "LYS": 1, "XYZ": 1}


def test_a_mapping_whose_beads_most_residues_lack_is_another_one():
    with pytest.raises(UnbeadError, match="beads N C O missing"):
        split_system(system(*[("ALA", ["CA"])] * 3), load_mapping("mainchain"))


def test_residues_of_virtual_sites_are_counted():
    parts = split_system(system(GLY, ("VS", ["CA"]), ("VS", ["CA"])), M3)
    assert parts.sites == {"VS:CA": 2} and parts.unknown == {} and len(parts.build.residues) == 1


def test_every_residue_that_a_mapping_makes_has_just_its_beads(crystal):
    for name in ("martini2", "ca", "residue-com"):
        mapping = load_mapping(name)
        beads = coarsen(crystal, mapping)
        fit = fit_residues(beads, mapping)
        assert not any(fit.misfits) and not any(kind.missing or kind.strange or kind.sites for kind in fit.kinds)
        assert set().union(*known_beads(fit).values()) == set(beads.names.tolist())
