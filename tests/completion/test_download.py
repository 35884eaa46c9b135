"""What is taken of files from elsewhere."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from tests.nucleic import strand
from tests.prepare import conftest as finishing
from tests.prepare.conftest import molecules
from unbead.chem.particles import join
from unbead.completion.download import name_deoxy, take
from unbead.errors import UnbeadError
from unbead.prepare.finish import FinishOptions, finish

full_box, chain_of = finishing.patch, finishing.peptide  # fixtures
LIGAND = make_particles(["C1", "C2"], ["LIG"] * 2, [900] * 2, [[50, 50, 50], [51.5, 50, 50]], elements=["C", "C"])


def renamed(atoms, new, old=None):
    """The same atoms under other residue names."""
    names = atoms.residues.names
    table = np.where(names == old, new, names) if old else np.full(len(names), new)
    return replace(atoms, residues=replace(atoms.residues, names=table))


@pytest.fixture
def downloaded(crystal):
    """The crystal with two waters, an ion and sulfate."""
    water, ion = renamed(molecules("HOH", "HOH"), "WAT"), molecules("ZN")
    sulfate = make_particles(["S", "O1", "O2", "O3", "O4"], ["SO4"] * 5, [700] * 5, 60 + 1.4 * np.eye(5, 3),
                             elements=["S", "O", "O", "O", "O"])  # fmt: skip
    away = [part.with_positions(part.positions + 30 + 15 * k) for k, part in enumerate((water, ion, sulfate))]
    return join([crystal, *away])


def test_water_ions_and_buffer_are_left_out_with_a_line(downloaded, crystal):
    taken = take(downloaded)
    assert taken.atoms.names.tolist() == crystal.names.tolist() and taken.skipped == ()
    (note,) = taken.notes
    assert all(part in note for part in ("2 water", "ZN 1", "SO4 1", "--keep-water", "--keep-ions"))


def test_they_are_kept_on_request_under_the_names_of_templates(downloaded, crystal):
    taken = take(downloaded, ("water", "ions"))
    assert taken.atoms.residues.names[-3:].tolist() == ["HOH", "HOH", "ZN"]
    assert len(taken.atoms) == len(crystal) + 3
    with pytest.raises(UnbeadError, match="SO4 700.*--skip-unknown"):
        take(downloaded, ("water", "ions", "buffer"))


def test_a_box_full_of_water_keeps_it_unless_asked(full_box):
    inside = take(full_box)
    names = inside.atoms.residues.names
    assert inside.notes == () and (names == "HOH").sum() > 500 and {"NA", "CL"} <= set(names)
    dry = take(full_box, drop_water=True)
    assert set(dry.atoms.residues.names) == {"POPC", "CHL1", "NA", "CL"} and "water" in dry.notes[0]


def test_virtual_sites_and_hydrogens_of_water_go(crystal):
    names = ["OW", "HW1", "HW2", "MW"]
    water = make_particles(names, ["SOL"] * 4, [800] * 4, 40 + np.eye(4, 3), elements=["O", "H", "H", ""])
    taken = take(join([crystal, water]), ("water",))
    assert len(taken.atoms) == len(crystal) + 1 and taken.atoms.names[-1] == "O"


def test_what_nobody_knows_is_refused_or_left_out_by_name(crystal):
    both = join([crystal, LIGAND])
    with pytest.raises(UnbeadError, match="LIG 900.*no template.*--skip-unknown"):
        take(both)
    taken = take(both, skip_unknown=True)
    assert taken.atoms.names.tolist() == crystal.names.tolist()
    assert len(taken.skipped) == 1 and "LIG 900" in taken.skipped[0]
    with pytest.raises(UnbeadError, match="no residue is left"):
        take(LIGAND, skip_unknown=True)


def test_residues_with_strange_atoms_are_refused_or_left_out(crystal):
    odd = crystal.names.copy()
    odd[crystal.residue_index == 9] = ["N", "CA", "C", "O", "CB", "CG", "CD", "NE", "CZ", "NH1", "XX"]
    strange = replace(crystal, names=odd)
    with pytest.raises(UnbeadError, match=r"ARG 10 .*atom XX is not an atom of ARG.*--skip-unknown"):
        take(strange)
    taken = take(strange, skip_unknown=True)
    assert len(taken.skipped) == 1 and len(taken.atoms.residues) == len(crystal.residues) - 1
    assert not taken.atoms.residues.bonded_to_previous[9]


def test_many_alike_are_counted(crystal):
    odd = np.where(crystal.names == "CB", "CX", crystal.names)
    with pytest.raises(UnbeadError, match=r"more like it\)"):
        take(replace(crystal, names=odd))


def test_side_chains_are_completed_with_a_line(crystal):
    gone = (crystal.residue_index == 9) & np.isin(crystal.names, ["NE", "CZ", "NH1", "NH2"])
    taken = take(crystal.select(~gone))
    assert taken.skipped == () and "ARG 10" in taken.notes[0] and "CZ" in taken.notes[0]
    assert len(taken.atoms) == len(crystal)
    done = finish(taken.atoms, FinishOptions())
    mine = done.atoms.residue_index == 9
    x = dict(zip(done.atoms.names[mine].tolist(), done.atoms.positions[mine], strict=True))
    assert np.linalg.norm(x["CZ"] - x["NE"]) == pytest.approx(1.33, abs=0.1)
    assert done.summary["problems"] == {}


def test_selenomethionine_becomes_methionine_on_request(chain_of):
    atoms = chain_of("ALA", "MSE", "ALA")
    assert take(atoms).atoms.residues.names.tolist() == ["ALA", "MSE", "ALA"]
    taken = take(atoms, mse_to_met=True)
    assert taken.atoms.residues.names.tolist() == ["ALA", "MET", "ALA"]
    assert "SD" in taken.atoms.names and "SE" not in taken.atoms.names and "Se" not in taken.atoms.elements
    assert taken.notes == ("selenomethionine × 1 became methionine",)
    assert len(finish(taken.atoms, FinishOptions()).atoms) == len(atoms) + 1


def test_the_force_field_names_the_way_to_methionine(chain_of):
    pytest.importorskip("openmm")
    with pytest.raises(UnbeadError, match="MSE 2.*--mse-to-met"):
        finish(chain_of("ALA", "MSE", "ALA"), FinishOptions(hydrogens=True))
    with pytest.raises(UnbeadError, match="SEP 2.*--forcefield charmm36"):
        finish(chain_of("ALA", "SEP", "ALA"), FinishOptions(hydrogens=True))


@pytest.mark.parametrize(("names", "old"), [(["DA5", "DC"], ["ADE", "CYT"]), (["DG5", "DT"], ["G", "THY"])])
def test_dna_under_names_of_rna(names, old):
    atoms = strand(names)
    called = replace(atoms, residues=replace(atoms.residues, names=np.array(old)))
    assert name_deoxy(called).residues.names.tolist() in (["DA", "DC"], ["DG", "DT"], ["DG", "THY"])
    assert len(take(called).atoms) == len(atoms)
    rna = strand(["A5", "C"])
    assert name_deoxy(rna).residues.names.tolist() == rna.residues.names.tolist()
