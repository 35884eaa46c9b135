"""Short peptides of any residue on the backbone of the crystal, for force fields to try."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.spatial import KDTree

from unbead.chem.particles import Particles, Residues, join
from unbead.chem.templates import template
from unbead.mapping.split import SolventBeads
from unbead.placement.solvent import solvate
from unbead.prepare.disulfides import find_disulfides, name_disulfides
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.termini import add_oxt

NONE = np.zeros((0, 2), np.int64)  # no disulfides
FRAME = ("N", "CA", "C")
CAP_SITES = {"ACE": {"C": "C", "O": "O", "CH3": "CA"}, "NME": {"N": "N", "C": "CA"}, "NH2": {"N": "N"}}


def onto(mobile, fixed):
    """Rotation and shift that lay three points on three others."""
    a, b = mobile.mean(0), fixed.mean(0)
    u, _, v = np.linalg.svd((mobile - a).T @ (fixed - b))
    turn = u @ np.diag([1, 1, np.sign(np.linalg.det(u @ v))]) @ v
    return turn, b - a @ turn


@pytest.fixture(scope="session")
def peptide(crystal):
    """Build the heavy atoms of a peptide: side chains of templates on residues 1, 2, … of the crystal."""

    def build(*names):
        backbone = crystal.select_residues(np.arange(len(crystal.residues)) < len(names))
        atoms, x, index, elements = [], [], [], []
        for i, name in enumerate(names):
            here = backbone.residue_index == i
            site = dict(zip(backbone.names[here].tolist(), backbone.positions[here], strict=True))
            known = template(name)
            if known.kind == "cap":
                placed = {atom: site[there] for atom, there in CAP_SITES[name].items()}
            else:
                ideal = dict(zip(known.atoms[: known.n_heavy], known.coordinates, strict=False))
                turn, shift = onto(*(np.array([place[name] for name in FRAME]) for place in (ideal, site)))
                placed = {atom: p @ turn + shift for atom, p in ideal.items()}
                placed |= {atom: site[atom] for atom in (*FRAME, "O")}
            atoms += placed
            x += placed.values()
            index += [i] * len(placed)
            elements += [known.elements[known.index(atom)] for atom in placed]
        return replace(
            backbone,
            names=np.array(atoms),
            positions=np.array(x, np.float32),
            residue_index=np.array(index),
            residues=replace(backbone.residues, names=np.array(names)),
            elements=np.array(elements),
            b_factors=np.zeros(len(atoms), np.float32),
        )

    return build


@pytest.fixture(scope="session")
def peptides(peptide):
    """Put peptides into one system, 60 Å apart."""

    def build(*lists):
        parts = [peptide(*names) for names in lists]
        before = np.cumsum([0, *(len(part.residues) for part in parts)])
        shift = np.array([60, 0, 0], np.float32)
        columns = [field.name for field in fields(Residues)]
        return replace(
            parts[0],
            names=np.concatenate([part.names for part in parts]),
            positions=np.concatenate([part.positions + k * shift for k, part in enumerate(parts)]),
            residue_index=np.concatenate([part.residue_index + before[k] for k, part in enumerate(parts)]),
            residues=Residues(*(np.concatenate([getattr(part.residues, name) for part in parts]) for name in columns)),
            elements=np.concatenate([part.elements for part in parts]),
            b_factors=np.concatenate([part.b_factors for part in parts]),
        )

    return build


@pytest.fixture(scope="session")
def heavy(crystal):
    """The crystal's heavy atoms with OXT, disulfides named, and the bonded pairs."""
    atoms = heavy_atoms(crystal)
    pairs = find_disulfides(atoms)
    return with_bonds(add_oxt(name_disulfides(atoms, pairs)), pairs)


@pytest.fixture(scope="session")
def molecule_of(peptide):
    """Bond a peptide, with OXT."""
    return lambda *names: bonded(peptide(*names))


def bonded(atoms):
    """Heavy atoms of peptides with OXT and bonds."""
    return with_bonds(add_oxt(heavy_atoms(atoms)), NONE)


@pytest.fixture(scope="session")
def water():
    """Some beads' worth of water with six ions, as heavy atoms in a box."""
    places = np.stack(np.meshgrid(*[np.arange(4)] * 3), -1).reshape(-1, 3) * 4.9
    ion = np.array(["NA", "CL", "K", "CA", "MG", "ZN"] + [""] * 58)
    beads = SolventBeads(np.arange(64), np.where(ion == "", 4, 0), ion)
    atoms = solvate(beads, places, cell=19.6 * np.eye(3))
    boxed = replace(atoms, box=np.array([19.6, 19.6, 19.6, 90, 90, 90], np.float32))
    return with_bonds(heavy_atoms(boxed), NONE)


def molecules(*names, step=24.0):
    """Heavy atoms of single molecules, each as in its template, in a row along x."""
    known = [template(name) for name in names]
    places = [t.coordinates[: t.n_heavy] - t.coordinates.mean(0) + [step * k, 0, 0] for k, t in enumerate(known)]
    size = [t.n_heavy for t in known]
    blank = np.full(len(names), "")
    return Particles(
        names=np.concatenate([t.atoms[: t.n_heavy] for t in known]),
        positions=np.concatenate(places).astype(np.float32),
        residue_index=np.repeat(np.arange(len(names)), size),
        residues=Residues(np.array(names), 1 + np.arange(len(names)), blank, blank, blank, np.zeros(len(names), bool)),
        elements=np.concatenate([t.elements[: t.n_heavy] for t in known]),
        b_factors=np.zeros(sum(size), np.float32),
    )


@pytest.fixture(scope="session")
def lipids():
    """Heavy atoms of two lipids and a sterol."""
    return molecules("POPC", "CHL1", "POPE")


@pytest.fixture(scope="session")
def patch():
    """Heavy atoms of a lipid, a sterol, ions and water in a box full of them."""
    solute = molecules("POPC", "CHL1", step=14.0)
    box = np.array([34.1, 27.9, 27.9], np.float32)
    grid = np.stack(np.meshgrid(*(np.arange(0.5, n) for n in np.round(box / 3.1))), -1).reshape(-1, 3) * 3.1
    x = solute.positions + box / 2 - solute.positions.mean(0)
    free = np.ones(len(grid), bool)
    for image in np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), -1).reshape(-1, 3) * box:
        free &= np.isinf(KDTree(x).query(grid + image, distance_upper_bound=2.7)[0])
    names = ["NA", "CL", *["HOH"] * (int(free.sum()) - 2)]
    both = join([solute.with_positions(x), molecules(*names).with_positions(grid[free])])
    return replace(both, box=np.array([*box, 90, 90, 90], np.float32))
