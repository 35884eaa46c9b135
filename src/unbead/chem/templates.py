"""Residue templates: what a residue is made of, and how it should look."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.errors import UnbeadError

# Names under which force fields and programs write residues that a template describes.
RESIDUE_ALIASES = {
    "HSD": "HID", "HSE": "HIE", "HSP": "HIP", "HISD": "HID", "HISE": "HIE", "HISH": "HIP", "HIS1": "HID",
    "HIS2": "HIE", "HISA": "HID", "HISB": "HIE", "HIH": "HIP", "CYS2": "CYX", "CYSS": "CYX", "CYS1": "CYX",
    "ASPP": "ASH", "ASPH": "ASH", "GLUP": "GLH", "GLUH": "GLH", "LSN": "LYN", "LYSN": "LYN", "LYSH": "LYS",
    "LYP": "LYS", "ARGN": "ARG", "SP1": "SEP", "SP2": "SEP", "S1P": "SEP", "S2P": "SEP", "THP1": "TPO",
    "THP2": "TPO", "T1P": "TPO", "T2P": "TPO", "THPB": "TPO", "SERD": "SEP", "TP1": "PTR", "TP2": "PTR",
    "Y1P": "PTR", "Y2P": "PTR", "GLU0": "GLH", "ASP0": "ASH", "LYS0": "LYN", "ARG0": "ARG", "ARN": "ARG",
    "NMA": "NME", "CT3": "NME", "CT2": "NH2", "NHE": "NH2", "CHOL": "CHL1",
    "CHL": "CHL1", "CLR": "CHL1", "ERGO": "ERG", "POP6": "POPI24", "SAP6": "SAPI24", "TOCL": "TOCL2", "TMCL": "TMCL2",
    "DIPE": "DLIPE", "PRPC": "PDOPC", "PRPE": "PDOPE", "DPG1": "GM1", "DPG3": "GM3",
    "WAT": "HOH", "SOL": "HOH", "TIP3": "HOH", "H2O": "HOH", "SOD": "NA", "CLA": "CL", "POT": "K", "CAL": "CA",
    "DA3": "DA", "DC3": "DC", "DG3": "DG", "DT3": "DT", "A3": "A", "C3": "C", "G3": "G", "U3": "U", "RA": "A",
    "RC": "C", "RG": "G", "RU": "U", "RA3": "A", "RC3": "C", "RG3": "G", "RU3": "U", "RA5": "A5", "RC5": "C5",
    "RG5": "G5",
    "RU5": "U5", "ADE": "A", "CYT": "C", "GUA": "G", "URA": "U", "THY": "DT",
    "ZN2": "ZN", "NA+": "NA", "CL-": "CL", "K+": "K",
}  # fmt: skip

# D-amino acids by their names in the PDB, and the L-amino acids that they mirror.
D_RESIDUES = {
    "DAL": "ALA", "DAR": "ARG", "DSG": "ASN", "DAS": "ASP", "DCY": "CYS", "DGN": "GLN", "DGL": "GLU", "DHI": "HIS",
    "DIL": "ILE", "DLE": "LEU", "DLY": "LYS", "MED": "MET", "DPN": "PHE", "DPR": "PRO", "DSN": "SER", "DTH": "THR",
    "DTR": "TRP", "DTY": "TYR", "DVA": "VAL",
}  # fmt: skip
# CHARMM's names of them: a D before the name.
D_ALIASES = {f"D{name}": code for code, name in D_RESIDUES.items()} | {
    "DHSD": "DHI", "DHSE": "DHI", "DHSP": "DHI", "DHID": "DHI", "DHIE": "DHI", "DHIP": "DHI",
}  # fmt: skip
WITHOUT = "-"  # between a residue and the atoms that it lost
LIPIDS = ("lipid", "sterol")
POLYMERS = ("amino", "cap", "nucleotide")  # kinds of residues that are bonded to their neighbours in a chain


@dataclass(frozen=True, eq=False)
class Template:
    """One residue as it stands within a chain.

    Attributes
    ----------
    name : str
        Residue name.
    parent : str
        Canonical residue whose atoms the network knows, such as ``HIS`` for ``HID``.
    kind : str
        ``amino``, ``cap``, ``lipid``, ``sterol``, ``nucleotide``, ``water``, ``ion``, or ``molecule`` for one that the
        user gave.
    atoms, elements : tuple of str
        Atom names (heavy atoms first) and element symbols.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms.
    bond_lengths : ndarray, shape=(n_bonds,), dtype=float64
        Reference lengths in Å.
    angles : ndarray, shape=(n_angles, 3), dtype=int64
        Atoms of the angles, vertex in the middle.
    angle_values : ndarray, shape=(n_angles,), dtype=float64
        Reference angles in degrees.
    chiral, prochiral : ndarray, shape=(n, 4), dtype=int64
        A centre and three neighbours whose bond vectors have a positive triple product. Prochiral centres only
        decide which of two equal groups bears which name.
    planar : tuple of tuple of int
        Groups of coplanar heavy atoms.
    symmetric : tuple of tuple of tuple of int
        Groups of atom pairs that can swap names together without changing the molecule.
    coordinates : ndarray, shape=(n_atoms, 3), dtype=float64
        An ideal conformer in Å.
    screw : tuple of float, or None
        Turn in degrees and rise in Å about the z axis of `coordinates` to the next residue of a helix; None for what
        forms none.
    """

    name: str
    parent: str
    kind: str
    atoms: tuple[str, ...]
    elements: tuple[str, ...]
    bonds: NDArray[np.int64]
    bond_lengths: NDArray[np.float64]
    angles: NDArray[np.int64]
    angle_values: NDArray[np.float64]
    chiral: NDArray[np.int64]
    prochiral: NDArray[np.int64]
    planar: tuple[tuple[int, ...], ...]
    symmetric: tuple[tuple[tuple[int, int], ...], ...]
    coordinates: NDArray[np.float64]
    screw: tuple[float, float] | None = None

    @cached_property
    def heavy(self) -> NDArray[np.bool_]:
        """Mask of the heavy atoms, shape (n_atoms,)."""
        return np.array(self.elements) != "H"

    @cached_property
    def n_heavy(self) -> int:
        """Number of heavy atoms; they come first."""
        return int(self.heavy.sum())

    @cached_property
    def hydrogens(self) -> NDArray[np.int64]:
        """Number of hydrogens bonded to each heavy atom, shape (n_heavy,)."""
        pairs = np.concatenate([self.bonds, self.bonds[:, ::-1]])
        bearers = pairs[self.heavy[pairs[:, 0]] & ~self.heavy[pairs[:, 1]], 0]
        return np.bincount(bearers, minlength=self.n_heavy)

    @cached_property
    def _neighbours(self) -> tuple[tuple[int, ...], ...]:
        near: list[list[int]] = [[] for _ in range(self.n_heavy)]
        for a, b in self.bonds[(self.bonds < self.n_heavy).all(1)].tolist():
            near[a].append(b)
            near[b].append(a)
        return tuple(tuple(sorted(atoms)) for atoms in near)

    def heavy_neighbours(self, atom: int) -> tuple[int, ...]:
        """Return the heavy atoms that one is bonded to.

        Parameters
        ----------
        atom : int
            A heavy atom.

        Returns
        -------
        tuple of int
            Its neighbours, by increasing index.
        """
        return self._neighbours[atom]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.atoms)}

    def index(self, atom: str) -> int:
        """Return the index of an atom name; -1 where the template has no such atom.

        Parameters
        ----------
        atom : str
            Atom name.

        Returns
        -------
        int
            Its index, or -1.
        """
        return self._index.get(atom, -1)


@cache
def shipped(table: str) -> dict[str, dict]:
    """Read a table of the files that ship, ``templates*.json``.

    Parameters
    ----------
    table : str
        ``templates`` or ``atom_names``.

    Returns
    -------
    dict of str to dict
        What the files say, by residue name.
    """
    found = {}
    for file in sorted(Path(str(files("unbead.chem") / "data")).glob("templates*.json")):
        found |= json.loads(file.read_text()).get(table, {})
    return found


@cache
def _templates() -> dict[str, Template]:
    """Build all that ship; `add_template` adds to them."""
    return {name: _build(name, facts) for name, facts in shipped("templates").items()}


def _build(name: str, facts: dict) -> Template:
    return Template(
        name=name,
        parent=facts["parent"],
        kind=facts["kind"],
        atoms=tuple(facts["atoms"]),
        elements=tuple(facts["elements"]),
        bonds=np.array(facts["bonds"], np.int64).reshape(-1, 2),
        bond_lengths=np.array(facts["bond_lengths"]),
        angles=np.array(facts["angles"], np.int64).reshape(-1, 3),
        angle_values=np.array(facts["angle_values"]),
        chiral=np.array(facts["chiral"], np.int64).reshape(-1, 4),
        prochiral=np.array(facts["prochiral"], np.int64).reshape(-1, 4),
        planar=tuple(tuple(group) for group in facts["planar"]),
        symmetric=tuple(tuple((a, b) for a, b in group) for group in facts["symmetric"]),
        coordinates=np.array(facts["coordinates"]),
        screw=tuple(facts["screw"]) if "screw" in facts else None,
    )


def shipped_template(name: str) -> Template | None:
    """Find a template that ships by its own name.

    Parameters
    ----------
    name : str
        Name of the template; aliases do not count.

    Returns
    -------
    Template or None
        None where none of this name ships.
    """
    return _templates().get(name)


def known_residues() -> tuple[str, ...]:
    """Return the names of all templates, without aliases."""
    return tuple(_templates())


def is_polymer(residue: str) -> bool:
    """Tell residues that are bonded to neighbours in a chain from molecules of their own.

    Parameters
    ----------
    residue : str
        Residue name.

    Returns
    -------
    bool
        Whether it is part of a chain; residues without a template may be.
    """
    known = template(residue)
    return known is None or known.kind in POLYMERS


def add_template(known: Template) -> None:
    """Make a molecule known for the rest of the process.

    Parameters
    ----------
    known : Template
        The molecule.

    Raises
    ------
    UnbeadError
        If its name is taken by another molecule.
    """
    same = _tabled(known.name.upper())  # systematic names of lipids are free to others
    if same is None:
        _templates()[known.name.upper()] = known
        template.cache_clear()
    elif same.atoms != known.atoms or not np.array_equal(same.coordinates, known.coordinates):
        raise UnbeadError(f"residue {known.name} is already known, with other atoms or places; give yours another name")


def _tabled(name: str) -> Template | None:
    """A template that ships or was added, by its name or an alias."""
    known = _templates()
    if name in known or name in RESIDUE_ALIASES:
        return known[RESIDUE_ALIASES.get(name, name)]
    if len(name) == 4 and name[0] in "NC" and name[1:] in known and known[name[1:]].kind == "amino":
        return known[name[1:]]
    return None


@cache
def template(residue: str) -> Template | None:
    """Find the template of a residue.

    Parameters
    ----------
    residue : str
        Residue name of the PDB, CHARMM, Amber or GROMACS, also with Amber's terminal prefix (``NALA``, ``CHID``); a
        systematic name of a lipid (``DPEC``), or its shorthand (``PC O-16:0/O-16:0``).

    Returns
    -------
    Template or None
        None where no template describes the residue.
    """
    tabled = _tabled(residue.upper())
    if tabled is not None:
        return tabled
    name = residue.upper()
    if name in D_ALIASES:
        return template(D_ALIASES[name])
    if name in D_RESIDUES:
        return _mirrored(name, _templates()[D_RESIDUES[name]])
    base, _, lost = residue.upper().partition(WITHOUT)
    if base and lost and (whole := template(base)) is not None:
        return _without(whole, lost.split(WITHOUT))
    from unbead.chem.lipids.shorthand import named_lipid, read_lipid
    from unbead.chem.lipids.template import lipid_template

    lipid = read_lipid(residue) or named_lipid(residue.upper())
    return lipid_template(lipid) if lipid is not None else None


def residue_without(residue: str, atoms: Iterable[str]) -> str:
    """Name the template of a residue that has lost atoms, such as ``ASP-OD2`` for ASP in a lactam.

    Parameters
    ----------
    residue : str
        Name of a template.
    atoms : iterable of str
        Heavy atoms that are gone.

    Returns
    -------
    str
        A name that `template` knows.
    """
    return WITHOUT.join([residue, *atoms])


def whole_residue(residue: str) -> str:
    """Return the name of a residue before it lost atoms.

    Parameters
    ----------
    residue : str
        A name of `residue_without`, or any other.

    Returns
    -------
    str
        ``ASP`` for ``ASP-OD2``; other names as they are.
    """
    base, _, lost = residue.partition(WITHOUT)
    return base if base and lost and template(base) is not None else residue


def _mirrored(name: str, known: Template) -> Template:
    """The mirror image of an amino acid, under a name of its own."""
    turned = [0, 1, 3, 2]  # the mirror image of a positive triple product, made positive again
    return replace(
        known,
        name=name,
        chiral=known.chiral[:, turned],
        prochiral=known.prochiral[:, turned],
        coordinates=-known.coordinates,
    )


def is_d_residue(residue: str) -> bool:
    """Tell D-amino acids.

    Parameters
    ----------
    residue : str
        Residue name.

    Returns
    -------
    bool
        Whether its template is a D-amino acid.
    """
    known = template(residue)
    return known is not None and whole_residue(known.name) in D_RESIDUES


def _without(whole: Template, lost: Sequence[str]) -> Template | None:
    """A template without some heavy atoms and their hydrogens; None where it has no such atoms."""
    gone = [whole.index(atom) for atom in lost]
    if not all(0 <= i < whole.n_heavy for i in gone):
        return None
    gone += [int(b) for a, b in np.sort(whole.bonds, 1) if a in gone and b >= whole.n_heavy]
    keep = np.ones(len(whole.atoms), bool)
    keep[gone] = False
    new = np.cumsum(keep) - 1
    inner, corners = keep[whole.bonds].all(1), keep[whole.angles].all(1)
    groups = (tuple(int(new[i]) for i in group if keep[i]) for group in whole.planar)
    swaps = (group for group in whole.symmetric if all(keep[list(pair)].all() for pair in group))
    return replace(
        whole,
        name=residue_without(whole.name, lost),
        atoms=tuple(name for name, there in zip(whole.atoms, keep, strict=True) if there),
        elements=tuple(element for element, there in zip(whole.elements, keep, strict=True) if there),
        bonds=new[whole.bonds[inner]],
        bond_lengths=whole.bond_lengths[inner],
        angles=new[whole.angles[corners]],
        angle_values=whole.angle_values[corners],
        chiral=new[whole.chiral[keep[whole.chiral].all(1)]],
        prochiral=new[whole.prochiral[keep[whole.prochiral].all(1)]],
        planar=tuple(group for group in groups if len(group) > 3),
        symmetric=tuple(tuple((int(new[a]), int(new[b])) for a, b in group) for group in swaps),
        coordinates=whole.coordinates[keep],
    )
