"""Amino acids of the user's own inside a chain."""

from dataclasses import replace

import numpy as np
import pytest

from tests.links import atom_of
from unbead.chem.angles import dihedral
from unbead.chem.templates import template
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure
from unbead.pipeline.user_molecules import UserMolecules

SITE = 19  # a proline of the crystal


def beads_with(crystal, name, site=SITE, drop=()):
    """Martini 3 beads of the crystal with one residue under another name."""
    here = crystal.residues.numbers[crystal.residue_index] == site
    beads = coarsen(crystal.select(~(here & np.isin(crystal.names, drop))), load_mapping("martini3"))
    names = beads.residues.names.copy()
    names[beads.residues.numbers == site] = name
    return replace(beads, residues=replace(beads.residues, names=names))


def mapping_file(folder, name, beads):
    lines = [f"  {atom}: {bead}" for bead, atoms in beads.items() for atom in atoms.split()]
    path = folder / f"{name}.yaml"
    path.write_text("\n".join([f"molecule: {name}", "atoms:", *lines, ""]))
    return path


OWN = {  # residue name: SMILES, beads, site whose beads it gets
    "HY1": ("O=C[C@@H]1C[C@@H](O)CN1", {"BB": "N CA C O", "SC1": "CB CG CD OD1"}, SITE),
    "HY2": ("OC(=O)[C@@H]1C[C@@H](O)CN1", {"BB": "N CA C O", "SC1": "CB CG CD OD1"}, SITE),
    "AI1": ("CC(C)(N)C=O", {"BB": "N CA C O CB1 CB2"}, 20),
    "NM1": ("C[C@@H](C(=O)O)NC", {"BB": "N CA C O CN", "SC1": "CB"}, 38),
}


@pytest.mark.parametrize("name", OWN)
def test_an_amino_acid_of_ones_own_is_a_link_of_the_chain(crystal, tmp_path, name):
    """It was laid as a molecule of its own, 2.8 Å from its neighbours."""
    smiles, of, site = OWN[name]
    write_structure(tmp_path / "beads.pdb", beads_with(crystal, name, site))
    given = UserMolecules({name: smiles}, [mapping_file(tmp_path, name, of)])
    result = backmap_structure(tmp_path / "beads.pdb", given=given)
    x = result.atoms.positions.astype(float)

    def at(number, atom):
        return x[atom_of(result.atoms, number, atom)]

    for before in (site - 1, site):
        assert np.linalg.norm(at(before, "C") - at(before + 1, "N")) == pytest.approx(1.33, abs=0.06)
        omega = dihedral(at(before, "CA"), at(before, "C"), at(before + 1, "N"), at(before + 1, "CA"))
        assert abs(omega) > 150
    assert np.linalg.norm(at(site, "C") - at(site, "O")) == pytest.approx(1.23, abs=0.04)
    here = result.atoms.residues.numbers[result.atoms.residue_index] == site
    assert "OXT" not in result.atoms.names[here]
    assert template(name).kind == "amino" and not result.summary["problems"]
    if "CB" in result.atoms.names[here]:
        arms = [at(site, atom) - at(site, "CA") for atom in ("N", "C", "CB")]
        assert np.dot(np.cross(arms[0], arms[1]), arms[2]) > 1.5  # L


def test_the_network_places_what_is_a_proline_with_an_atom_more(crystal, tmp_path):
    name = "HY3"
    write_structure(tmp_path / "beads.pdb", beads_with(crystal, name))
    given = UserMolecules({name: OWN["HY1"][0]}, [mapping_file(tmp_path, name, OWN["HY1"][1])])
    result = backmap_structure(tmp_path / "beads.pdb", given=given)
    assert template(name).parent == "PRO" and not result.summary["by_template"]
    for atom in ("N", "CA", "C", "O"):
        truth = crystal.positions[atom_of(crystal, SITE, atom)]
        assert np.linalg.norm(result.atoms.positions[atom_of(result.atoms, SITE, atom)] - truth) < 0.3
