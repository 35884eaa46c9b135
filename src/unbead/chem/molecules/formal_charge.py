"""Formal charges of molecules, told from their bonds and hydrogens."""

from functools import cache

from unbead.chem.solvent import IONS
from unbead.chem.templates import Template, template

# Templates with a hydrogen too many or too few: HIS stands for the neutral one, CYX has a bond elsewhere.
UNCHARGED = frozenset(("HIS", "CYX"))


@cache
def formal_charge(residue: str) -> int:
    """Tell the charge of a residue as it stands within a chain.

    Parameters
    ----------
    residue : str
        Name of a template; names of states (``ASH``, ``HIP``, ``CYM``, …) tell the protonation.

    Returns
    -------
    int
        Charge in elementary charges; 0 where no template describes the residue.
    """
    known = template(residue)
    if known is None or known.name in UNCHARGED:
        return 0
    return IONS[known.name].charge if known.name in IONS else _charge_of_bonds(known)


def _charge_of_bonds(known: Template) -> int:
    """Sum of the charged groups: ammonium, amidinium, thiolate, and acids by their oxygens with a single neighbour."""
    bonded: list[list[int]] = [[] for _ in known.atoms]
    for a, b in known.bonds.tolist():
        bonded[a].append(b)
        bonded[b].append(a)
    elements = known.elements

    def near(atom: int, element: str, neighbours: int) -> list[int]:  # numpydoc ignore=GL08
        return [k for k in bonded[atom] if elements[k] == element and len(bonded[k]) == neighbours]

    charge = 0
    for atom, element in enumerate(elements):
        bare = len(near(atom, "O", 1))  # oxygens with neither hydrogen nor another neighbour
        if element == "N":
            charge += len(bonded[atom]) == 4
        elif element == "P":
            charge -= max(bare - 1, 0)
        elif element == "S":
            charge -= max(bare - 2, 0)
        elif element == "C":
            thiolate = len(bonded[atom]) == 4 and len(near(atom, "S", 1))
            amidinium = len(bonded[atom]) == 3 and len(near(atom, "N", 3)) >= 2 and not _double(known, bonded, atom)
            charge += amidinium - max(bare - 1, 0) - bool(thiolate)
    return int(charge)


def _double(known: Template, bonded: list[list[int]], carbon: int) -> bool:
    """Whether a flat carbon has its double bond with another atom than a nitrogen of three neighbours."""
    for k in bonded[carbon]:
        element, count = known.elements[k], len(bonded[k])
        if element in ("O", "S") and count == 1:
            return True
        if (element == "C" and count == 3) or (element == "N" and count == 2):
            return True
    return False
