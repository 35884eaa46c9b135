"""Ends of nucleic acids, and atoms of the residue before."""

import numpy as np
import pytest

from tests.helpers import make_particles
from tests.nucleic import strand
from unbead.chem.templates import template
from unbead.mapping.assemble import assemble, restrict
from unbead.mapping.coarsen import coarsen, partly_missing
from unbead.mapping.ends import name_ends_of_atoms, name_ends_of_beads, previous_atoms
from unbead.mapping.fit import fit_residues
from unbead.mapping.mapping import load_mapping
from unbead.mapping.operator import apply

SEQUENCE = ["DC5", "DG", "DA", "DT"]


@pytest.mark.parametrize(
    ("mapping", "names"),
    [(name, SEQUENCE) for name in ("martini2", "residue-com", "ca")]
    + [(name, list("GAUC")) for name in ("martini2", "ca")],
)
def test_atoms_come_back_from_beads_of_a_strand(mapping, names):
    atoms = strand(names)
    chosen = load_mapping(mapping)
    beads = coarsen(atoms, chosen)
    a = assemble(beads, chosen)
    assert a.atoms.names.tolist() == atoms.names.tolist()
    assert a.atoms.residues.names.tolist() == atoms.residues.names.tolist()  # without the 5
    assert np.allclose(apply(a.operator, atoms.positions), beads.positions, atol=1e-3)
    assert len(a.bonds) == sum(len(b) for b in _bonds(a)) + 3


def _bonds(a):
    for name in a.template_names:
        known = template(str(name))
        yield known.bonds[(known.bonds < known.n_heavy).all(1)]


def test_the_phosphate_bead_holds_an_oxygen_of_the_residue_before():
    atoms = strand(SEQUENCE)
    beads = coarsen(atoms, load_mapping("martini2"))
    assert beads.names[:3].tolist() == ["BB2", "BB3", "SC1"]
    own = np.isin(atoms.names, ["P", "OP1", "OP2", "O5'"]) & (atoms.residue_index == 1)
    before = (atoms.names == "O3'") & (atoms.residue_index == 0)
    mass = np.where(atoms.names == "P", 30.974, 15.999)[own | before]
    centre = mass @ atoms.positions[own | before] / mass.sum()
    assert np.allclose(beads.positions[(beads.names == "BB1")][0], centre, atol=1e-3)
    a = assemble(beads, load_mapping("martini2"))
    assert restrict(a, np.array([False, True, True, True])).operator.atom.min() >= 0


def test_only_the_first_residue_of_a_chain_may_lack_its_phosphate():
    atoms = strand(SEQUENCE)
    assert name_ends_of_atoms(atoms).residues.names.tolist() == ["DC5", "DG", "DA", "DT"]
    whole = strand(["DC", "DG"])
    assert name_ends_of_atoms(whole) is whole
    beads = coarsen(atoms, load_mapping("martini2"))
    assert name_ends_of_beads(beads, load_mapping("martini2")).residues.names.tolist() == ["DC5", "DG", "DA", "DT"]
    torn = beads.select(~((beads.names == "BB1") & (beads.residue_index == 2)))
    fit = fit_residues(name_ends_of_beads(torn, load_mapping("martini2")), load_mapping("martini2"))
    assert [kind.name for kind in fit.kinds if kind.missing == ("BB1",)] == ["DA"]


def test_one_bead_at_the_end_stands_for_no_phosphate():
    beads = make_particles(["CM"] * 2, ["U", "A"], [1, 2])
    assert name_ends_of_beads(beads, load_mapping("residue-com")).residues.names.tolist() == ["U5", "A"]
    beads = make_particles(["P"] * 2, ["U", "A"], [1, 2])
    assert name_ends_of_beads(beads, load_mapping("ca")).residues.names.tolist() == ["U", "A"]
    assert name_ends_of_beads(make_particles(["BB"], ["GLY"], [1]), load_mapping("martini3")).residues.names[0] == "GLY"


def test_previous_atoms_are_those_over_bonds():
    atoms = strand(["DC", "DG", "DA"])
    residue, atom, name = previous_atoms(atoms, {"DG": ["O3'"], "DA": ["O3'", "P"], "DC": ["O3'"]})
    assert sorted(zip(residue.tolist(), name.tolist(), strict=True)) == [(1, "O3'"), (2, "O3'"), (2, "P")]
    assert (atoms.residue_index[atom] == residue - 1).all() and (atoms.names[atom] == name).all()


def test_ends_do_not_lack_atoms():
    assert partly_missing(strand(SEQUENCE), load_mapping("martini2")) == []
    atoms = strand(SEQUENCE)
    assert partly_missing(atoms.select(atoms.names != "N6"), load_mapping("martini2")) == ["DA 3 (chain A)"]
