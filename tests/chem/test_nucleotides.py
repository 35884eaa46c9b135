"""Templates of nucleotides."""

import numpy as np
import pytest

from tests.nucleic import strand
from unbead.chem.links import PHOSPHATE_LENGTH
from unbead.chem.naming import canonical_atom_name
from unbead.chem.templates import template

DNA, RNA = ("DA", "DC", "DG", "DT"), ("A", "C", "G", "U")
SIZES = {"DA": 21, "DC": 19, "DG": 22, "DT": 20, "A": 22, "C": 20, "G": 23, "U": 20}


@pytest.mark.parametrize("name", [*DNA, *RNA])
def test_atoms_centres_and_bases(name):
    t = template(name)
    assert t.kind == "nucleotide" and t.parent == name and t.n_heavy == SIZES[name]
    centres = {t.atoms[row[0]] for row in t.chiral}
    assert centres == {"C1'", "C3'", "C4'"} | ({"C2'"} if name in RNA else set())
    assert [t.atoms[row[0]] for row in t.prochiral] == ["P"]
    (base,) = t.planar
    assert "C1'" in {t.atoms[i] for i in base} and len(base) == SIZES[name] - 11 - (name in RNA) + 1
    x = t.coordinates[np.concatenate([t.chiral, t.prochiral])]
    volume = (np.cross(x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 0])).sum(1)
    assert (volume > 1.5).all()


@pytest.mark.parametrize("name", [*DNA, *RNA])
def test_sugars_are_d_and_bases_beta(name):
    """Seen from above the ring, O4' behind and C1' at the right: base and C4'–C5' point up, O3' down."""
    t = template(name)
    at = {atom: t.coordinates[t.index(atom)] for atom in t.atoms}
    up = np.cross(at["C1'"] - at["O4'"], at["C4'"] - at["O4'"])  # clockwise from C1' to C4' as seen from above
    base = at["N9"] if "N9" in at else at["N1"]
    assert (base - at["C1'"]) @ up * ((at["C5'"] - at["C4'"]) @ up) > 0
    assert (at["O3'"] - at["C3'"]) @ up * ((at["C5'"] - at["C4'"]) @ up) < 0


@pytest.mark.parametrize("name", [*DNA, *RNA])
def test_the_residue_at_the_end_lacks_the_phosphate_only(name):
    t, end = template(name), template(f"{name}5")
    assert end.parent == name and end.screw == t.screw
    assert set(t.atoms) - set(end.atoms) == {"P", "OP1", "OP2"} and end.n_heavy == t.n_heavy - 3
    assert [end.atoms[i] for i in end.bonds[0]] != [] and end.bonds.max() < len(end.atoms)
    assert len(end.chiral) == len(t.chiral) and len(end.planar) == 1


@pytest.mark.parametrize(
    ("alias", "name"),
    [("DA3", "DA"), ("DC5", "DC5"), ("RU", "U"), ("RG5", "G5"), ("A3", "A"), ("ADE", "A"), ("THY", "DT"), ("dt", "DT")],
)
def test_names_of_force_fields(alias, name):
    assert template(alias) is template(name)


@pytest.mark.parametrize(
    ("residue", "atom", "name"),
    [("DA", "O1P", "OP1"), ("DT", "C5M", "C7"), ("U", "C4*", "C4'"), ("DG", "H2'1", "H2'"), ("G", "N2", "N2")],
)
def test_old_atom_names(residue, atom, name):
    assert canonical_atom_name(residue, atom) == name


@pytest.mark.parametrize("names", [["DA5", "DT", "DG", "DC"], ["G5", "A", "U", "C"]])
def test_residues_of_the_helix_meet(names):
    atoms = strand(names)
    last = atoms.positions[atoms.names == "O3'"][:-1]
    phosphorus = atoms.positions[atoms.names == "P"]
    assert np.abs(np.linalg.norm(last - phosphorus, axis=1) - PHOSPHATE_LENGTH).max() < 0.6
