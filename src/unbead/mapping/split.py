"""A whole system apart: molecules to build, water, ions, and what nobody knows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.solvent import solvent_kinds
from unbead.chem.virtual import is_site_residue
from unbead.mapping.atomistic import refuse_atoms
from unbead.mapping.ends import name_ends_of_beads
from unbead.mapping.fit import Fit, fit_residues, known_beads
from unbead.mapping.mapping import Mapping
from unbead.mapping.unknown import count_residues, misfit_residues

HYDRATED = ("martini2", "elnedyn")  # mappings whose ions hold water
INCOMPLETE = "built from a part of the beads"
NOT_KNOWN = "beads that the mapping does not know, left out"


@dataclass(frozen=True)
class SolventBeads:
    """Beads of water and ions.

    Attributes
    ----------
    index : ndarray, shape=(n,), dtype=int64
        Their indices in the input.
    waters : ndarray, shape=(n,), dtype=int64
        Water molecules that each stands for.
    ion : ndarray, shape=(n,), dtype=str
        Ion that each stands for; "" for water.
    """

    index: NDArray[np.int64]
    waters: NDArray[np.int64]
    ion: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.index)

    def without_water(self) -> "SolventBeads":
        """Return the ions alone, without their water."""
        ions = self.ion != ""
        return SolventBeads(self.index[ions], np.zeros_like(self.waters[ions]), self.ion[ions])


@dataclass(frozen=True)
class Parts:
    """A system by what is done with it.

    Attributes
    ----------
    build : Particles
        Molecules that the mapping knows.
    kept : ndarray, shape=(n_build,), dtype=int64
        Their indices in the input.
    solvent : SolventBeads
        Water and ions.
    satellites : int
        Beads of polarisable water that stand for no atom.
    sites : dict of str to int
        Virtual sites and dummies that are residues of their own, by residue and bead.
    unknown : dict of str to int
        Residues that were left out, by name with their counts.
    doubts : dict of str to list of str
        Residues that are built, but not of just the beads that the mapping has, by what is the matter.
    """

    build: Particles
    kept: NDArray[np.int64]
    solvent: SolventBeads
    satellites: int
    sites: dict[str, int]
    unknown: dict[str, int]
    doubts: dict[str, list[str]]


def split_system(beads: Particles, mapping: Mapping, skip_unknown: bool = False) -> Parts:
    """Tell molecules that a mapping builds from water, ions and the rest.

    A residue that fits the mapping is built, whatever its name, and so is one with a part of the mapping's beads. Other
    residues are solvent if all their beads are.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : Mapping
        The mapping it was made with.
    skip_unknown : bool
        Whether to leave out residues that are neither, or whose beads do not fit; otherwise they are an error.

    Returns
    -------
    Parts
        The system apart, each part in the order of the input.

    Raises
    ------
    UnbeadError
        If residues do not fit, all of which it names with their counts, and they are not to be skipped; or if the input
        is atomistic.
    """
    named = name_ends_of_beads(beads, mapping)
    fit = fit_residues(named, mapping)
    refuse_atoms(named, known_beads(fit))
    known = fit.rows(kind.molecule is not None for kind in fit.kinds)
    built = known & ~fit.rows(map(bool, fit.misfits))
    kinds = solvent_kinds(beads, mapping.name in HYDRATED)
    strange = np.zeros(len(beads.residues), bool)
    strange[beads.residue_index[~kinds.known]] = True
    filled = np.zeros(len(beads.residues), bool)
    filled[beads.residue_index] = True
    sites = fit.rows(kind.molecule is None and is_site_residue(kind.name, kind.beads) for kind in fit.kinds)
    unknown = (strange | known) & ~built & ~sites
    if unknown.any() and not skip_unknown:
        raise misfit_residues(beads, fit.of(unknown), mapping)
    wet = (filled & ~built & ~strange & ~known)[beads.residue_index]
    bearing = np.flatnonzero(wet & ((kinds.waters > 0) | (kinds.ion != "")))
    return Parts(
        build=beads.select_residues(built),
        kept=np.flatnonzero(built[beads.residue_index]),
        solvent=SolventBeads(bearing, kinds.waters[bearing], kinds.ion[bearing]),
        satellites=int(wet.sum()) - len(bearing),
        sites=_count_beads(beads, sites),
        unknown=count_residues(beads.residues, unknown),
        doubts=_doubts(beads, fit, built),
    )


def _count_beads(beads: Particles, residues: NDArray[np.bool_]) -> dict[str, int]:
    """Beads of some residues, counted by the names of residue and bead."""
    rows = residues[beads.residue_index]
    labels = np.char.add(np.char.add(beads.residues.names[beads.residue_index[rows]], ":"), beads.names[rows])
    kinds, counts = np.unique(labels, return_counts=True)
    return dict(zip(kinds.tolist(), counts.tolist(), strict=True))


def _doubts(beads: Particles, fit: Fit, built: NDArray[np.bool_]) -> dict[str, list[str]]:
    """Labels of residues that lack beads, and of those that have beads which nobody knows, with these beads."""
    found: dict[str, list[str]] = {}
    for residue in np.flatnonzero(built).tolist():
        kind, label = fit.kinds[fit.kind[residue]], beads.residues.label(residue)
        if kind.missing:
            found.setdefault(INCOMPLETE, []).append(f"{label} without {' '.join(kind.missing)}")
        if kind.strange:
            found.setdefault(NOT_KNOWN, []).append(f"{label}: {' '.join(kind.strange)}")
    return found
