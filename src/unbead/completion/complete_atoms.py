"""Heavy atoms that a structure lacks, completed from those that it has: crystals often lack ends of side chains."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.elements import guess_element, radii
from unbead.chem.links import LINKS
from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles
from unbead.chem.templates import Template, template
from unbead.completion.missing import VIEW, build_missing
from unbead.completion.polish import polish

if TYPE_CHECKING:
    from unbead.completion.guess import Guess

PEPTIDE = {"C": 2.43, "N": 2.43}  # Å from these atoms of a neighbour to CA over the peptide bond (Engh and Huber)
BONDED = 2.2  # Å; atoms of other residues that near to one that is there are bonded to it
CLASH = 0.8  # Å of a contact's depth that is told


@dataclass(frozen=True)
class Completed:
    """A structure without missing atoms.

    Attributes
    ----------
    atoms : Particles
        The atoms; those that were added stand behind the others of their residue.
    added : dict of int to tuple of str
        Names of the atoms that were added, by residue.
    failed : list of int
        Residues that have too few atoms to be completed, or no template.
    crowded : list of int
        Residues whose new atoms are in the way of others.
    """

    atoms: Particles
    added: dict[int, tuple[str, ...]]
    failed: list[int]
    crowded: list[int]


def missing_atoms(atoms: Particles, wanted: dict[str, set[str]] | None = None) -> dict[int, tuple[str, ...]]:
    """List the heavy atoms that residues lack.

    Parameters
    ----------
    atoms : Particles
        A structure.
    wanted : dict of str to set of str, optional
        Atoms that matter, by residue name; only residues that lack one of these are listed.

    Returns
    -------
    dict of int to tuple of str
        All heavy atoms of the template that a residue lacks, by residue.
    """
    residues = atoms.residues
    there: list[set[str]] = [set() for _ in range(len(residues))]
    for k, name in zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True):
        there[k].add(canonical_atom_name(str(residues.names[k]), name))
    found = {}
    for k, names in enumerate(there):
        residue = str(residues.names[k])
        known = template(residue)
        if known is None or not names:
            continue
        lacking = tuple(name for name in known.atoms[: known.n_heavy] if name not in names)
        if lacking and (wanted is None or set(lacking) & wanted.get(residue, set())):
            found[k] = lacking
    return found


def complete_atoms(
    atoms: Particles,
    lacking: dict[int, tuple[str, ...]],
    surroundings: Particles | None = None,
) -> Completed:
    """Build the atoms that residues lack.

    Parameters
    ----------
    atoms : Particles
        A structure, its molecules whole.
    lacking : dict of int to tuple of str
        What is to be built; see `missing_atoms`.
    surroundings : Particles, optional
        Other atoms that are not to be run into, such as ligands.

    Returns
    -------
    Completed
        The structure with those atoms. All others are where they were.
    """
    if not lacking:
        return Completed(atoms, {}, [], [])
    from unbead.completion.guess import guess_atoms  # torch loads only where atoms are missing

    guess = guess_atoms(atoms, list(lacking))
    site = _Site(atoms, surroundings)
    added, failed, crowded = {}, [], []
    new: dict[int, NDArray[np.float64]] = {}
    for k in sorted(lacking, key=lambda k: (len(lacking[k]), k)):
        built = _built(site, k, guess, new)
        if built is None:
            failed.append(k)
            continue
        known, positions, clash = built
        added[k] = lacking[k]
        new[k] = positions[[known.index(name) for name in lacking[k]]]
        if clash > CLASH:
            crowded.append(k)
    return Completed(_inserted(atoms, added, new), dict(sorted(added.items())), sorted(failed), sorted(crowded))


class _Site:
    """The heavy atoms of a structure, for looking up what is near."""

    def __init__(self, atoms: Particles, surroundings: Particles | None):
        parts = [atoms] if surroundings is None else [atoms, surroundings]
        elements = np.concatenate([_elements(part) for part in parts])
        heavy = ~np.isin(elements, ["H", "D"])
        x = np.concatenate([part.positions for part in parts]).astype(float)[heavy]
        index = np.concatenate([atoms.residue_index, *([np.full(len(part), -1) for part in parts[1:]])])[heavy]
        self.atoms, self.x, self.residue, self.elements = atoms, x, index, elements[heavy]
        self.tree = KDTree(x)
        self.first = np.searchsorted(atoms.residue_index, np.arange(len(atoms.residues) + 1))

    def found(self, k: int, known: Template) -> NDArray[np.float64]:
        """Heavy atoms of a residue in the order of its template; NaN where they are missing."""
        x = np.full((known.n_heavy, 3), np.nan)
        name = str(self.atoms.residues.names[k])
        for row in range(self.first[k + 1] - 1, self.first[k] - 1, -1):
            place = known.index(canonical_atom_name(name, str(self.atoms.names[row])))
            if 0 <= place < known.n_heavy:
                x[place] = self.atoms.positions[row]
        return x

    def links(self, k: int, known: Template) -> list[tuple[int, NDArray[np.float64], float]]:
        """Atoms of a residue that are bonded to its neighbours in the chain, what is there, and how far away."""
        bonded = self.atoms.residues.bonded_to_previous
        found = []
        for last, following, length in LINKS:
            ends = [(k - 1, last, following)] if bonded[k] else []
            ends += [(k + 1, following, last)] if k + 1 < len(bonded) and bonded[k + 1] else []
            for other, theirs, mine in ends:
                rows = [
                    row for row in range(self.first[other], self.first[other + 1]) if self.atoms.names[row] == theirs
                ]
                slot = known.index(mine)
                if rows and 0 <= slot < known.n_heavy:
                    x = self.atoms.positions[rows[0]].astype(float)
                    found.append((slot, x, length))
                    if theirs in PEPTIDE:
                        angle = known.index("CA")
                        found.append((angle, x, PEPTIDE[theirs]))
        return found


def _built(
    site: _Site, k: int, guess: "Guess", new: dict[int, NDArray[np.float64]]
) -> tuple[Template, NDArray[np.float64], float] | None:
    """Build one residue among the atoms that are there and those that were built before."""
    known = template(str(site.atoms.residues.names[k]))
    if known is None:
        return None
    found = site.found(k, known)
    there = found[np.isfinite(found[:, 0])]
    if not len(there):
        return None
    near = np.unique(np.concatenate([np.array(row, np.int64) for row in site.tree.query_ball_point(there, VIEW)]))
    near = near[site.residue[near] != k]
    beside = [new[other] for other in np.unique(site.residue[near]).tolist() if other in new]
    x, elements = site.x[near], site.elements[near]
    bonded = np.linalg.norm(x[:, None] - there, axis=-1).min(1) < BONDED
    x, elements = x[~bonded], elements[~bonded]
    if beside:
        fresh = np.concatenate(beside)
        x, elements = np.concatenate([x, fresh]), np.concatenate([elements, np.full(len(fresh), "C")])
    built = build_missing(
        known, found, x, radii(elements), np.isin(elements, ["N", "O"]), guess.positions.get(k), guess.errors.get(k)
    )
    if built is None:
        return None
    return known, polish(known, built.positions, np.isnan(found[:, 0]), site.links(k, known)), built.clash


def _elements(atoms: Particles) -> NDArray[np.str_]:
    guessed = np.array([guess_element(str(name)) for name in atoms.names], dtype="U2")
    return np.where(atoms.elements != "", atoms.elements, guessed)


def _inserted(atoms: Particles, added: dict[int, tuple[str, ...]], new: dict[int, NDArray[np.float64]]) -> Particles:
    """Put new atoms behind the others of their residues."""
    if not added:
        return atoms
    rows = [(k, name) for k in added for name in added[k]]
    index = np.array([k for k, _ in rows], np.int64)
    elements = [known.elements[known.index(name)] for k, name in rows if (known := _template(atoms, k))]
    order = np.argsort(np.concatenate([atoms.residue_index, index]), kind="stable")
    return replace(
        atoms,
        names=np.concatenate([atoms.names, [name for _, name in rows]])[order],
        positions=np.concatenate([atoms.positions, *(new[k] for k in added)]).astype(np.float32)[order],
        residue_index=np.concatenate([atoms.residue_index, index])[order],
        elements=np.concatenate([atoms.elements, elements])[order],
        b_factors=np.concatenate([atoms.b_factors, np.zeros(len(rows), np.float32)])[order],
    )


def _template(atoms: Particles, residue: int) -> Template | None:
    return template(str(atoms.residues.names[residue]))
