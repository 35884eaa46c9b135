"""Structures from one bead per residue, wherever the bead stands."""

from dataclasses import replace

import numpy as np
import pytest

from tests.nucleic import strand
from unbead.chem.particles import join
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure


def built(beads, tmp_path, **options):
    path = tmp_path / "beads.pdb"
    write_structure(path, beads)
    return backmap_structure(path, device="cpu", **options)


def deviation(atoms, truth):
    """Root mean square in Å over backbone atoms, which no symmetry renames."""
    chosen = [np.isin(x.names, ["N", "CA", "C", "O", "P", "C4'"]) for x in (atoms, truth)]
    return float(np.sqrt(((atoms.positions[chosen[0]] - truth.positions[chosen[1]]) ** 2).sum(1).mean()))


def test_centres_of_mass_called_ca_give_the_structure(crystal, beads_of, tmp_path):
    """CALVADOS with ``use_com``: read as Cα, the backbone was 1.1 Å off and the chain broke."""
    beads = beads_of("ca").with_positions(beads_of("residue-com").positions)
    result = built(beads, tmp_path)
    assert result.summary["mapping"] == "residue-com"
    assert "centre of mass" in result.summary["taken"][0]
    assert not result.summary["doubts"]
    assert not any("broken" in fault for fault in result.summary["problems"])
    assert deviation(result.atoms, crystal) < 0.6


def test_domains_at_centres_of_mass_with_a_linker_at_ca(crystal, beads_of, tmp_path):
    row = np.arange(len(beads_of("ca")))
    linker = (row >= 16) & (row < 30)
    x = np.where(linker[:, None], beads_of("ca").positions, beads_of("residue-com").positions)
    result = built(beads_of("ca").with_positions(x), tmp_path)
    assert result.summary["mapping"] == "ca+residue-com"
    assert deviation(result.atoms, crystal) < 0.8


def test_elnedyn_is_built_as_such(crystal, beads_of, tmp_path):
    result = built(beads_of("elnedyn"), tmp_path)
    assert result.summary["mapping"] == "elnedyn"
    assert deviation(result.atoms, crystal) < 0.35
    wrong = built(beads_of("elnedyn"), tmp_path, mapping="martini2")
    assert "--mapping elnedyn" in wrong.summary["doubts"][0]
    assert deviation(wrong.atoms, crystal) > 0.35


def test_protein_at_ca_with_a_strand_at_centres_of_mass(crystal, beads_of, tmp_path):
    atoms = strand("DC DG DA DT DC DG DA DT".split(), chain="B")
    away = atoms.with_positions(atoms.positions + [60, 0, 0])
    beads = join([beads_of("ca"), coarsen(away, load_mapping("residue-com"))])
    result = built(beads, tmp_path)
    assert result.summary["mapping"] == "ca+residue-com"
    strand_atoms = result.atoms.select(result.atoms.residues.chains[result.atoms.residue_index] == "B")
    assert {"P", "C4'", "N1"} <= set(strand_atoms.names.tolist())
    protein = result.atoms.select(result.atoms.residues.chains[result.atoms.residue_index] != "B")
    assert deviation(protein, crystal) < 0.8


@pytest.mark.parametrize("mapping", [None, "residue-com"])
def test_the_only_bead_is_taken_whatever_its_name(beads_of, tmp_path, mapping):
    beads = beads_of("residue-com")
    named = replace(beads, names=np.full(len(beads), "X"))
    assert built(named, tmp_path, mapping=mapping).summary["mapping"] == "residue-com"
