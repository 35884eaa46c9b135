"""Modified residues, caps, rings and bridges between chains, from a file of beads to atoms."""

import shutil
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.templates import template
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure
from unbead.prepare.termini import add_oxt
from unbead.structure.superpose import superpose

SITE = 40
CAPS = {"ace": ("ACE", ("CH3", "C", "O")), "nme": ("NME", ("N", "C"))}


def run(folder, beads, mapping=None, suffix="pdb"):
    """Write beads to a file and backmap it."""
    write_structure(folder / f"beads.{suffix}", beads)
    return backmap_structure(folder / f"beads.{suffix}", mapping)


def modified(crystal, name):
    """The crystal with the template of a modified residue at one site."""
    known = template(name)
    n, here = known.n_heavy, crystal.residue_index == SITE
    frame = ("N", "CA", "C")
    goal = np.array([crystal.positions[here & (crystal.names == atom)] for atom in frame]).reshape(1, 3, 3)
    turn, shift = superpose(known.coordinates[[known.index(atom) for atom in frame]], goal)
    start, end = np.flatnonzero(here)[[0, -1]] + [0, 1]

    def put(old, new):
        return np.concatenate([old[:start], new, old[end:]])

    names = crystal.residues.names.astype("U4")
    names[SITE] = name
    return replace(
        crystal,
        names=put(crystal.names, known.atoms[:n]),
        positions=put(crystal.positions, known.coordinates[:n] @ turn[0] + shift[0]).astype(np.float32),
        residue_index=put(crystal.residue_index, np.full(n, SITE)),
        residues=replace(crystal.residues, names=names),
        elements=put(crystal.elements, known.elements[:n]),
        b_factors=put(crystal.b_factors, np.zeros(n, np.float32)),
    )


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("CYSP", "pdb"), ("CYSF", "gro"), ("CYSG", "cif"), ("SEP", "gro"), ("TPO", "pdb"), ("PTR", "cif")],
)
def test_modified_residues_are_built_whole(crystal, tmp_path, name, suffix):
    truth = modified(crystal, name)
    result = run(tmp_path, coarsen(truth, load_mapping("martini3")), suffix=suffix)
    atoms, known = result.atoms, template(name)
    assert result.summary["problems"] == {} and atoms.residues.names[SITE] == name
    assert set(atoms.names[atoms.residue_index == SITE]) == set(known.atoms[: known.n_heavy])
    assert result.summary["by_template"] == ({name: 1} if name.startswith("CYS") else {})


@pytest.mark.parametrize("mapping", ["martini3", "ca-sc"])
def test_bridges_between_chains_are_closed(crystal, tmp_path, mapping):
    cut = np.arange(len(crystal.residues)) >= 20
    bonded = crystal.residues.bonded_to_previous & (np.arange(len(cut)) != 20)
    residues = replace(crystal.residues, chains=np.where(cut, "B", "A"), bonded_to_previous=bonded)
    result = run(tmp_path, coarsen(replace(crystal, residues=residues), load_mapping(mapping)))
    sulfur = result.atoms.positions[result.atoms.names == "SG"]
    apart = np.linalg.norm(sulfur[:, None] - sulfur, axis=-1)[np.triu_indices(6, 1)]
    assert set(result.atoms.residues.chains) == {"A", "B"}
    assert (np.sort(apart)[:3] < 2.1).all() and result.summary["repairs"]["disulfides closed"] == 3


def test_caps_are_built_if_the_mapping_has_them(crystal, tmp_path):
    """Martini has no beads for caps; a mapping that has some, like this one, gets them back."""
    folder = tmp_path / "capped"
    shutil.copytree(str(files("unbead.mapping") / "data" / "martini3"), folder)
    for stem, (name, atoms) in CAPS.items():
        (folder / f"{stem}.yaml").write_text(f"molecule: {name}\natoms:\n" + "".join(f"  {a}: BB\n" for a in atoms))
    part = crystal.select_residues((np.arange(46) > 7) & (np.arange(46) < 25))
    end = len(part.residues) - 1
    first, last = part.residue_index == 0, part.residue_index == end
    names, residues = part.names.astype("U4"), part.residues.names.astype("U4")
    names[first & (names == "CA")], names[last & (names == "CA")] = "CH3", "CME"
    keep = ~(first | last) | (first & np.isin(names, ["CH3", "C", "O"])) | (last & np.isin(names, ["N", "CME"]))
    names[names == "CME"] = "C"
    residues[0], residues[end] = "ACE", "NME"
    truth = replace(part, names=names, residues=replace(part.residues, names=residues)).select(keep)
    result = run(tmp_path, coarsen(truth, load_mapping(folder)), str(folder))
    assert result.summary["problems"] == {} and result.atoms.residues.names[[0, -1]].tolist() == ["ACE", "NME"]
    assert len(result.atoms) == len(truth)
    bare = coarsen(truth, load_mapping("martini3"))
    assert not {"ACE", "NME"} & set(bare.residues.names)


def test_a_ring_is_closed_and_has_no_ends(tmp_path):
    n = 14
    angle = 2 * np.pi * np.arange(n) / n
    x = 3.5 / (2 * np.sin(np.pi / n)) * np.stack([np.cos(angle), np.sin(angle), 0.05 * np.cos(4 * angle)], 1)
    beads = make_particles(["BB"] * n, ["GLY"] * n, range(1, n + 1), x)
    result = run(tmp_path, beads, "martini3")
    atoms = result.atoms
    assert result.summary["rings"] == ["GLY 1 (chain A) to GLY 14 (chain A)"]
    carbon, nitrogen = (
        atoms.positions[(atoms.residue_index == k) & (atoms.names == name)][0] for k, name in ((n - 1, "C"), (0, "N"))
    )
    assert abs(np.linalg.norm(carbon - nitrogen) - 1.33) < 0.1
    assert len(result.bonds) == 4 * n  # three in each glycine, one to the next
    assert add_oxt(atoms) is atoms
    opened = run(tmp_path, replace(beads, positions=(beads.positions * [1.2, 1.2, 1]).astype(np.float32)), "martini3")
    assert opened.summary["rings"] == [] and len(opened.bonds) == 4 * n - 1
