"""What networks know atoms by."""

from unbead.chem.identity import identities
from unbead.chem.templates import template


def of(residue, atom):
    known = template(residue)
    return identities(known)[known.index(atom)]


def test_residues_read_as_their_parents():
    assert of("HID", "ND1") == of("HIP", "ND1") == "HIS:ND1"
    assert of("MSE", "SE") == "MET:SD"
    assert of("CHL1", "C3") == "CHL1:C3"


def test_lipids_share_heads_and_tails():
    for atom in ("C27", "C29", "C218", "O22", "C2"):
        assert of("POPC", atom) == of("DOPE", atom) == of("SOPC", atom)
    for atom in ("N", "C11", "P", "O13"):
        assert of("POPE", atom) == of("DOPE", atom)
    assert set(identities(template("DOPE"))) <= set(identities(template("DOPC"))) | set(identities(template("POPE")))


def test_same_names_in_other_surroundings_are_others():
    assert of("POPC", "C29") != of("DPPC", "C29")  # oleoyl, palmitoyl
    assert of("POPC", "C28") != of("DPPC", "C28")  # beside the double bond
    assert of("DMPC", "C314") != of("POPC", "C314")  # the chain's end
    assert of("POPC", "N") != of("POPE", "N")
    assert of("PSM", "C3S") != of("POPC", "C3")


def test_atoms_of_a_lipid_differ():
    for name in ("POPC", "DOPS", "TOCL2", "SAPI24"):
        assert len(set(identities(template(name)))) == template(name).n_heavy
