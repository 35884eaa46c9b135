"""Bonds between residues that no chain explains, from a file of beads to atoms."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from tests.links import atom_of, docked
from unbead.chem.particles import join
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure
from unbead.pipeline.user_molecules import UserMolecules
from unbead.validate.check import check_model

LYSINE = {"NE": "CE", "CZ": "NZ"}


@pytest.fixture(scope="session")
def protein(crystal):
    """The crystal without OXT and with a lysine in the place of ARG 17."""
    here = crystal.residues.numbers[crystal.residue_index] == 17
    keep = (crystal.names != "OXT") & ~(here & np.isin(crystal.names, ("NH1", "NH2")))
    names = np.array([LYSINE.get(name, name) if mine else name for name, mine in zip(crystal.names, here, strict=True)])
    elements = np.where(here & (names == "CE"), "C", np.where(here & (names == "NZ"), "N", crystal.elements))
    residues = crystal.residues.names.copy()
    residues[crystal.residues.numbers == 17] = "LYS"
    changed = replace(crystal, names=names, elements=elements, residues=replace(crystal.residues, names=residues))
    return changed.select(keep)


def conect(path, beads, pairs):
    """Write beads to a PDB file with CONECT records."""
    write_structure(path, beads)
    lines = path.read_text().splitlines()
    atoms = [line for line in lines if line.startswith(("ATOM", "HETATM"))]
    rows = [f"CONECT{atoms[i][6:11]}{atoms[j][6:11]}" for i, j in pairs]
    path.write_text("\n".join([line for line in lines if line != "END"] + rows + ["END", ""]))


def length(result, a, b):
    i, j = (atom_of(result.atoms, number, name, chain) for chain, number, name in (a, b))
    return float(np.linalg.norm(result.atoms.positions[i] - result.atoms.positions[j]))


LINKS = {  # atoms of chain A and of chain B, their length in Å, their beads, what the bond is called
    "isopeptide": ((17, "NZ", "CE"), (46, "C", "CA"), 1.329, ("SC2", "BB"), "amide"),
    "lactam": ((17, "NZ", "CE"), (23, "CD", "CG"), 1.329, ("SC2", "SC1"), "amide"),
    "thioester": ((16, "SG", "CB"), (46, "C", "CA"), 1.76, ("SC1", "BB"), "thioester"),
    "ester": ((6, "OG", "CB"), (46, "C", "CA"), 1.336, ("SC1", "BB"), "ester"),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_bond_that_the_file_tells_is_built(protein, tmp_path, name):
    """Isopeptide bonds of ubiquitin came out 2.8 Å long, with exit code 0."""
    a, b, wanted, of, kind = LINKS[name]
    beads = coarsen(docked(protein, a, protein, b, wanted), load_mapping("martini3"))
    pair = atom_of(beads, a[0], of[0], "A"), atom_of(beads, b[0], of[1], "B")
    conect(tmp_path / "beads.pdb", beads, [pair])
    result = backmap_structure(tmp_path / "beads.pdb")
    (found,) = result.summary["links"]
    assert found.startswith(f"{kind} bond of") and "distance" not in found
    first, second = ("A", a[0], a[1]), ("B", b[0], b[1])
    assert length(result, first, second) == pytest.approx(wanted, rel=0.07)  # beads of a crude model strain it
    for near, far in (((*first[:2], a[2]), second), ((*second[:2], b[2]), first)):  # angles of 100 to 130 degrees
        assert 2.2 < length(result, near, far) < 3.1
    if name in ("isopeptide", "lactam"):  # trans
        assert length(result, ("A", 17, "CE"), ("B", b[0], b[2])) == pytest.approx(3.8, abs=0.2)
    if name == "lactam":  # the oxygen that left is not built
        mine = result.atoms.residues.chains[result.atoms.residue_index] == "B"
        names = result.atoms.names[mine & (result.atoms.residues.numbers[result.atoms.residue_index] == 23)]
        assert "OE1" in names and "OE2" not in names
    assert "bonds off by more than 10 %" not in result.summary["problems"]
    touching = result.summary["problems"].get("atoms within 1.2 Å of each other", [])
    assert not touching
    judged = check_model(result.atoms)  # which knows the bond, too; crude models touch elsewhere
    bonded = (f" {a[0]} (chain A)", f" {b[0]} (chain B)")
    for fault in ("extra_edges", "missing_edges", "contacts", "overlaps"):
        assert not [
            text for text in judged.faults[fault].describe(judged.slots, 99) if all(one in text for one in bonded)
        ]
    assert judged.numbers["missing_atoms_percent"] == 0


def test_beads_nearer_than_molecules_come_are_bonded_and_a_line_says_so(protein, tmp_path):
    a, b, wanted, _, _ = LINKS["isopeptide"]
    beads = coarsen(docked(protein, a, protein, b, wanted), load_mapping("martini3"))
    write_structure(tmp_path / "beads.gro", beads)
    result = backmap_structure(tmp_path / "beads.gro")
    (found,) = result.summary["links"]
    assert found.endswith("by distance") and "NZ" in found


PEG = """molecule: PEG
atoms:
  C1: EC
  O1: EC
  C2: EC
bonds: [C1-O1, O1-C2]
links: [C2 +C1]
"""


def test_links_of_a_mapping_join_repeats_of_a_polymer(tmp_path):
    (tmp_path / "peg.yaml").write_text(PEG)
    steps = np.random.default_rng(0).normal(size=(7, 3)) * 0.4 + [1.0, 0.0, 0.0]
    steps *= 3.3 / np.linalg.norm(steps, axis=1, keepdims=True)  # Å, EO beads of Martini 3
    x = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, 0)])
    rows = [f"ATOM  {i:5d}  EC  PEG A{i:4d}    {p[0]:8.3f}{p[1]:8.3f}{p[2]:8.3f}" for i, p in enumerate(x, 1)]
    (tmp_path / "peg.pdb").write_text("\n".join([*rows, "END", ""]))
    result = backmap_structure(tmp_path / "peg.pdb", given=UserMolecules({"PEG": "COC"}, [tmp_path / "peg.yaml"]))
    assert len(result.summary["links"]) == 7 and not result.summary["problems"]
    for i in range(1, 8):
        assert length(result, ("A", i, "C2"), ("A", i + 1, "C1")) == pytest.approx(1.53, rel=0.07)


def test_a_salt_bridge_is_no_bond(protein, tmp_path):
    a, b, _, _, _ = LINKS["isopeptide"]
    beads = coarsen(docked(protein, a, protein, b, 3.4), load_mapping("martini3"))
    write_structure(tmp_path / "beads.pdb", beads)
    assert not backmap_structure(tmp_path / "beads.pdb").summary["links"]


def test_an_elastic_network_makes_no_bonds(protein, tmp_path):
    """Springs join beads 5 to 9 Å apart, each to many."""
    for name in ("martini3", "ca"):
        beads = coarsen(protein, load_mapping(name))
        spots = np.flatnonzero(np.isin(beads.names, ("BB", "CA")))
        x = beads.positions[spots].astype(float)
        apart = np.linalg.norm(x[:, None] - x[None], axis=-1)
        pairs = [(int(spots[i]), int(spots[j])) for i, j in np.argwhere(np.triu(apart < 9.0, 3))]
        conect(tmp_path / f"{name}.pdb", beads, pairs)
        result = backmap_structure(tmp_path / f"{name}.pdb")
        assert len(pairs) > 100 and not result.summary["links"] and not result.summary["problems"]


def test_a_topology_tells_bonds(protein, tmp_path):
    """A GRO file has none of its own; a topology of the same name beside it is read, too."""
    a, b, wanted, of, _ = LINKS["thioester"]
    beads = coarsen(docked(protein, a, protein, b, wanted), load_mapping("martini3"))
    write_structure(tmp_path / "beads.gro", beads)
    i, j = atom_of(beads, a[0], of[0], "A"), atom_of(beads, b[0], of[1], "B")
    residues = beads.residues
    rows = [
        f"{k + 1} P2 {residues.numbers[r]} {residues.names[r]} {name} {k + 1} 0.0"
        for k, (name, r) in enumerate(zip(beads.names, beads.residue_index, strict=True))
    ]
    text = ["[ moleculetype ]", "dimer 1", "[ atoms ]", *rows, "[ bonds ]", f"{i + 1} {j + 1} 1 0.33 5000"]
    (tmp_path / "other.top").write_text('#include "martini_v3.itp"\n' + "\n".join(text) + "\n[ molecules ]\ndimer 1\n")
    told = backmap_structure(tmp_path / "beads.gro", given=UserMolecules(topology=tmp_path / "other.top"))
    assert [text.split(" bond")[0] for text in told.summary["links"]] == ["thioester"]
    (tmp_path / "other.top").rename(tmp_path / "beads.top")
    assert backmap_structure(tmp_path / "beads.gro").summary["links"] == told.summary["links"]
    (tmp_path / "wrong.itp").write_text("\n".join(text).replace(" SC1 ", " XX "))
    with pytest.raises(UnbeadError, match="none of its molecules is in"):
        backmap_structure(tmp_path / "beads.gro", given=UserMolecules(topology=tmp_path / "wrong.itp"))


def test_bonds_between_neighbours_of_one_bead_each_are_those_of_the_chain(tmp_path):
    """GENESIS writes CONECT along its Cα models; ASP beside TYR became an ester."""
    names = "MET ALA SER ASN ASP TYR THR ASP GLY LYS GLU CYS".split()
    turn = np.radians(100.0) * np.arange(len(names))
    x = np.stack([2.3 * np.cos(turn), 2.3 * np.sin(turn), 1.5 * np.arange(len(names))], 1)  # a helix
    beads = make_particles(["CA"] * len(names), names, list(range(1, len(names) + 1)), x)
    conect(tmp_path / "ca.pdb", beads, [(i, i + 1) for i in range(len(beads) - 1)])
    result = backmap_structure(tmp_path / "ca.pdb")
    assert result.summary["links"] == []


def test_molecules_of_a_topology_are_chains(protein, tmp_path):
    """Two chains in contact whose numbers go on were one, though the topology had two molecules."""
    beads = coarsen(protein, load_mapping("martini3"))
    last, first = beads.positions[beads.names == "BB"][[-1, 0]]
    way = last - beads.positions.mean(0)
    second = beads.with_positions(beads.positions + last - first + 3.6 * way / np.linalg.norm(way))
    two = join([beads, second])
    n = len(beads.residues)
    numbers = np.arange(1, 2 * n + 1)
    two = replace(two, residues=replace(two.residues, numbers=numbers, chains=np.full(2 * n, "")))
    write_structure(tmp_path / "two.gro", two)
    rows = [
        f"{k + 1} P2 {r + 1} {beads.residues.names[r]} {name} {k + 1} 0.0"
        for k, (name, r) in enumerate(zip(beads.names, beads.residue_index, strict=True))
    ]
    text = ["[ moleculetype ]", "chain 1", "[ atoms ]", *rows, "[ molecules ]", "chain 2"]
    (tmp_path / "two.itp").write_text("\n".join(text))
    bonded = read_structure(tmp_path / "two.gro").residues.bonded_to_previous
    assert np.flatnonzero(~bonded).tolist() == [0, n]
