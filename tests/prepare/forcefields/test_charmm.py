from xml.etree import ElementTree

import pytest

from unbead.chem.templates import template
from unbead.prepare.forcefields.charmm import LIPIDS, PATCHES, PROTEINS, charmm_residues
from unbead.prepare.forcefields.charmm_patches import PHOSPHORYLATED

pytest.importorskip("openmm")


@pytest.fixture(scope="module")
def root():
    """The shortened force field."""
    return ElementTree.parse(charmm_residues()).getroot()


def test_only_what_has_templates_is_left(root):
    names = {entry.get("name") for entry in root.find("Residues")}
    assert names >= PROTEINS
    assert {"POPC", "POPE", "PSM", "TOCL2", "CHL1"} <= names
    others = {name.partition("_")[0] for name in names - PROTEINS}  # nucleotides by their place in a strand
    assert all(template(name).kind in (*LIPIDS, "nucleotide") or name in PHOSPHORYLATED for name in others)
    assert {entry.get("name") for entry in root.find("Patches")} == PATCHES
    assert {entry.get("name") for entry in root.iter("AllowPatch")} <= PATCHES
    assert not [entry for entry in root.find("Residues") if entry.get("name") == "POPC" and entry.find("AllowPatch")]


def test_urey_bradley_terms_are_those_that_can_occur_once_each(root):
    terms = [tuple(term.get(f"type{k}") for k in (1, 2, 3)) for term in root.find("AmoebaUreyBradleyForce")]
    assert len(terms) == len({min(term, term[::-1]) for term in terms})
    used = {atom.get("type") for atom in root.find("Residues").iter("Atom")}
    used |= {atom.get("type") for atom in root.find("Patches").iter() if atom.tag in ("AddAtom", "ChangeAtom")}
    assert {kind for term in terms for kind in term} <= used
    assert ("HAL2", "CTL2", "HAL2") in terms
