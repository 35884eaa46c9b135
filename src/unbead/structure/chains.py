"""Where chains break."""

import numpy as np
from MDAnalysis.lib.distances import calc_bonds
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.solvent import solvent_kinds
from unbead.chem.templates import POLYMERS, template

# Farthest distance in Å between the representative particles of two bonded residues.
NEAR = 5.5  # Cα or BB beads
FAR = 14.0  # beads out on side chains
ONE_BEAD = 11.0  # the only beads of two residues, wherever they stand; `mapping.spacing` then knows better
PEPTIDE = 2.0  # atoms C and N
PHOSPHATE = 2.5  # atoms O3' and P
STRICT = 0.4  # Å less than these where numbers jump: of fusion proteins and engineered loops, bonded all the same
NUCLEOTIDES = 9.0  # the same bead of two nucleotides; strands of a double helix are wider apart
SUGARS = ("C4'", "C1'", "BB2", "BB3", "P", "BB1")  # the first that both have tells the distance of nucleotides
CLOSED = 4.0  # Cα or BB of the first and the last residue of a ring
SMALLEST_RING = 4  # residues
EXTENDED = 3.8  # Å per residue of a chain that is stretched out


def bonded_to_previous(particles: Particles, ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Decide which residues continue a chain.

    A residue is bonded to the one before if chain and segment are the same, no end stands between them, the number is
    the same or one more (any number where atoms are a bond apart), and the two are near enough: C and N where both are
    there, else Cα or BB, else any bead; nucleotides by O3' and P, else a bead that both have. Distances reach through
    the faces of the box. Water, ions,
    lipids and other single molecules are bonded to nothing.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.
    ends : ndarray, shape=(n_residues,), dtype=bool
        Whether the file says that a chain ends after the residue (TER).

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        Whether each residue is bonded to the one before.
    """
    residues = particles.residues
    n = len(residues)
    bonded = np.zeros(n, bool)
    if n < 2:
        return bonded
    step = np.diff(residues.numbers)
    follows = (step == 0) | (step == 1)
    bonded[1:] = (
        (residues.chains[1:] == residues.chains[:-1]) & (residues.segments[1:] == residues.segments[:-1]) & ~ends[:-1]
    )
    alone = single_molecules(particles)
    bonded[1:] &= ~(alone[1:] | alone[:-1])
    first = first_particles(particles)
    sites = {name: _site(particles, name) for name in ("N", "CA", "C", "BB")}
    representative = np.where(sites["CA"] >= 0, sites["CA"], np.where(sites["BB"] >= 0, sites["BB"], first))
    alone_there = np.bincount(particles.residue_index, minlength=n) == 1
    reach = np.where(sites["CA"] >= 0, np.where(alone_there, ONE_BEAD, NEAR), np.where(sites["BB"] >= 0, NEAR, FAR))
    left, right = representative[:-1].copy(), representative[1:].copy()
    limit = np.maximum(reach[:-1], reach[1:])
    peptide = (sites["C"][:-1] >= 0) & (sites["N"][1:] >= 0)
    left[peptide], right[peptide] = sites["C"][:-1][peptide], sites["N"][1:][peptide]
    limit[peptide] = PEPTIDE
    _nucleotides(particles, left, right, limit)
    distance = calc_bonds(particles.positions[left], particles.positions[right], box=particles.box)
    bonded[1:] &= (distance <= limit) & (follows | ((limit <= PHOSPHATE) & (distance <= limit - STRICT)))
    return bonded


def closed_chains(particles: Particles) -> NDArray[np.int64]:
    """Find the chains of amino acids that are rings, head to tail.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.

    Returns
    -------
    ndarray, shape=(n, 2), dtype=int64
        Last and first residue of chains of four or more whose ends are bonded: by C and N where both are there, else by
        CA or BB within 4.0 Å, which beads of ends that are not bonded keep.
    """
    residues = particles.residues
    starts = np.flatnonzero(~residues.bonded_to_previous)
    last = np.append(starts[1:], len(residues)) - 1
    whole = last - starts + 1 >= SMALLEST_RING
    names, which = np.unique(residues.names, return_inverse=True)
    kinds = [known.kind if (known := template(str(name))) is not None else "" for name in names]
    amino = (np.array(kinds) == "amino")[which]
    starts, last = (rows[whole & amino[starts] & amino[last]] for rows in (starts, last))
    found = []
    for ends, limit in ((("C", "N"), PEPTIDE), (("CA", "CA"), CLOSED), (("BB", "BB"), CLOSED)):
        i, j = _site(particles, ends[0])[last], _site(particles, ends[1])[starts]
        both = (i >= 0) & (j >= 0)
        near = calc_bonds(particles.positions[i[both]], particles.positions[j[both]], box=particles.box) <= limit
        found.append(np.stack([last[both], starts[both]], 1)[near])
        starts, last = starts[~both], last[~both]
    return np.concatenate(found)


def _nucleotides(particles: Particles, left: NDArray, right: NDArray, limit: NDArray) -> None:
    """Set the particles, and the limit of their distance, by which pairs of nucleotides are judged."""
    names, which = np.unique(particles.residues.names, return_inverse=True)
    known = [template(str(name)) for name in names]
    nucleic = np.array([found is not None and found.kind == "nucleotide" for found in known], bool)[which]
    both = nucleic[:-1] & nucleic[1:]
    if not both.any():
        return
    limit[both] = NUCLEOTIDES
    for name in reversed(SUGARS):
        site = _site(particles, name)
        there = both & (site[:-1] >= 0) & (site[1:] >= 0)
        left[there], right[there] = site[:-1][there], site[1:][there]
    last, first = _site(particles, "O3'"), _site(particles, "P")
    bond = both & (last[:-1] >= 0) & (first[1:] >= 0)
    left[bond], right[bond], limit[bond] = last[:-1][bond], first[1:][bond], PHOSPHATE


def same_molecule(particles: Particles) -> NDArray[np.bool_]:
    """Tell which residues belong to the molecule of the residue before them.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        True for bonded residues, and over a gap in a chain that as many residues as are missing can span.
    """
    r = particles.residues
    alone = single_molecules(particles)
    joined = r.bonded_to_previous & ~alone
    joined[1:] &= ~alone[:-1]
    step = np.diff(r.numbers)
    gap = (r.chains[1:] == r.chains[:-1]) & (r.segments[1:] == r.segments[:-1]) & (step > 1)
    gap = np.flatnonzero(gap & ~joined[1:] & ~alone[1:] & ~alone[:-1])
    if not len(gap):
        return joined
    x = particles.positions[first_particles(particles)]
    distance = calc_bonds(x[gap], x[gap + 1], box=particles.box)
    joined[gap[distance <= EXTENDED * step[gap]] + 1] = True
    return joined


def first_particles(particles: Particles) -> NDArray[np.int64]:
    """Find the first particle of each residue.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Its index; that of a particle nearby in the list where a residue has none.
    """
    first = np.searchsorted(particles.residue_index, np.arange(len(particles.residues)))
    return np.minimum(first, max(len(particles) - 1, 0))


def single_molecules(particles: Particles) -> NDArray[np.bool_]:
    """Tell which residues are known to be molecules of their own.

    Parameters
    ----------
    particles : Particles
        Beads or atoms.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=bool
        True for water, ions and residues whose template is no part of a polymer; False where nothing is known.
    """
    names, which = np.unique(particles.residues.names, return_inverse=True)
    kinds = [known.kind if (known := template(str(name))) is not None else "" for name in names]
    alone = np.array([kind not in ("", *POLYMERS) for kind in kinds], bool)[which]
    alone[particles.residue_index[solvent_kinds(particles).known]] = True
    return alone


def _site(particles: Particles, name: str) -> NDArray[np.int64]:
    """Index of the particle of a name in each residue, -1 where there is none."""
    found = np.full(len(particles.residues), -1, np.int64)
    rows = np.flatnonzero(particles.names == name)
    found[particles.residue_index[rows[::-1]]] = rows[::-1]
    return found
