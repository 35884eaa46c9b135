"""Water and ions: which coarse-grained beads stand for them, and for how many molecules."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles

WATER = "HOH"  # residue that water molecules become
# Water molecules per bead. Martini 2: W, its antifreeze WF (Marrink et al., J. Phys. Chem. B 2007, 111, 7812);
# Martini 3: regular, small and tiny water (Souza et al., Nat. Methods 2021, 18, 382), WN in its beta; single molecules.
WATERS = {"W": 4, "WN": 4, "WF": 4, "SW": 3, "TW": 2, "O": 1, "OW": 1, "OH2": 1}
# Satellites: charges of polarisable water (Yesylevskyy et al., PLoS Comput. Biol. 2010, 6, e1000810), hydrogens.
SATELLITES = frozenset("WP WM H1 H2 HW1 HW2".split())
WALLS = frozenset(["WALL"])  # residues of beads that only fence others in
WATER_RESIDUES = frozenset("W WN WF SW TW PW HOH WAT SOL TIP3 H2O".split())
ROOM = 4.0  # water molecules whose place a Martini 2 ion takes: its bead is as large as W
MOLAR_VOLUME = 18.07  # cm³/mol, water at 25 °C


@dataclass(frozen=True)
class Ion:
    """A monatomic ion.

    Attributes
    ----------
    name : str
        Residue and atom name of the PDB.
    charge : int
        Charge in elementary charges.
    distance : float
        Distance in Å of the oxygens around it in water (Ohtaki and Radnai, Chem. Rev. 1993, 93, 1157).
    volume : float
        Partial molar volume in water at 25 °C in cm³/mol, H⁺ being zero (Millero, Chem. Rev. 1971, 71, 147).
    beads : tuple of str
        Names of beads that stand for it.
    """

    name: str
    charge: int
    distance: float
    volume: float
    beads: tuple[str, ...]

    @property
    def element(self) -> str:
        """Element symbol."""
        return "I" if self.name == "IOD" else self.name.capitalize()

    @property
    def hydration(self) -> int:
        """Water molecules in a Martini 2 bead of the ion: as many as find room beside it, to keep densities right."""
        return round(ROOM - self.volume / MOLAR_VOLUME)


IONS = {
    ion.name: ion
    for ion in (
        Ion("NA", 1, 2.4, -1.2, ("NA", "NA+", "SOD")),
        Ion("K", 1, 2.8, 9.0, ("K", "K+", "POT")),
        Ion("MG", 2, 2.1, -21.2, ("MG", "MG+", "MG2+")),
        Ion("CA", 2, 2.4, -17.9, ("CA", "CA+", "CA2+", "CAL")),
        Ion("ZN", 2, 2.1, -21.6, ("ZN", "ZN+", "ZN2+")),
        Ion("CL", -1, 3.2, 17.8, ("CL", "CL-", "CLA")),
        Ion("BR", -1, 3.4, 24.7, ("BR", "BR-")),
        Ion("IOD", -1, 3.6, 36.2, ("IOD", "ID", "I", "I-")),
    )
}
ION_BEADS = {bead: ion.name for ion in IONS.values() for bead in ion.beads}
REPEATED = {("TXE", "R2"): "R3"}  # beads that Martini calls alike within a molecule: the name of the second
ION_RESIDUES = frozenset(("ION", "IONS", *ION_BEADS))


@dataclass(frozen=True)
class SolventBead:
    """What a bead of the solvent stands for.

    Attributes
    ----------
    waters : int
        Water molecules; 0 for a satellite of a water bead and a bare ion.
    ion : str
        Name of the ion; "" for water.
    """

    waters: int
    ion: str = ""


@cache
def solvent_bead(residue: str, bead: str, hydrated: bool) -> SolventBead | None:
    """Tell what a bead of water or of an ion stands for.

    Parameters
    ----------
    residue, bead : str
        Names of the residue and the bead, in any case.
    hydrated : bool
        Whether ions are those of Martini 2, whose beads hold water as well; names with a charge (``NA+``) say so too.

    Returns
    -------
    SolventBead or None
        None where the bead belongs to neither.
    """
    residue, bead = residue.upper(), bead.upper()
    if residue in WALLS:
        return SolventBead(0)
    if residue in WATER_RESIDUES:
        if bead in WATERS:
            return SolventBead(WATERS[bead])
        return SolventBead(0) if bead in SATELLITES else None
    if residue in ION_RESIDUES and bead in ION_BEADS:
        ion = IONS[ION_BEADS[bead]]
        return SolventBead(ion.hydration if hydrated or bead[-1] in "+-" else 0, ion.name)
    return None


@dataclass(frozen=True)
class SolventKinds:
    """What each particle of a system stands for as solvent.

    Attributes
    ----------
    known : ndarray, shape=(n,), dtype=bool
        Whether it is solvent.
    waters : ndarray, shape=(n,), dtype=int64
        Water molecules.
    ion : ndarray, shape=(n,), dtype=str
        Ion; "" where it is none.
    """

    known: NDArray[np.bool_]
    waters: NDArray[np.int64]
    ion: NDArray[np.str_]


def solvent_kinds(particles: Particles, hydrated: bool = False) -> SolventKinds:
    """Look up water and ions by the names of residues and beads.

    Parameters
    ----------
    particles : Particles
        A coarse-grained system.
    hydrated : bool
        See `solvent_bead`.

    Returns
    -------
    SolventKinds
        One entry per particle.
    """
    keys = np.char.add(np.char.add(particles.residues.names[particles.residue_index], "|"), particles.names)
    kinds, which = np.unique(keys, return_inverse=True)
    found = [solvent_bead(*str(kind).split("|", 1), hydrated) for kind in kinds]
    nothing = SolventBead(0)
    return SolventKinds(
        known=np.array([bead is not None for bead in found], bool)[which],
        waters=np.array([(bead or nothing).waters for bead in found], np.int64)[which],
        ion=np.array([(bead or nothing).ion for bead in found], dtype="U4")[which],
    )


def name_repeated(particles: Particles) -> Particles:
    """Give beads that have one name within a molecule of a solvent names of their own.

    Parameters
    ----------
    particles : Particles
        A coarse-grained system.

    Returns
    -------
    Particles
        The same beads; the second of two in `REPEATED` has its other name.
    """
    residue = particles.residues.names[particles.residue_index]
    names = particles.names.astype(np.promote_types(particles.names.dtype, "U2"))
    for (molecule, bead), other in REPEATED.items():
        rows = np.flatnonzero((residue == molecule) & (names == bead))
        if len(rows):
            second = np.diff(particles.residue_index[rows], prepend=-1) == 0
            names[rows[second]] = other
    return replace(particles, names=names)
