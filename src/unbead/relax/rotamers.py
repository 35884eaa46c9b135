"""Turns of side chains that are in no usual rotamer.

The torsions of such an outlier are turned, from chi1 outwards, to the nearest favoured place, where

    ln(usualness there / usualness here) - mean over its atoms of 4 |shift|² / (err² + (0.25 Å)²)
    - rise of the sum over its beads of (what they are out of tolerance)² / (2 (0.15 Å)²) > 2,

err being the network's predicted error of an atom in Å: what the network is sure of stays, and so do beads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.chem.angles import dihedral, rotate_about
from unbead.chem.templates import Template, is_d_residue, template
from unbead.chem.torsions.rotamers import (
    DIMENSIONS,
    OUTLIER,
    WIDTH,
    mass_outside,
    nearest_favoured,
    rotamer_bins,
    table_shape,
    torsion_atoms,
)
from unbead.chem.torsions.rotatable_bonds import atoms_beyond
from unbead.mapping.assemble import Assembly
from unbead.mapping.operator import Operator, apply
from unbead.relax.reference_geometry import arrows

FIRM = 4.0
SURE = 0.25  # Å
BEAD = 0.15  # Å
RAREST = 1e-4  # usualness; rarer torsions are not told apart
GAIN = 2.0  # that a turn must bring
BLOCK = 256  # side chains at a time


@dataclass(frozen=True)
class SideChains:
    """Side chains of one template.

    Attributes
    ----------
    kind : int
        Residue type.
    residue : ndarray, shape=(n,), dtype=int64
        Residues.
    atoms : ndarray, shape=(n, n_atoms), dtype=int64
        Their atoms.
    torsions : ndarray, shape=(n_torsions, 4), dtype=int64
        Atoms of the torsions that are judged, within a residue.
    moving : ndarray, shape=(n_torsions, n_atoms), dtype=bool
        Atoms that turn with each.
    bead : ndarray, shape=(n, n_beads), dtype=int64
        Beads that the atoms belong to, filled up with any.
    weight : ndarray, shape=(n, n_beads, n_atoms), dtype=float32
        Weights of the atoms in them; zero where filled up.
    """

    kind: int
    residue: NDArray[np.int64]
    atoms: NDArray[np.int64]
    torsions: NDArray[np.int64]
    moving: NDArray[np.bool_]
    bead: NDArray[np.int64]
    weight: NDArray[np.float32]


@dataclass(frozen=True)
class Guide:
    """Beads that turns should keep.

    Attributes
    ----------
    operator : Operator
        The mapping M.
    beads : ndarray, shape=(n_beads, 3), dtype=float32
        Beads in Å.
    tolerance : float, ndarray of shape=(n_beads,) or None
        Å that the beads leave; None if they need not be kept.
    """

    operator: Operator
    beads: NDArray[np.float32]
    tolerance: NDArray | float | None


def find_side_chains(assembly: Assembly) -> list[SideChains]:
    """List the side chains that can turn: of amino acids, with torsions, and bonded to nothing else.

    Parameters
    ----------
    assembly : Assembly
        What is built.

    Returns
    -------
    list of SideChains
        One for each template.
    """
    names, owner = assembly.template_names, assembly.atoms.residue_index
    start = np.searchsorted(owner, np.arange(len(names)))
    ends = assembly.bonds[owner[assembly.bonds[:, 0]] != owner[assembly.bonds[:, 1]]]
    free = np.ones(len(names), bool)
    free[owner[ends[~np.isin(assembly.atoms.names[ends], ("C", "N"))]]] = False
    found = []
    for name in np.unique(names[free]).tolist():
        known = template(name)
        if known is None or known.kind != "amino" or known.parent not in AMINO_ACIDS or is_d_residue(name):
            continue
        kind = AMINO_ACIDS.index(known.parent)
        rows = np.flatnonzero((names == name) & free)
        if DIMENSIONS[kind] and known.n_heavy == amino_template(kind).n_heavy:
            atoms = start[rows][:, None] + np.arange(known.n_heavy)
            found.append(SideChains(kind, rows, atoms, *_axes(kind, known), *_weights(assembly, rows, atoms)))
    return found


def _axes(kind: int, known: Template) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Atoms of the judged torsions, and the atoms that turn with each."""
    chain = [known.index(name) for name in torsion_atoms(kind)]
    torsions = np.array([chain[k : k + 4] for k in range(DIMENSIONS[kind])])
    bonds = known.bonds[(known.bonds < known.n_heavy).all(1)]
    moving = np.array([atoms_beyond(bonds, known.n_heavy, int(i), int(j)) for i, j in torsions[:, 1:3]])
    return torsions, moving


def _weights(
    assembly: Assembly, rows: NDArray[np.int64], atoms: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Beads of some residues, and the weights of their atoms in them."""
    operator, owner = assembly.operator, assembly.atoms.residue_index
    place = np.full(len(assembly.template_names), -1)
    place[rows] = np.arange(len(rows))
    row = place[owner[operator.atom]]
    entries = np.flatnonzero(row >= 0)
    pairs, which = np.unique(np.stack([row[entries], operator.bead[entries]], 1), axis=0, return_inverse=True)
    rank = np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    bead = np.zeros((len(rows), rank.max(initial=-1) + 1), np.int64)
    bead[pairs[:, 0], rank] = pairs[:, 1]
    weight = np.zeros((*bead.shape, atoms.shape[1]), np.float32)
    mine = row[entries]
    weight[mine, rank[which.reshape(-1)], operator.atom[entries] - atoms[mine, 0]] = operator.weight[entries]
    return bead, weight


def turn_side_chains(
    positions: NDArray[np.float32],
    errors: NDArray[np.float32],
    chains: list[SideChains],
    guide: Guide,
    cell: NDArray[np.float64] | None,
    held: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Turn side chains that are in no usual rotamer.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    errors : ndarray, shape=(n_atoms,), dtype=float32
        Predicted errors in Å.
    chains : list of SideChains
        Side chains that can turn.
    guide : Guide
        Beads to keep.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.
    held : ndarray, shape=(n_held,), dtype=int64
        Residues that stay as they are, such as those of disulfides.

    Returns
    -------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    turned : ndarray, shape=(n,), dtype=int64
        Residues whose side chains were turned.
    """
    out = positions.copy()
    away = apply(guide.operator, positions) - guide.beads  # (n_beads, 3)
    leave = np.full(len(away), np.inf if guide.tolerance is None else guide.tolerance)
    turned = []
    for outliers, x, chi in _outliers(positions, chains, cell, held):
        bins = np.stack(rotamer_bins(outliers.kind, chi), 1)
        goal = nearest_favoured(outliers.kind, bins)
        shift = _turn(x, outliers, goal, chi) - x
        usual = (mass_outside(outliers.kind)[tuple(which.T)].clip(min=RAREST) for which in (goal, bins))
        gain = np.subtract(*(np.log(share) for share in usual))
        doubt = errors[outliers.atoms].astype(np.float64) ** 2 + SURE**2
        gain -= FIRM * ((shift**2).sum(-1) / doubt).mean(-1)
        moved = away[outliers.bead] + outliers.weight @ shift  # (m, beads, 3)
        strain = ((np.linalg.norm(y, axis=-1) - leave[outliers.bead]).clip(min=0) for y in (away[outliers.bead], moved))
        gain += np.subtract(*((beyond**2).sum(-1) for beyond in strain)) / (2 * BEAD**2)
        rows = np.flatnonzero(gain > GAIN)
        out[outliers.atoms[rows]] += shift[rows].astype(np.float32)
        turned.append(outliers.residue[rows])
    return out, np.concatenate([np.zeros(0, np.int64), *turned])


def _outliers(
    positions: NDArray[np.float32],
    chains: list[SideChains],
    cell: NDArray[np.float64] | None,
    held: NDArray[np.int64],
) -> Iterator[tuple[SideChains, NDArray[np.float64], NDArray[np.float64]]]:
    """Side chains in no usual rotamer, some at a time, with their atoms seen from the first, and their torsions."""
    for chain in chains:
        first = np.broadcast_to(chain.atoms[:, :1], chain.atoms.shape)
        x = arrows(positions, first.reshape(-1), chain.atoms.reshape(-1), cell).reshape(*chain.atoms.shape, 3)
        chi = np.stack([dihedral(*(x[:, k] for k in torsion)) for torsion in chain.torsions], 1)
        judged = np.isfinite(chi).all(1)
        share = np.ones(len(x))
        share[judged] = mass_outside(chain.kind)[rotamer_bins(chain.kind, chi[judged])]
        rows = np.flatnonzero((share < OUTLIER) & ~np.isin(chain.residue, held))
        for block in np.split(rows, range(BLOCK, len(rows), BLOCK)):
            if len(block):
                mine = {name: getattr(chain, name)[block] for name in ("residue", "atoms", "bead", "weight")}
                yield replace(chain, **mine), x[block], chi[block]


def _turn(
    x: NDArray[np.float64], chains: SideChains, goal: NDArray[np.int64], chi: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Atoms, shape (n, n_atoms, 3), with their torsions in the middle of some bins."""
    width = WIDTH[int(DIMENSIONS[chains.kind])]
    period = np.array(table_shape(chains.kind)) * width
    turn = np.radians((width * (goal + 0.5) - chi + period / 2) % period - period / 2)
    places = x.copy()
    for k, (_, i, j, _) in enumerate(chains.torsions):
        moving = chains.moving[k]
        axis = places[:, None, j] - places[:, None, i]
        axis = axis / np.linalg.norm(axis, axis=-1, keepdims=True).clip(1e-6)
        arms = places[:, moving] - places[:, None, j]
        places[:, moving] = places[:, None, j] + rotate_about(arms, axis, turn[:, k, None, None])
    return places
