"""D-amino acids."""

from dataclasses import replace

import numpy as np
import pytest

from tests.links import atom_of
from unbead.chem.templates import is_d_residue, template
from unbead.errors import UnbeadError
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.handedness import name_d_residues
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure
from unbead.pipeline.user_molecules import UserMolecules
from unbead.validate.check import check_model


@pytest.fixture(scope="module")
def eight(crystal):
    """The first eight residues of the crystal."""
    return crystal.select_residues(np.arange(len(crystal.residues)) < 8)


def mirrored(atoms):
    return atoms.with_positions(atoms.positions * np.array([-1, 1, 1], np.float32))


def test_templates_are_mirror_images():
    left, right = template("THR"), template("DTH")
    assert right is template("DTHR") and right.parent == "THR" and is_d_residue("DTHR") and not is_d_residue("THR")
    for known in (left, right):
        for row in known.chiral:
            x = known.coordinates[row]
            assert np.dot(np.cross(x[1] - x[0], x[2] - x[0]), x[3] - x[0]) > 0
    assert np.allclose(left.coordinates, -right.coordinates)


@pytest.mark.parametrize("mapping", ["martini3", "ca"])
def test_a_mirrored_peptide_comes_out_as_the_mirror_image(crystal, tmp_path, mapping):
    """Networks make L-amino acids of any beads."""
    for name, atoms in (("l", crystal), ("d", mirrored(crystal))):
        write_structure(tmp_path / f"{name}.pdb", coarsen(atoms, load_mapping(mapping)))
    left = backmap_structure(tmp_path / "l.pdb")
    right = backmap_structure(tmp_path / "d.pdb", given=UserMolecules(d_residues="all"))
    away = np.linalg.norm(left.atoms.positions - mirrored(right.atoms).positions, axis=1)
    assert np.sqrt((away**2).mean()) < {"martini3": 0.05, "ca": 0.3}[mapping]  # planes and rotamers of D stay
    assert set(right.atoms.residues.names) <= {"GLY", *(n for n in right.atoms.residues.names if is_d_residue(n))}
    assert right.summary["problems"] == left.summary["problems"]
    judged = check_model(right.atoms)
    assert judged.numbers["d_centres"] == 0 == judged.numbers["wrong_cb"]
    assert judged.numbers["ramachandran_outliers_percent"] < 10


def test_one_d_residue_among_others(eight, tmp_path):
    beads = coarsen(eight, load_mapping("martini3"))
    write_structure(tmp_path / "beads.pdb", beads)
    result = backmap_structure(tmp_path / "beads.pdb", given=UserMolecules(d_residues="6"))
    assert result.atoms.residues.names.tolist()[5] == "DSN"
    for number, sign in ((4, 1), (6, -1), (7, 1)):
        n, ca, c, cb = (result.atoms.positions[atom_of(result.atoms, number, a)] for a in ("N", "CA", "C", "CB"))
        assert sign * np.dot(np.cross(n - ca, c - ca), cb - ca) > 1.0
    assert "wrong chirality" not in result.summary["problems"]


def test_what_is_no_amino_acid_is_refused(eight):
    beads = coarsen(eight, load_mapping("martini3"))
    names = replace(beads.residues, names=np.where(beads.residues.numbers == 2, "LIG", beads.residues.names))
    for text, what in (("B:3", "no such residue"), ("x", "write all"), ("1-2", "none of the amino acids")):
        with pytest.raises(UnbeadError, match=what):
            name_d_residues(replace(beads, residues=names), text)
    assert name_d_residues(replace(beads, residues=names), "all").residues.names[1] == "LIG"
