"""Shipped mappings cover every amino acid and say what their names promise."""

import networkx
import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.elements import guess_element
from unbead.chem.templates import known_residues, template
from unbead.errors import UnbeadError
from unbead.mapping.mapping import available_mappings, load_mapping, residue_template

NAMES = "backbone ca ca-cm ca-sc elnedyn mainchain martini2 martini3 martini3-ca residue-com sidechain-com".split()


def test_all_eleven_ship():
    assert list(available_mappings()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_heavy_atom_of_every_amino_acid_has_a_bead(name):
    mapping = load_mapping(name)
    for residue in known_residues():
        known = template(residue)
        if known.kind == "amino":
            molecule = mapping.find(residue)
            assert set(known.atoms[: known.n_heavy]) <= set(molecule.atoms), residue
            hydrogens = [i for i, atom in enumerate(molecule.atoms) if guess_element(atom) == "H"]
            assert not molecule.weights[:, hydrogens].any()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("martini3", {"GLY": 1, "ALA": 2, "PHE": 4, "TYR": 5, "TRP": 6, "LYS": 3, "HIS": 4, "LEU": 2}),
        ("martini2", {"GLY": 1, "ALA": 1, "PHE": 4, "TYR": 4, "TRP": 5, "LYS": 3, "HIS": 4, "LEU": 2}),
        ("ca", dict.fromkeys(AMINO_ACIDS, 1)),
        ("residue-com", dict.fromkeys(AMINO_ACIDS, 1)),
        ("ca-sc", {"GLY": 1, "TRP": 2}),
        ("mainchain", dict.fromkeys(AMINO_ACIDS, 4)),
    ],
)
def test_bead_counts(name, counts):
    mapping = load_mapping(name)
    assert {residue: len(mapping.find(residue).beads) for residue in counts} == counts


def test_martini3_ca_differs_from_martini3_in_the_backbone_centre_only():
    plain, centred = load_mapping("martini3"), load_mapping("martini3-ca")
    for residue in AMINO_ACIDS:
        a, b = plain.find(residue), centred.find(residue)
        assert a.beads == b.beads and np.array_equal(a.weights[1:], b.weights[1:])
        assert b.weights[0].sum() == 1 and b.atoms[int(b.weights[0].argmax())] == "CA"


def test_force_field_names_are_found():
    mapping = load_mapping("martini3")
    assert mapping.find("HSD").molecule == "HID" and mapping.find("CYS2").molecule == "CYX"
    assert mapping.find("CHOL") is mapping.find("CHL1") and mapping.find("XYZ") is None


def test_own_folders(tmp_path):
    (tmp_path / "a.yaml").write_text("molecule: LIG\naliases: LGX\natoms:\n  C1: A\n")
    (tmp_path / "bead_types.yaml").write_text("LIG_A: 0\n")
    assert load_mapping(tmp_path).find("LGX").beads == ("A",)
    (tmp_path / "b.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n")
    with pytest.raises(UnbeadError, match="also in"):
        load_mapping(tmp_path)
    (tmp_path / "b.yaml").write_text("molecule: LGX\natoms:\n  C1: A\n")
    with pytest.raises(UnbeadError, match=r"b.yaml:1: molecule LGX is also in .*a.yaml, with the same beads"):
        load_mapping(tmp_path)


def test_beads_choose_among_variants_and_the_plain_file_is_the_usual_one(tmp_path):
    (tmp_path / "lig.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n  C2: B\n")
    (tmp_path / "lig_3.yaml").write_text("molecule: LIG\natoms:\n  C1: A\n  C2: B\n  C3: C\n")
    (tmp_path / "lgx.yaml").write_text("molecule: LGX\naliases: [LIG]\natoms:\n  C1: D\n")
    mapping = load_mapping(tmp_path)
    assert mapping.find("LIG").beads == mapping.find("LIG", "ABX").beads == mapping.find("LIG", "A").beads == ("A", "B")
    assert mapping.find("LIG", "ABC").beads == ("A", "B", "C")
    assert mapping.find("LIG", "D").molecule == "LGX"
    own = mapping.with_molecules([mapping.find("LIG")])
    assert own.find("LIG", "ABC").beads == ("A", "B")


LIPIDS = [name for name in known_residues() if template(name).kind in ("lipid", "sterol")]


@pytest.mark.parametrize("name", ["martini2", "martini3", "martini3-ca"])
def test_every_heavy_atom_of_every_lipid_has_one_bead(name):
    mapping = load_mapping(name)
    for molecule in mapping.every():
        if molecule.molecule in LIPIDS:
            known = template(molecule.molecule)
            assert sorted(molecule.atoms) == sorted(known.atoms[: known.n_heavy])
            assert ((molecule.weights > 0).sum(0) == 1).all() and ((molecule.weights > 0).sum(1) >= 1).all()
    martini2_only = {"GM1", "GM3"} if name != "martini2" else set()
    assert {molecule.molecule for molecule in mapping.molecules.values()} >= set(LIPIDS) - martini2_only


@pytest.mark.parametrize("name", ["martini2", "martini3"])
def test_beads_of_lipids_are_pieces_of_the_bond_graph(name):
    mapping = load_mapping(name)
    for molecule in mapping.every():
        if molecule.molecule in LIPIDS:
            known = template(molecule.molecule)
            graph = networkx.Graph([tuple(known.atoms[i] for i in bond) for bond in known.bonds])
            for k, bead in enumerate(molecule.beads):
                piece = [atom for atom, own in zip(molecule.atoms, molecule.owner, strict=True) if own == k]
                assert networkx.is_connected(graph.subgraph(piece)), (molecule.source, bead, piece)


CHOLESTEROL = "ROH R1 R2 R3 R4 R5 C1 C2".split()


def test_beads_of_sialic_acid_are_as_far_apart_as_in_real_files():
    """Means over the 683 GM1 of a Martini 2 bilayer; pairs within the rigid part."""
    molecule = load_mapping("martini2").find("DPG1")
    known = template("GM1")
    order = [known.index(atom) for atom in molecule.atoms]
    shares = molecule.weights / molecule.weights.sum(1, keepdims=True)
    beads = dict(zip(molecule.beads, shares @ known.coordinates[order], strict=True))
    for a, b, far in (("GM13", "GM14", 3.5), ("GM13", "GM15", 3.8), ("GM14", "GM15", 3.6), ("GM14", "GM16", 3.3)):
        assert abs(np.linalg.norm(beads[a] - beads[b]) - far) < 0.5, (a, b)


def test_both_models_of_cholesterol_are_told_apart_by_their_beads():
    for residue in ("CHOL", "CHL1"):
        new = load_mapping("martini3").find(residue, [*CHOLESTEROL, "R6"])
        old = load_mapping("martini3").find(residue, CHOLESTEROL)
        assert len(new.beads) == 9 and len(old.beads) == 8
        assert load_mapping("martini3").find(residue) is new
        assert load_mapping("martini2").find(residue).beads == tuple(CHOLESTEROL)


def test_dlpe_is_dilauroyl_or_dilinoleoyl_as_its_beads_say():
    mapping = load_mapping("martini3")
    head = ["NH3", "PO4", "GL1", "GL2"]
    lauroyl = [*head, "C1A", "C2A", "C3A", "C1B", "C2B", "C3B"]
    linoleoyl = [*head, "C1A", "D2A", "D3A", "C4A", "C1B", "D2B", "D3B", "C4B"]
    assert residue_template("DLPE", mapping.find("DLPE", lauroyl)).name == "DLPE"
    assert residue_template("DLPE", mapping.find("DLPE", linoleoyl)).name == "DLIPE"
    assert residue_template("HSD", mapping.find("HSD")).name == "HID"


# Beads of real files: the Martini 2 and 3 systems of docs/mappings.md.
REAL = [
    ("martini3", "SAP6", "C1 C2 C3 C4 PO4 P4 P5 GL1 GL2 C1A D2A D3A D4A C5A C1B C2B C3B C4B", "SAPI24"),
    ("martini3", "SSM", "NC3 PO4 OH1 AM2 T1A C2A C3A C4A C1B C2B C3B C4B", "SSM"),
    ("martini3", "PAPS", "CNO PO4 GL1 GL2 C1A D2A D3A D4A C5A C1B C2B C3B C4B", "PAPS"),
    ("martini3", "PAPC", "NC3 PO4 GL1 GL2 D1A D2A D3A D4A C4A C1B C2B C3B C4B", "PAPC"),
    ("martini2", "POP2", "C1 C2 C3 PO4 P1 P2 GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B", "POPI24"),
    ("martini2", "DPSM", "NC3 PO4 AM1 AM2 T1A C2A C3A C1B C2B C3B C4B", "PSM"),
    ("martini2", "DPG1", f"{' '.join(f'GM{k}' for k in range(1, 18))} AM1 AM2 T1A C2A C3A C1B C2B C3B C4B", "GM1"),
    ("martini2", "DPG3", "GM1 GM2 GM3 GM4 GM5 GM6 GM13 GM14 GM15 GM16 GM17 AM1 AM2 T1A C2A C3A C1B C2B C3B C4B", "GM3"),
    ("martini2", "DUPC", "NC3 PO4 GL1 GL2 C1A D2A D3A C4A C1B D2B D3B C4B", "DUPC"),
    ("martini2", "POPG", "GLH PO4 GL1 GL2 C1A C2A C3A C4A C1B C2B D3B C4B C5B", "POPG"),
    ("martini2", "ERGO", "ROH R1 R2 R3 R4 R5 C1 C2", "ERG"), ("martini3", "ERGO", "ROH R1 R2 R3 R4 R5 C1 C2", "ERG"),
    ("martini2", "CDL2", "GL5 PO41 GL11 GL21 C1A1 C2A1 D3A1 C4A1 C5A1 C1B1 C2B1 D3B1 C4B1 C5B1"
     " PO42 GL12 GL22 C1A2 C2A2 D3A2 C4A2 C5A2 C1B2 C2B2 D3B2 C4B2 C5B2", "TOCL2"),
    ("martini3", "CDL0", "GL0 PO41 GL11 GL12 C1A1 C2A1 D3A1 C4A1 C5A1 C1B1 C2B1 D3B1 C4B1 C5B1"
     " PO42 GL21 GL22 C1A2 C2A2 D3A2 C4A2 C5A2 C1B2 C2B2 D3B2 C4B2 C5B2", "TOCL2"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "residue", "beads", "expected"), REAL)
def test_residues_of_real_files_are_known(name, residue, beads, expected):
    molecule = load_mapping(name).find(residue, beads.split())
    assert molecule.molecule == expected
    assert set(molecule.beads) <= set(beads.split()) and len(molecule.beads) >= len(beads.split()) - 1
    assert all(known in molecule.beads for known in beads.split() if known[:1] in "DT")  # double bonds are in them


def test_the_double_bond_is_in_the_bead_that_says_so():
    for name in ("martini2", "martini3"):
        mapping = load_mapping(name)
        for molecule in mapping.every():
            known = template(molecule.molecule)
            if molecule.molecule not in LIPIDS or molecule.molecule.startswith(("PDO", "SD", "CHL")):
                continue
            for bead in (bead for bead in molecule.beads if bead.startswith("D") and bead[1].isdigit()):
                if "_d1" in molecule.source:  # names of the first files
                    continue
                own = {a for a, k in zip(molecule.atoms, molecule.owner, strict=True) if molecule.beads[k] == bead}
                flat = {known.atoms[i] for group in known.planar if len(group) == 4 for i in group}
                assert own & flat, (molecule.source, bead)


def test_unknown_names_list_what_there_is(tmp_path):
    with pytest.raises(UnbeadError, match="martini3-ca"):
        load_mapping("martini4")
    with pytest.raises(UnbeadError, match="no mapping file"):
        load_mapping(tmp_path)


def test_molecules_of_the_user_go_before_those_of_the_mapping():
    martini, ca = load_mapping("martini3"), load_mapping("ca")
    both = martini.with_molecules([ca.molecules["PHE"]])
    assert both.find("PHE") is ca.molecules["PHE"] and both.find("TRP") is martini.find("TRP")
    assert martini.find("PHE") is not ca.molecules["PHE"]


# Side chains of Martini 2 (Monticelli et al., J. Chem. Theory Comput. 2008, 4, 819; de Jong et al., 2013, 9, 687).
MARTINI_2 = {
    "VAL": {"SC1": "CB CG1 CG2"},
    "LEU": {"SC1": "CB CG CD1 CD2"},
    "ILE": {"SC1": "CB CG1 CG2 CD1"},
    "MET": {"SC1": "CB CG SD CE"},
    "CYS": {"SC1": "CB SG"},
    "SER": {"SC1": "CB OG"},
    "THR": {"SC1": "CB OG1 CG2"},
    "PRO": {"SC1": "CB CG CD"},
    "ASN": {"SC1": "CB CG OD1 ND2"},
    "ASP": {"SC1": "CB CG OD1 OD2"},
    "GLN": {"SC1": "CB CG CD OE1 NE2"},
    "GLU": {"SC1": "CB CG CD OE1 OE2"},
    "GLY": {},
}


@pytest.mark.parametrize("residue", MARTINI_2)
def test_martini_2_splits_side_chains_as_published(residue):
    """A mutant that gave an atom of valine to the backbone survived."""
    molecule, known = load_mapping("martini2").find(residue), template(residue)
    found = {}
    for atom in known.atoms[: known.n_heavy]:
        beads = {molecule.beads[k] for k in np.flatnonzero(molecule.weights[:, molecule.column(atom)])}
        assert len(beads) == 1
        found.setdefault(beads.pop(), set()).add(atom)
    assert found["BB"] >= {"N", "CA", "C", "O"}
    assert {bead: atoms for bead, atoms in found.items() if bead != "BB"} == {
        bead: set(atoms.split()) for bead, atoms in MARTINI_2[residue].items()
    }
