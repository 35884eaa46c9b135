import numpy as np
import pytest

from unbead.prepare.molecule import heavy_atoms
from unbead.prepare.protonation.states import pka_values, protonate, with_states
from unbead.prepare.termini import add_oxt

pytest.importorskip("propka")


@pytest.fixture
def acid_and_base(peptide):
    """One of each residue that titrates, between glycines."""
    return add_oxt(heavy_atoms(peptide("GLY", "ASP", "GLU", "HIS", "LYS", "CYS", "TYR", "ARG", "GLY")))


def test_pka_near_those_of_free_side_chains(acid_and_base):
    pka = pka_values(acid_and_base)
    np.testing.assert_allclose(pka[1:-1], [3.8, 4.5, 6.5, 10.5, 9.0, 10.0, 12.5], atol=2.5)
    assert np.isnan(pka[[0, -1]]).all()


@pytest.mark.parametrize(
    ("ph", "names"),
    [
        (0, "GLY ASH GLH HIP LYS CYS TYR ARG GLY"),
        (7.5, "GLY ASP GLU HIE LYS CYS TYR ARG GLY"),
        (14, "GLY ASP GLU HIE LYN CYM TYR ARG GLY"),
    ],
)
def test_states_follow_the_ph(acid_and_base, ph, names):
    chosen = protonate(acid_and_base, ph, "amber14")
    assert " ".join(chosen.names).replace("HID", "HIE") == names
    assert len(chosen.unavailable) == (2 if ph == 14 else 0)  # no template of TYR- and ARG0
    assert with_states(acid_and_base, chosen).residues.names.tolist() == chosen.names.tolist()


def test_names_that_tell_a_state_are_kept(peptide):
    atoms = add_oxt(heavy_atoms(peptide("GLY", "ASH", "GLH", "HID", "LYN", "HIP", "GLY")))
    assert protonate(atoms, 7.0, "amber14").names.tolist() == atoms.residues.names.tolist()


def test_ends_keep_what_amber_has(peptide):
    atoms = add_oxt(heavy_atoms(peptide("ASP", "GLY", "GLU")))
    chosen = protonate(atoms, 0.0, "amber14")
    assert chosen.names.tolist() == ["ASP", "GLY", "GLU"]
    assert [text.split(" pKa")[0] for text in chosen.unavailable] == ["ASP 1 (chain A)", "GLU 3 (chain A)"]
    assert protonate(atoms, 0.0, "charmm36").names.tolist() == ["ASH", "GLY", "GLH"]


def test_chains_and_caps_do_not_shift_the_count(peptide):
    atoms = heavy_atoms(peptide("ACE", "ALA", "GLU", "NME"))
    assert np.flatnonzero(np.isfinite(pka_values(atoms))).tolist() == [2]


def test_propka_sees_the_amino_acid_of_a_modified_residue(peptide, capsys):
    values = pka_values(add_oxt(heavy_atoms(peptide("GLY", "CYSP", "ASP", "SEP", "GLY"))))
    assert np.isfinite(values).tolist() == [False, True, True, False, False]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("ph", "count"), [(7.0, 0), (5.0, 2)])
def test_a_phosphate_that_should_have_a_proton_is_told(peptide, ph, count):
    atoms = add_oxt(heavy_atoms(peptide("SEP", "ALA", "PTR")))
    told = protonate(atoms, ph, "charmm36").unavailable
    assert len([text for text in told if "pKa 6.0" in text]) == count
