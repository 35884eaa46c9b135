"""Writing: round trips, and nothing lost when it fails."""

import resource
from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.io import write as module
from unbead.io.read import count_frames, read_structure
from unbead.io.write import check_output, write_structure

SUFFIXES = (".pdb", ".gro", ".cif")


def named(p):
    return [p.names.tolist(), p.residues.names.tolist(), p.residues.numbers.tolist()]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("box", [None, [40, 50, 60, 90, 90, 90], [40, 50, 60, 75, 80, 85]])
def test_round_trip(tmp_path, crystal, suffix, box):
    p = replace(crystal, box=None if box is None else np.array(box, np.float32), b_factors=crystal.b_factors * 0 + 0.25)
    path = tmp_path / f"x{suffix}"
    write_structure(path, p)
    q = read_structure(path)
    assert named(p) == named(q)
    assert np.abs(p.positions - q.positions).max() < (0.0051 if suffix == ".gro" else 0.0006)
    assert np.array_equal(p.residues.bonded_to_previous, q.residues.bonded_to_previous)
    assert (q.box is None) == (box is None) and (box is None or np.allclose(q.box, box, atol=0.01))
    if suffix != ".gro":
        assert q.residues.chains.tolist() == p.residues.chains.tolist() and np.allclose(q.b_factors, 0.25)
        assert q.elements.tolist() == p.elements.tolist()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_more_atoms_and_residues_than_the_columns_hold(tmp_path, suffix):
    n = 100_050
    p = make_particles(["CA", "CB"], ["ALA"] * 2, [1, 1])
    residues = replace(
        p.residues,
        names=np.full(n // 2, "ALA"),
        numbers=np.arange(1, n // 2 + 1),
        insertion_codes=np.full(n // 2, ""),
        chains=np.full(n // 2, "A"),
        segments=np.full(n // 2, ""),
        bonded_to_previous=np.arange(n // 2) > 0,
    )
    x = np.stack([np.arange(n) % 300, np.arange(n) // 300, np.zeros(n)], 1).astype(np.float32)
    p = replace(
        p,
        names=np.tile(["CA", "CB"], n // 2),
        positions=x,
        residue_index=np.repeat(np.arange(n // 2), 2),
        residues=residues,
        elements=np.full(n, "C"),
        b_factors=np.zeros(n, np.float32),
    )
    path = tmp_path / f"x{suffix}"
    write_structure(path, p)
    q = read_structure(path)
    assert len(q) == n and np.array_equal(q.residues.numbers, residues.numbers)


def test_models(tmp_path, crystal):
    crystal = replace(crystal, box=np.array([40, 50, 60, 90, 90, 90], np.float32))
    for suffix in SUFFIXES:
        path = tmp_path / f"x{suffix}"
        write_structure(path, [crystal, crystal.with_positions(crystal.positions + 1)])
        assert count_frames(path) == 2
        assert np.allclose(read_structure(path, 1).positions, crystal.positions + 1, atol=6e-3)
        assert read_structure(path, 1).box.tolist() == crystal.box.tolist()  # PDB: once lost with several models


def test_a_full_disk_leaves_the_old_file(tmp_path, crystal, monkeypatch):
    path = tmp_path / "x.pdb"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(UnbeadError, match="No space left on device; nothing was changed"):
        write_structure(path, crystal)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_on_the_way_leaves_the_old_file(tmp_path, crystal):
    """The kernel itself refuses to write on, through a limit on the size of files."""
    path = tmp_path / "x.pdb"
    path.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(UnbeadError, match="nothing was changed"):
            write_structure(path, crystal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"), [("no/x.pdb", "does not exist"), ("x.xyz", "unknown format"), ("x.tpr", "cannot write")]
)
def test_bad_outputs(tmp_path, crystal, name, message):
    with pytest.raises(UnbeadError, match=message):
        write_structure(tmp_path / name, crystal)


def test_the_input_is_never_overwritten(crystal_path, tmp_path):
    source = tmp_path / "a.pdb"
    source.write_bytes(crystal_path.read_bytes())
    with pytest.raises(UnbeadError, match="is the input"):
        check_output(source, source)
    check_output(tmp_path / "b.pdb", source)


def test_a_link_stays_a_link(crystal, tmp_path):
    link = tmp_path / "link.pdb"
    link.symlink_to(tmp_path / "real.pdb")
    write_structure(link, crystal)
    assert link.is_symlink() and (tmp_path / "real.pdb").stat().st_size > 1000
