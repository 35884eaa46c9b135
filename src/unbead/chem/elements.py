"""Elements: masses, sizes and the element of an atom name."""

import numpy as np
from numpy.typing import NDArray

MASSES = {
    "H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "B": 10.81, "F": 18.998, "Na": 22.990, "Mg": 24.305, "P": 30.974,
    "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Zn": 65.38, "Se": 78.971, "Br": 79.904, "I": 126.904,
}  # fmt: skip
VDW_RADII = {"H": 1.10, "C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80, "P": 1.80, "Se": 1.90}  # Å, Bondi 1964
COVALENT_RADII = {
    "H": 0.31,
    "C": 0.76,
    "N": 0.71,
    "O": 0.66,
    "P": 1.07,
    "S": 1.05,
    "Se": 1.20,
    "F": 0.57,
    "B": 0.84,
    "Cl": 1.02,
    "Br": 1.20,
    "I": 1.39,
}  # Å, Cordero et al. 2008


def mass(element: str) -> float:
    """Return the mass of an element in unified atomic mass units.

    Parameters
    ----------
    element : str
        Element symbol.

    Returns
    -------
    float
        The mass; carbon's for elements that biomolecules do not contain.
    """
    return MASSES.get(element.capitalize(), MASSES["C"])


def radii(elements: NDArray[np.str_]) -> NDArray[np.float64]:
    """Look up van der Waals radii, shape (n_atoms,), in Å.

    Parameters
    ----------
    elements : ndarray, shape=(n_atoms,), dtype=str
        Element symbols.

    Returns
    -------
    ndarray, shape=(n_atoms,), dtype=float64
        Radii; carbon's where unknown.
    """
    kinds, which = np.unique(elements, return_inverse=True)
    return np.array([VDW_RADII.get(str(kind).capitalize(), VDW_RADII["C"]) for kind in kinds])[which]


def guess_element(atom_name: str) -> str:
    """Guess the element of an atom in a biomolecule from its name.

    Parameters
    ----------
    atom_name : str
        Atom name such as ``CA``, ``1HB`` or ``OXT``. Names are read as those of polymers: ``CA`` is carbon.

    Returns
    -------
    str
        Element symbol; "" where the name starts with no known element.
    """
    letters = atom_name.lstrip("0123456789'\"*").upper()
    if letters == "SE":
        return "Se"
    return letters[:1] if letters[:1].capitalize() in MASSES else ""
