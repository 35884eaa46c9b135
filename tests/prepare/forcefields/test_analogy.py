from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree

import pytest

from unbead.chem.templates import known_residues, template
from unbead.prepare.forcefields.analogy import add_by_analogy, surroundings_of_atoms

app = pytest.importorskip("openmm.app")
LIPIDS = [template(name) for name in known_residues() if template(name).kind in ("lipid", "sterol")]


@pytest.fixture(scope="module")
def residues():
    """What OpenMM's file says of our lipids."""
    found = ElementTree.parse(Path(app.__file__).parent / "data" / "charmm36.xml").getroot().find("Residues")
    names = {known.name for known in LIPIDS}
    for entry in list(found):
        if entry.get("name") not in names:
            found.remove(entry)
    return found


def facts(entry):
    """Type and charge by atom."""
    return {atom.get("name"): (atom.get("type"), float(atom.get("charge"))) for atom in entry.iter("Atom")}


@pytest.mark.parametrize("name", ["POPC", "POPE", "POPS", "DPPG", "SDPC", "DMPE", "PSM", "SAPI24"])
def test_a_lipid_that_is_taken_out_comes_back_as_it_was(residues, name):
    without = deepcopy(residues)
    (entry,) = (entry for entry in without if entry.get("name") == name)
    without.remove(entry)
    add_by_analogy(without, LIPIDS)
    (made,) = (entry for entry in without if entry.get("name") == name)
    before, after = facts(entry), facts(made)
    odd = {atom for atom in before if before[atom] != after[atom]}
    assert odd <= (
        {"C218", "C220"} if name == "SAPI24" else set()
    )  # the file has these of arachidonoyl in two versions
    assert sum(1 for _ in made.iter("Bond")) == len(template(name).bonds)


def test_mixed_lipids_are_neutral_and_strange_ones_are_left_out(residues):
    more = deepcopy(residues)
    (sterol,) = (entry for entry in more if entry.get("name") == "CHL1")
    more.remove(sterol)
    add_by_analogy(more, LIPIDS)
    made = {entry.get("name"): facts(entry) for entry in list(more)[len(residues) - 1 :]}
    assert {"PAPC", "PAPE", "PDOPC", "DUPC", "DYPC"} <= set(made)
    assert "CHL1" not in made
    for entry in made.values():
        assert sum(charge for _, charge in entry.values()) == pytest.approx(round(sum(c for _, c in entry.values())))


def test_surroundings_tell_places_apart():
    labels = {}
    palmitoyl, oleoyl = (surroundings_of_atoms(template(name), labels) for name in ("DPPC", "DOPC"))
    end, middle = (template("DPPC").index(name) for name in ("C216", "C28"))
    assert palmitoyl[end] == oleoyl[template("DOPC").index("C218")]
    assert palmitoyl[middle] != oleoyl[template("DOPC").index("C28")]
    assert palmitoyl[template("DPPC").index("P")] == oleoyl[template("DOPC").index("P")]
