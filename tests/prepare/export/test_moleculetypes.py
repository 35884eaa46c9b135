from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import NONE, molecules
from unbead.chem.particles import join
from unbead.errors import UnbeadError
from unbead.prepare.export.moleculetypes import sort_species
from unbead.prepare.molecule import heavy_atoms, with_bonds


def bonded(*parts):
    """Atoms of some systems with their bonds."""
    return with_bonds(heavy_atoms(join(parts)), NONE)


def test_species_and_counts(peptides):
    two = peptides(("ALA", "GLY"), ("SER",))
    species = sort_species(bonded(two, molecules("POPC", "POPC", "CHL1", "POPC", "HOH", "HOH", "NA")))
    assert species.names == ("Protein", "POPC", "CHL1", "SOL", "NA")
    expected = [("Protein", 1), ("POPC", 2), ("CHL1", 1), ("POPC", 1), ("SOL", 2), ("NA", 1)]
    assert list(species.counts) == expected
    assert np.flatnonzero(species.example).tolist() == [0, 1, 2, 3, 5, 7, 9]
    assert species.of_example.tolist() == [0, 0, 0, 1, 2, 3, 4]


def test_proteins_with_others_between_are_species_of_their_own(peptide):
    species = sort_species(bonded(peptide("ALA"), molecules("CHL1"), peptide("ALA")))
    assert [name for name, _ in species.counts] == ["Protein", "CHL1", "Protein_2"]


def test_bonds_across_other_molecules_are_refused(peptide):
    parts = bonded(peptide("CYX"), molecules("HOH"), peptide("CYX"))
    sulfur = np.flatnonzero(parts.atoms.names == "SG")
    joined = replace(parts, bonds=np.concatenate([parts.bonds, sulfur[None]]))
    with pytest.raises(UnbeadError, match=r"CYX 1 \(chain A\) and CYX 1 \(chain A\) are bonded"):
        sort_species(joined)
