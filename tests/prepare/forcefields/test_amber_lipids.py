from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import molecules
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.forcefields.amber_lipids import amber_split, split_lipids

SPLITS = {
    "POPC": ("PA", "PC", "OL"), "POPG": ("PA", "PGR", "OL"), "POPS": ("PA", "PS", "OL"), "POPA": ("PA", "PH-", "OL"),
    "DLPE": ("LAL", "PE", "LAL"), "SDPE": ("ST", "PE", "DHA"), "SAPC": ("ST", "PC", "AR"), "DMPC": ("MY", "PC", "MY"),
    "PLPC": ("PA", "PC", "LEO"), "PSM": ("PA", "SM", "SA"), "CHL1": ("CHL",),
}  # fmt: skip


@pytest.mark.parametrize("name", SPLITS)
def test_heads_and_tails(name):
    split = amber_split(name)
    assert split.residues == SPLITS[name]
    assert set(split.names) == set(template(name).atoms)
    assert len(set(split.names.values())) == len(split.names)
    elements = dict(zip(template(name).atoms, template(name).elements, strict=True))
    assert all(new[0] == elements[old] for old, (_, new) in split.names.items())
    bonds = [[split.names[template(name).atoms[i]][0] for i in bond] for bond in template(name).bonds]
    between = [tuple(sorted(pair)) for pair in bonds if pair[0] != pair[1]]
    assert sorted(between) == ([(0, 1), (1, 2)] if len(split.residues) == 3 else [])


def test_some_names():
    names = amber_split("POPC").names
    assert names["C22"] == (2, "C12") and names["H101"] == (2, "H10R") and names["H16Z"] == (0, "H16T")
    assert names["H13C"] == (1, "H3C") and names["O32"] == (1, "O12") and names["HS"] == (1, "HX")
    assert amber_split("PSM").names["HO3"] == (1, "H22")
    assert amber_split("CHL1").names["H3'"] == (0, "HO1") and amber_split("CHL1").names["H18C"] == (0, "H183")


def test_lipids_are_split_and_others_are_not(tmp_path):
    atoms = molecules("POPC", "HOH", "CHL1", "NA", "DLPE")
    done = finish(atoms, FinishOptions(naming="amber", hydrogens=True)).atoms
    assert done.residues.names.tolist() == ["PA", "PC", "OL", "SOL", "CHL", "NA", "LAL", "PE", "LAL"]
    assert done.residues.numbers.tolist() == [1, 1, 1, 2, 3, 4, 5, 5, 5]
    assert done.residues.bonded_to_previous.tolist() == [False, True, True, False, False, False, False, True, True]
    assert (np.diff(done.residue_index) >= 0).all()
    write_structure(tmp_path / "out.pdb", done)
    ends = [i for i, line in enumerate((tmp_path / "out.pdb").read_text().splitlines()) if line.startswith("TER")]
    assert len(ends) == 2
    assert len(read_structure(tmp_path / "out.pdb")) == len(done)


def test_atoms_stay_where_they_are():
    atoms = molecules("CHL1", "POPG")
    done = split_lipids(atoms)
    before, after = (sorted(map(tuple, p.positions.tolist())) for p in (atoms, done))
    assert before == after
    names = amber_split("POPG").names
    row = int(np.flatnonzero(atoms.names == "OC3")[0])
    moved = int(np.flatnonzero((done.positions == atoms.positions[row]).all(1))[0])
    assert done.names[moved] == names["OC3"][1] == "O36"


def test_lipids_without_names_are_refused():
    with pytest.raises(UnbeadError, match=r"SAPI24 2: Amber has no names .*charmm"):
        split_lipids(molecules("POPC", "SAPI24"))


def test_proteins_are_left_alone(crystal):
    assert replace(split_lipids(crystal)).names.tolist() == crystal.names.tolist()
