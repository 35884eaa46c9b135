"""Charges and van der Waals terms of OpenMM systems as C6 and C12, which hold for every combination rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AtomTypes:
    """Types of the atoms of a system.

    Attributes
    ----------
    names : tuple of str
        Type of each atom.
    charges : tuple of float
        Charge of each atom in e.
    pairs : tuple of (str, str, float, float)
        C6 in kJ/mol nm⁶ and C12 in kJ/mol nm¹² of every pair of types.
    """

    names: tuple[str, ...]
    charges: tuple[float, ...]
    pairs: tuple[tuple[str, str, float, float], ...]


def atom_types(forces: dict[str, Any], tags: list[int]) -> AtomTypes:
    """Sort atoms into types.

    Parameters
    ----------
    forces : dict of str to openmm.Force
        Forces by class name; van der Waals terms may stand in a ``NonbondedForce`` or, with tables for pairs of types,
        in a ``CustomNonbondedForce``.
    tags : list of int
        Atoms with different tags get different types.

    Returns
    -------
    AtomTypes
        Types and their pairs.
    """
    nonbonded = forces["NonbondedForce"]
    parameters = [nonbonded.getParticleParameters(i) for i in range(nonbonded.getNumParticles())]
    tables = forces.get("CustomNonbondedForce")
    if tables is not None:
        kind = np.array([int(tables.getParticleParameters(i)[0]) for i in range(len(parameters))])
        c12, c6 = (_table(tables, name) for name in ("acoef", "bcoef"))
    else:
        shapes = np.array([[sigma._value, epsilon._value] for _, sigma, epsilon in parameters])
        unique, kind = np.unique(shapes, axis=0, return_inverse=True)
        sigma = (unique[:, None, 0] + unique[None, :, 0]) / 2
        four = 4 * np.sqrt(unique[:, None, 1] * unique[None, :, 1])
        c12, c6 = four * sigma**12, four * sigma**6
    keys = list(zip(kind.tolist(), tags, strict=True))
    names = {key: f"T{key[0]}" + (f"M{key[1]}" if key[1] >= 0 else "") for key in sorted(set(keys))}
    pairs = combinations_with_replacement(names, 2)
    return AtomTypes(
        names=tuple(names[key] for key in keys),
        charges=tuple(charge._value for charge, _, _ in parameters),
        pairs=tuple((names[a], names[b], float(c6[a[0], b[0]]), float(c12[a[0], b[0]])) for a, b in pairs),
    )


def close_pairs(forces: dict[str, Any]) -> Iterator[tuple[int, int, float, float]]:
    """List the pairs of atoms three bonds apart.

    Parameters
    ----------
    forces : dict of str to openmm.Force
        Forces by class name.

    Yields
    ------
    i, j : int
        The atoms.
    c6, c12 : float
        Their van der Waals terms in kJ/mol nm⁶ and kJ/mol nm¹².
    """
    special = forces.get("CustomBondForce")
    own = {}
    for row in range(special.getNumBonds() if special else 0):
        i, j, (sigma, epsilon) = special.getBondParameters(row)  # type: ignore[union-attr]
        own[min(i, j), max(i, j)] = sigma, epsilon
    nonbonded = forces["NonbondedForce"]
    for row in range(nonbonded.getNumExceptions()):
        i, j, charge, sigma, epsilon = nonbonded.getExceptionParameters(row)
        size, depth = own.get((min(i, j), max(i, j)), (sigma._value, epsilon._value))
        if charge._value or depth:
            yield i, j, 4 * depth * size**6, 4 * depth * size**12


def _table(force: Any, name: str) -> NDArray[np.float64]:
    for i in range(force.getNumTabulatedFunctions()):
        if force.getTabulatedFunctionName(i) == name:
            columns, rows, values = force.getTabulatedFunction(i).getFunctionParameters()
            return np.array(values).reshape(rows, columns)
    raise KeyError(name)
