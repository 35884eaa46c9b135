"""Torsions against MDAnalysis."""

import MDAnalysis as mda
import numpy as np
from MDAnalysis.analysis.dihedrals import Ramachandran

from unbead.chem.amino import protein_slots
from unbead.validate.dihedrals import backbone_torsions, difference, side_chain_torsions


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


def test_differences_wrap():
    assert difference(np.array([179.0]), np.array([-179.0]))[0] == 2
