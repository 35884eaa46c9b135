import pytest

from tests.prepare.conftest import bonded
from tests.prepare.gmx import gmx, needs_gmx
from unbead.io.write import write_structure
from unbead.prepare.export.naming import rename
from unbead.prepare.protonation.hydrogens import add_hydrogens

pytest.importorskip("openmm")
PORTS = [("amber14", "amber", "amber99sb-ildn"), ("charmm36", "charmm", "charmm27")]
CAPPED = {"amber": [["ACE", "ALA", "NME"]], "charmm": []}  # there pdb2gmx asks for the ends: -ter, None
STATES = "GLY HID HIE HIP ASH GLH LYN ALA ARG ASN ASP CYS GLN GLU ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL".split()


@needs_gmx
@pytest.mark.parametrize(("forcefield", "naming", "port"), PORTS)
@pytest.mark.parametrize("hydrogens", [True, False])
def test_every_state_and_end_is_read(peptides, tmp_path, forcefield, naming, port, hydrogens):
    molecule = bonded(peptides(STATES, ["PRO", "ALA"], ["SER", "ILE"], *CAPPED[naming]))
    if hydrogens:
        molecule = add_hydrogens(molecule, forcefield)
    named = rename(molecule, naming)
    write_structure(tmp_path / "named.pdb", named)
    gmx(tmp_path, "pdb2gmx", "-f", "named.pdb", "-ff", port, "-water", "none", "-merge", "all")
    total = molecule if hydrogens else add_hydrogens(molecule, forcefield)
    assert int((tmp_path / "conf.gro").read_text().splitlines()[1]) == len(total.atoms)


@needs_gmx
@pytest.mark.parametrize(("forcefield", "naming", "port"), PORTS)
def test_disulfides_are_bonded(heavy, tmp_path, forcefield, naming, port):
    full = add_hydrogens(heavy, forcefield)
    write_structure(tmp_path / "named.pdb", rename(full, naming))
    said = gmx(tmp_path, "pdb2gmx", "-f", "named.pdb", "-ff", port, "-water", "none")
    assert said.count("Linking CYS2") == 3
    assert int((tmp_path / "conf.gro").read_text().splitlines()[1]) == len(full.atoms)


@needs_gmx
@pytest.mark.parametrize(("forcefield", "naming", "port"), PORTS)
def test_water_and_ions_are_read(water, tmp_path, forcefield, naming, port):
    full = add_hydrogens(water, forcefield)
    write_structure(tmp_path / "named.pdb", rename(full, naming))
    gmx(tmp_path, "pdb2gmx", "-f", "named.pdb", "-ff", port, "-water", "tip3p")
    assert int((tmp_path / "conf.gro").read_text().splitlines()[1]) == len(full.atoms)
    if naming == "amber":  # charmm27 takes TIP3 for a molecule of its own
        assert "SOL  " in (tmp_path / "topol.top").read_text().split("[ molecules ]")[1]
