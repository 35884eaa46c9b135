"""Virtual sites and dummies: beads that stand for no atom."""

import re
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.templates import LIPIDS, template

# Names of sites and dummies in files: CA of martinize2's Gō models beside BB, VS and VIRT of virtual sites, GO of other
# Gō models, DUM and DMY of restraints and of pulling.
SITE = re.compile(r"(CA|VS|VIRT|VSITE|GO|DUM|DUMMY|DMY)[_-]?[A-Z]?\d*$")
# Sites of Gō models, one on a bead of each residue, as martinize2 and mdrun write them behind the last residue.
GO_SITES = frozenset("CA VS VIRT VSITE GO".split())
# Residues that hold nothing but such beads.
SITE_RESIDUES = frozenset("VS VIRT VSITE GO DUM DUMMY DUMM DMY".split())
# AWSEM has the hydrogen of N, which is placed from the heavy atoms, and keeps a place of CB in glycine, too; C4 of
# Martini's inositols is in the middle of their ring.
OF_RESIDUE = {"GLY": "HB"}
OF_AMINO = ("H", "HN")
OF_LIPIDS = "C4"
SAME = 0.02  # Å within which a site is on a bead: the rounding of PDB and GRO


def is_site(residue: str, bead: str) -> bool:
    """Tell whether a bead that a mapping does not know is a virtual site or a dummy, by its name.

    Parameters
    ----------
    residue, bead : str
        Names of the residue and the bead.

    Returns
    -------
    bool
        True for the names of Gō sites, virtual sites and dummies.
    """
    known = template(residue)
    of_lipid = bead == OF_LIPIDS and known is not None and known.kind in LIPIDS
    of_amino = bead in OF_AMINO and known is not None and known.kind == "amino"
    return of_lipid or of_amino or bool(SITE.match(bead.upper())) or bead.upper() == OF_RESIDUE.get(residue.upper())


def is_site_residue(residue: str, beads: Collection[str]) -> bool:
    """Tell whether a residue that a mapping does not know is nothing but virtual sites or dummies.

    Parameters
    ----------
    residue : str
        Name of the residue.
    beads : collection of str
        Its beads.

    Returns
    -------
    bool
        True for residues of such names; CA alone may also be a model of a residue that nobody knows.
    """
    return residue.upper() in SITE_RESIDUES or all(is_site(residue, bead) and bead.upper() != "CA" for bead in beads)


def on_another(particles: Particles, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which particles lie on another one of their residue, as sites that are made of one bead do.

    Parameters
    ----------
    particles : Particles
        Beads.
    rows : ndarray, shape=(n,), dtype=int64
        Those to look at.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        Whether another particle of the residue is within 0.02 Å.
    """
    index, x = particles.residue_index, particles.positions
    start, end = np.searchsorted(index, index[rows]), np.searchsorted(index, index[rows], side="right")
    near = np.zeros(len(rows), bool)
    for k, (row, a, b) in enumerate(zip(rows.tolist(), start.tolist(), end.tolist(), strict=True)):
        near[k] = (np.abs(x[a:b] - x[row]).max(1) <= SAME).sum() > 1
    return near
