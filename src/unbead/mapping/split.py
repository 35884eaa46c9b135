"""A whole system apart: molecules to build, water, ions, and what nobody knows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.solvent import solvent_kinds
from unbead.mapping.mapping import Mapping
from unbead.mapping.unknown import count_residues, unknown_residues

HYDRATED = ("martini2", "elnedyn")  # mappings whose ions hold water


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
    unknown : dict of str to int
        Residues that were left out, by name with their counts.
    """

    build: Particles
    kept: NDArray[np.int64]
    solvent: SolventBeads
    satellites: int
    unknown: dict[str, int]


def split_system(beads: Particles, mapping: Mapping, skip_unknown: bool = False) -> Parts:
    """Tell molecules that a mapping builds from water, ions and the rest.

    A residue that the mapping has is built, whatever its name. Other residues are solvent if all their beads are.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : Mapping
        The mapping it was made with.
    skip_unknown : bool
        Whether to leave out residues that are neither; otherwise they are an error.

    Returns
    -------
    Parts
        The system apart, each part in the order of the input.

    Raises
    ------
    UnbeadError
        If there are unknown residues, all of which it names with their counts, and they are not to be skipped.
    """
    names, which = np.unique(beads.residues.names, return_inverse=True)
    built = np.array([mapping.find(str(name)) is not None for name in names], bool)[which]
    kinds = solvent_kinds(beads, mapping.name in HYDRATED)
    strange = np.zeros(len(beads.residues), bool)
    strange[beads.residue_index[~kinds.known]] = True
    filled = np.zeros(len(beads.residues), bool)
    filled[beads.residue_index] = True
    unknown = strange & ~built
    if unknown.any() and not skip_unknown:
        raise unknown_residues(beads, unknown, mapping)
    wet = (filled & ~built & ~strange)[beads.residue_index]
    bearing = np.flatnonzero(wet & ((kinds.waters > 0) | (kinds.ion != "")))
    return Parts(
        build=beads.select_residues(built),
        kept=np.flatnonzero(built[beads.residue_index]),
        solvent=SolventBeads(bearing, kinds.waters[bearing], kinds.ion[bearing]),
        satellites=int(wet.sum()) - len(bearing),
        unknown=count_residues(beads.residues, unknown),
    )
