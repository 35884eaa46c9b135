"""Torsions against MDAnalysis."""

import gemmi
import MDAnalysis as mda
import numpy as np
from MDAnalysis.analysis.dihedrals import Ramachandran

from unbead.chem.amino import protein_slots
from unbead.validate.checks.dihedrals import backbone_torsions, difference, side_chain_torsions


def test_phi_and_psi_as_mdanalysis(crystal_path, crystal):
    universe = mda.Universe(str(crystal_path))
    expected = Ramachandran(universe.residues[1:-1].atoms).run().results.angles[0]
    phi, psi, omega = backbone_torsions(protein_slots(crystal))
    assert np.allclose(difference(phi[1:-1], expected[:, 0]), 0, atol=0.1)
    assert np.allclose(difference(psi[1:-1], expected[:, 1]), 0, atol=0.1)
    assert np.nanmin(np.abs(omega)) > 150 and np.isnan(phi[0]) and np.isnan(psi[-1])


def test_chi1_as_mdanalysis(crystal_path, crystal):
    universe = mda.Universe(str(crystal_path))
    chi1, chi2 = side_chain_torsions(protein_slots(crystal))[:, :2].T
    for i, residue in enumerate(universe.residues):
        selection = residue.chi1_selection()
        if residue.resname in ("ALA", "GLY", "PRO"):
            assert np.isnan(chi1[i])
        else:
            assert difference(chi1[i], selection.dihedral.value()) < 0.1
    assert np.isfinite(chi2[crystal.residues.names == "ARG"]).all()


def test_phi_and_psi_as_gemmi(crystal_path, crystal):
    chain = list(gemmi.read_structure(str(crystal_path))[0][0])
    expected = np.degrees([gemmi.calculate_phi_psi(*three) for three in zip(chain, chain[1:], chain[2:], strict=False)])
    phi, psi, _ = backbone_torsions(protein_slots(crystal))
    assert difference(np.stack([phi, psi], 1)[1:-1], expected).max() < 0.1


def test_all_side_chain_torsions_as_mdanalysis(crystal_path, crystal):
    chi = side_chain_torsions(protein_slots(crystal))
    names = {"ARG": "CA CB CG CD NE CZ", "GLU": "CA CB CG CD OE1", "ILE": "CA CB CG1 CD1", "TYR": "CA CB CG CD1"}
    residues = mda.Universe(str(crystal_path)).residues
    looked_at = 0
    for i, residue in enumerate(residues):
        chain = names.get(residue.resname, "").split()
        for k in range(len(chain) - 3):
            group = sum(residue.atoms.select_atoms(f"name {name}") for name in chain[k : k + 4])
            assert difference(chi[i, k + 1], group.dihedral.value()) < 0.1
            looked_at += 1
    assert looked_at > 10


def test_differences_wrap():
    assert difference(np.array([179.0]), np.array([-179.0]))[0] == 2
