from xml.etree import ElementTree

import pytest

from unbead.finish.proteins import PATCHES, RESIDUES, charmm_proteins

pytest.importorskip("openmm")


def test_only_proteins_are_left():
    root = ElementTree.parse(charmm_proteins()).getroot()
    assert {entry.get("name") for entry in root.find("Residues")} == RESIDUES
    assert {entry.get("name") for entry in root.find("Patches")} == PATCHES
    assert {entry.get("name") for entry in root.iter("AllowPatch")} <= PATCHES
