"""Templates made of others: amino acids that a user gave, residues that lost an atom to a bond, mirror images."""

import numpy as np

from unbead.chem.templates import Template, template

BACKBONE = (("N", "CA"), ("CA", "C"), ("C", "O"))
CANONICAL = tuple("ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL".split())
REMOTENESS = "ABGDEZH"  # letters of atom names for α, β, …: bonds from CA
COVERED = 0.7  # of its heavy atoms, that a canonical amino acid must have for the network to place it as that one


def is_amino_acid(known: Template) -> bool:
    """Tell whether a template has the backbone of an α-amino acid: N, CA, C and O, bonded in this order.

    Parameters
    ----------
    known : Template
        Any residue.

    Returns
    -------
    bool
        Whether it can be a link of a peptide chain.
    """
    elements = [known.elements[i] if (i := known.index(name)) >= 0 else "" for name in ("N", "CA", "C", "O")]
    return elements == ["N", "C", "C", "O"] and _edges(known).issuperset(map(frozenset, BACKBONE))


def remoteness(atom: str) -> int:
    """Return how many bonds an atom of an amino acid is from CA, as its name says.

    Parameters
    ----------
    atom : str
        Atom name, such as ``CG1``.

    Returns
    -------
    int
        Bonds; 0 for CA and for names that do not tell.
    """
    letter = atom[1:2]
    return REMOTENESS.index(letter) if letter and letter in REMOTENESS else 0


def canonical_parent(known: Template) -> str:
    """Find the canonical amino acid that a residue has within it, atom for atom by name, such as PRO in HYP.

    Parameters
    ----------
    known : Template
        An amino acid.

    Returns
    -------
    str
        The largest that has most of its heavy atoms, the same bonds among them and the same handedness; "" for none.
    """
    names, edges = set(known.atoms[: known.n_heavy]), _edges(known)
    found = ""
    for residue in CANONICAL:
        part = template(residue)
        assert part is not None, f"no template {residue}"
        own = part.atoms[: part.n_heavy]
        same = names.issuperset(own) and {edge for edge in edges if edge.issubset(own)} == _edges(part)
        same &= part.n_heavy >= COVERED * known.n_heavy and all(
            known.elements[known.index(name)] == part.elements[part.index(name)] for name in own
        )
        if same and _same_hands(known, part) and (not found or part.n_heavy > len(_heavy(found))):
            found = residue
    return found


def _heavy(residue: str) -> tuple[str, ...]:
    known = template(residue)
    return () if known is None else known.atoms[: known.n_heavy]


def _edges(known: Template) -> set[frozenset[str]]:
    """Bonds between heavy atoms by name."""
    heavy = known.bonds[(known.bonds < known.n_heavy).all(1)].tolist()
    return {frozenset((known.atoms[a], known.atoms[b])) for a, b in heavy}


def _same_hands(known: Template, part: Template) -> bool:
    """Whether the chiral centres of a part have the same handedness in the whole."""
    for row in part.chiral[(part.chiral < part.n_heavy).all(1)]:
        x = known.coordinates[[known.index(part.atoms[i]) for i in row]]
        if np.dot(np.cross(x[1] - x[0], x[2] - x[0]), x[3] - x[0]) <= 0:
            return False
    return True
