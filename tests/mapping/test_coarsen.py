"""Beads of atoms."""

import re

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import coarsen, partly_missing
from unbead.mapping.mapping import load_mapping


def test_ca_beads_are_the_ca_atoms(crystal):
    beads = coarsen(crystal, load_mapping("ca"))
    assert np.array_equal(beads.positions, crystal.positions[crystal.names == "CA"])
    assert len(beads.residues) == len(crystal.residues)


def test_centre_of_mass_against_mdanalysis(crystal_path, crystal):
    mda = pytest.importorskip("MDAnalysis")
    universe = mda.Universe(str(crystal_path))
    beads = coarsen(crystal, load_mapping("martini3"))
    expected = [r.atoms.select_atoms("name N CA C O").center_of_mass() for r in universe.residues]
    assert np.allclose(beads.positions[beads.names == "BB"], expected, atol=2e-3)


SIDE_CHAINS = {  # shares as in the force fields' publications: an atom named twice counts twice
    ("martini3", "LEU"): ["CB CG CD1 CD2"],
    ("martini3", "LYS"): ["CB CG CD", "CE NZ"],
    ("martini3", "ARG"): ["CB CG CD", "NE CZ NH1 NH2"],
    ("martini3", "HIS"): ["CB CG", "CD2 NE2", "ND1 CE1"],
    ("martini3", "PHE"): ["3CB 3CG CD1 CD2", "4CD1 6CE1 3CZ", "4CD2 6CE2 3CZ"],
    ("martini3", "TYR"): ["CB CG", "CD1 CE1", "CD2 CE2", "CZ OH"],
    ("martini3", "TRP"): ["CB CG", "CD1 NE1", "CE2 CD2", "CE3 CZ3", "CZ2 CH2"],
    ("martini2", "PHE"): ["CB CG CD1", "CD2 CE2", "CE1 CZ"],
    ("martini2", "TYR"): ["CB CG CD1", "CD2 CE2", "CE1 CZ OH"],
    ("martini2", "TRP"): ["CB CG CD2", "CD1 NE1 CE2", "CE3 CZ3", "CZ2 CH2"],
}


@pytest.mark.parametrize(("mapping", "residue"), SIDE_CHAINS)
def test_side_chain_beads_are_those_of_the_force_field(rng, mapping, residue):
    names = list(template(residue).atoms[: template(residue).n_heavy])
    x = rng.normal(0, 3, (len(names), 3)).astype(np.float32)
    atoms = make_particles(names, [residue] * len(names), [1] * len(names), x)
    expected = []
    for bead in SIDE_CHAINS[mapping, residue]:
        parts = [re.fullmatch(r"(\d?)(\w+)", word).groups() for word in bead.split()]
        weights = [int(share or 1) * {"C": 12.011, "N": 14.007, "O": 15.999}[atom[0]] for share, atom in parts]
        expected.append(np.average([x[names.index(atom)] for _, atom in parts], axis=0, weights=weights))
    assert np.allclose(coarsen(atoms, load_mapping(mapping)).positions[1:], expected, atol=1e-5)


def test_terminal_oxygen_counts_as_martinize2_has_it():
    x = np.eye(5, 3) * 10
    atoms = make_particles(["N", "CA", "C", "O", "OXT"], ["GLY"] * 5, [1] * 5, x)
    mass = np.array([14.007, 12.011, 12.011, 15.999, 15.999])
    assert np.allclose(coarsen(atoms, load_mapping("martini3")).positions, mass @ x / mass.sum(), atol=1e-4)


def test_other_names_of_a_molecule_without_a_template(tmp_path):
    (tmp_path / "lig.yaml").write_text("molecule: LIG\ncenter: geometry\natoms:\n  C1,CX: A\n  C2: A\n")
    atoms = make_particles(["CX", "C2"], ["LIG"] * 2, [1, 1], [[2, 0, 0], [4, 0, 0]])
    assert coarsen(atoms, load_mapping(tmp_path)).positions.tolist() == [[3, 0, 0]]


def test_turns_with_the_atoms_and_ignores_hydrogens(crystal, rotation):
    mapping = load_mapping("martini3")
    beads = coarsen(crystal, mapping)
    turned = coarsen(crystal.with_positions(crystal.positions @ rotation.T), mapping)
    assert np.allclose(beads.positions @ rotation.T, turned.positions, atol=1e-4)
    with_h = make_particles(["N", "H", "CA", "HA2", "C", "O"], ["GLY"] * 6, [1] * 6, np.eye(6, 3) * 9)
    without = with_h.select(np.array([True, False, True, False, True, True]))
    assert np.allclose(coarsen(with_h, mapping).positions, coarsen(without, mapping).positions)


def test_caps_are_left_out_and_unknown_residues_named():
    mapping = load_mapping("martini3")
    capped = make_particles(["CH3", "C", "O", "N", "CA", "C", "O"], ["ACE"] * 3 + ["GLY"] * 4, [0] * 3 + [1] * 4)
    beads = coarsen(capped, mapping)
    assert beads.residues.names.tolist() == ["GLY"]
    with pytest.raises(UnbeadError, match=r"XYZ \(1\).*mapping check"):
        coarsen(make_particles(["P"], ["XYZ"], [1]), mapping)
    with pytest.raises(UnbeadError, match=r"PHE 3 .*bead SC1"):
        coarsen(make_particles(["N", "CA", "C", "O"], ["PHE"] * 4, [3] * 4), mapping)


def test_residues_that_lack_atoms_are_named(crystal):
    mapping = load_mapping("martini3")
    assert partly_missing(crystal, mapping) == []
    first = int(np.flatnonzero(crystal.residues.names == "ARG")[0])
    lost = (crystal.names == "CG") & (crystal.residue_index == first)
    assert partly_missing(crystal.select(~lost), mapping) == [crystal.residues.label(first)]
