"""What is wrong with a structure even after relaxing, by residue."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.angles import dihedral
from unbead.chem.particles import Residues
from unbead.chem.rings import pierced
from unbead.mapping.operator import apply
from unbead.relax.peptide_flips import find_outliers
from unbead.relax.reference_geometry import arrows, omega
from unbead.relax.topology import Topology

BROKEN = 0.1  # share of a bond's length
CONTACT = 1.2  # Å
TWISTED = 30.0  # degrees of ω from cis and from trans
WIDEST = 2.5  # Å of tolerance that count; beads of a wrong molecule or form ask for more
STRAY = 1.0  # Å that atoms' centre may be beyond the tolerance of its bead


FAULTS = {
    "broken": "bonds off by more than 10 %",
    "inverted": "wrong chirality",
    "touching": "atoms within 1.2 Å of each other",
    "turned": "double bonds of the wrong form",
    "pierced": "bonds through rings",
    "twisted": "peptide bonds neither cis nor trans",
    "stray": "atoms away from their beads",
}


@dataclass(frozen=True)
class Violations:
    """Residues, by index into `Assembly.template_names`, of what could not be mended.

    Attributes
    ----------
    broken : ndarray, shape=(n,), dtype=int64
        A bond is off by more than 10 %.
    inverted : ndarray, shape=(n,), dtype=int64
        A chiral centre is the wrong way round.
    touching : ndarray, shape=(n,), dtype=int64
        An atom is within 1.2 Å of one that it is not bonded to.
    turned : ndarray, shape=(n,), dtype=int64
        A double bond is cis instead of trans, or trans instead of cis.
    pierced : ndarray, shape=(n,), dtype=int64
        A bond runs through a ring.
    twisted : ndarray, shape=(n,), dtype=int64
        The peptide bond before it is neither cis nor trans.
    stray : ndarray, shape=(n,), dtype=int64
        The atoms of a bead are not where the bead is.
    outliers : ndarray, shape=(n,), dtype=int64
        φ and ψ are outliers, however many there are; no fault by itself.
    """

    broken: NDArray[np.int64]
    inverted: NDArray[np.int64]
    touching: NDArray[np.int64]
    turned: NDArray[np.int64]
    pierced: NDArray[np.int64]
    twisted: NDArray[np.int64]
    stray: NDArray[np.int64]
    outliers: NDArray[np.int64]

    def described(self, residues: Residues) -> dict[str, list[str]]:
        """Say in words what is wrong where.

        Parameters
        ----------
        residues : Residues
            Residues of the assembly.

        Returns
        -------
        dict of str to list of str
            Labels of residues by kind of fault; empty where nothing is wrong.
        """
        rows = {FAULTS[name]: getattr(self, name) for name in FAULTS}
        return {fault: [residues.label(int(row)) for row in found] for fault, found in rows.items() if len(found)}


def find_violations(
    known: Topology,
    positions: NDArray[np.float32],
    pairs: NDArray[np.int64],
    beads: NDArray[np.float32],
    tolerance: NDArray | float | None,
    cell: NDArray[np.float64] | None,
    offset: NDArray[np.float64] | None = None,
) -> Violations:
    """Look for what is still wrong.

    Parameters
    ----------
    known : Topology
        What was built.
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Near pairs that no bond explains.
    beads : ndarray, shape=(n_beads, 3), dtype=float32
        Beads in Å.
    tolerance : float, ndarray of shape=(n_beads,) or None
        Å that the beads leave; None if they were not to be kept.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.
    offset : ndarray, shape=(n_atoms, 3), dtype=float64, optional
        See `unbead.models.batch.bead_fields`.

    Returns
    -------
    Violations
        Residues of each kind of fault.
    """
    assembly, bounds = known.assembly, known.inner
    i, j = assembly.bonds.T
    length = _distance(positions, i, j, cell)
    broken = ~(np.abs(length - assembly.bond_lengths) <= BROKEN * assembly.bond_lengths)
    handed = bounds.handed
    quads = bounds.quads[handed]
    arms = [arrows(positions, quads[:, 0], quads[:, k], cell) for k in (1, 2, 3)]
    volume = (np.cross(arms[0], arms[1]) * arms[2]).sum(1)
    inverted = ~(volume * bounds.volume_low[handed] > 0)
    forms = bounds.forms[:, :4]
    arms = [arrows(positions, forms[:, 1], forms[:, k], cell) for k in (0, 2, 3)]
    turned = (np.abs(dihedral(arms[0], np.zeros(3), arms[1], arms[2])) > 90) != bounds.forms[:, 4]
    touching = _distance(positions, pairs[:, 0], pairs[:, 1], cell) < CONTACT
    turn = np.abs(omega(positions, known.peptides, cell))
    outliers = find_outliers(positions, known.peptides, known.backbone, cell)
    residue = assembly.atoms.residue_index
    stray = np.zeros(0, np.int64)
    if tolerance is not None:
        away = np.linalg.norm(apply(assembly.operator, positions) - beads, axis=1)
        room = np.minimum(tolerance, WIDEST)
        stray = assembly.beads.residue_index[~(away <= room + STRAY)]
    threaded = np.zeros((0, 2), int)
    if np.isfinite(positions).all():
        threaded = pierced(positions if offset is None else positions + offset, known.rings, assembly.bonds, cell)
    return Violations(
        np.unique(residue[i[broken]]),
        np.unique(residue[quads[inverted, 0]]),
        np.unique(residue[pairs[touching]]),
        np.unique(residue[forms[turned, 1]]),
        np.unique(residue[i[threaded[:, 1]]]),
        np.unique(residue[known.peptides.n[~((turn < TWISTED) | (turn > 180 - TWISTED))]]),
        np.unique(stray),
        known.backbone.residue[outliers],
    )


def _distance(positions: NDArray, i: NDArray, j: NDArray, cell: NDArray | None) -> NDArray[np.float64]:
    return np.linalg.norm(arrows(positions, i, j, cell), axis=1)
