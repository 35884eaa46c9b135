from dataclasses import replace

import numpy as np
import pytest

from unbead.prepare.export.openmm_topology import label_group, residue_groups, to_topology, unique_names
from unbead.prepare.molecule import with_bonds

pytest.importorskip("openmm")


def test_atoms_keep_their_order(heavy):
    topology = to_topology(heavy, "amber14")
    assert [atom.name for atom in topology.atoms()] == heavy.atoms.names.tolist()
    assert topology.getNumBonds() == len(heavy.bonds)
    assert [residue.id for residue in topology.residues()] == [str(n) for n in heavy.atoms.residues.numbers]


def test_a_break_makes_a_chain(heavy):
    residues = heavy.atoms.residues
    cut = residues.bonded_to_previous & (np.arange(len(residues)) != 20)
    broken = with_bonds(replace(heavy.atoms, residues=replace(residues, bonded_to_previous=cut)), heavy.disulfides)
    assert [len(list(chain.residues())) for chain in to_topology(broken, "amber14").chains()] == [20, 26]


def test_caps_belong_to_their_neighbour_in_charmm(molecule_of):
    molecule = molecule_of("ACE", "ALA", "SER", "NME")
    assert residue_groups(molecule.atoms, "amber14").tolist() == [0, 1, 2, 3]
    groups = residue_groups(molecule.atoms, "charmm36")
    assert groups.tolist() == [0, 0, 1, 1]
    assert label_group(molecule.atoms, "charmm36", 1) == "SER 3 (chain A) + NME 4 (chain A)"
    names = unique_names(molecule.atoms, groups)
    assert names[:4] == ["ACE.C", "ACE.O", "ACE.CH3", "N"]
    keys = list(zip(groups[molecule.atoms.residue_index].tolist(), names, strict=True))
    assert len(set(keys)) == len(keys)
