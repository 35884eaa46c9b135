"""Charges and van der Waals terms of OpenMM systems."""

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
    shapes : dict of str to (float, float)
        σ in nm and ε in kJ/mol of every type.
    pairs : tuple of (str, str, float, float)
        σ and ε of the pairs of types that do not follow from Lorentz and Berthelot's rule.
    """

    names: tuple[str, ...]
    charges: tuple[float, ...]
    shapes: dict[str, tuple[float, float]]
    pairs: tuple[tuple[str, str, float, float], ...]


def forces_by_name(system: Any) -> dict[str, Any]:
    """Return the forces of a system.

    Parameters
    ----------
    system : openmm.System
        A system.

    Returns
    -------
    dict of str to openmm.Force
        Forces by class name.
    """
    return {type(force).__name__: force for force in system.getForces()}


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
        size, depth = _sizes_and_depths(_table(tables, "acoef"), _table(tables, "bcoef"))
    else:
        own = np.array([[sigma._value, epsilon._value] for _, sigma, epsilon in parameters])
        unique, kind = np.unique(own, axis=0, return_inverse=True)
        size, depth = _mixed(unique[:, 0], unique[:, 1])
    # OpenMM numbers the types of a table in the order of a set, which differs from run to run
    kind, size, depth = _by_first_atom(kind, size, depth)
    keys = list(zip(kind.tolist(), tags, strict=True))
    names = {key: f"T{key[0]}" + (f"M{key[1]}" if key[1] >= 0 else "") for key in sorted(set(keys))}
    expected = np.stack(_mixed(np.diag(size), np.diag(depth)))
    odd = ~np.isclose(np.stack([size, depth]), expected, rtol=1e-5, atol=0).all(0) & (depth > 0)
    return AtomTypes(
        names=tuple(names[key] for key in keys),
        charges=tuple(charge._value for charge, _, _ in parameters),
        shapes={name: (float(size[k, k]), float(depth[k, k])) for (k, _), name in names.items()},
        pairs=tuple(
            (names[a], names[b], float(size[a[0], b[0]]), float(depth[a[0], b[0]]))
            for a, b in combinations_with_replacement(names, 2)
            if odd[a[0], b[0]]
        ),
    )


def _by_first_atom(
    kind: NDArray[np.int64], size: NDArray[np.float64], depth: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Number types in the order in which atoms have them first, and leave out those that no atom has."""
    used, first, which = np.unique(kind, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    rows = used[order]
    return number[which], size[np.ix_(rows, rows)], depth[np.ix_(rows, rows)]


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
    sigma, epsilon : float
        Their van der Waals terms in nm and kJ/mol.
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
            yield i, j, size, depth


def _mixed(sigma: NDArray[np.float64], epsilon: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Pairs by the rule of Lorentz and Berthelot."""
    return (sigma[:, None] + sigma) / 2, np.sqrt(epsilon[:, None] * epsilon)


def _sizes_and_depths(c12: NDArray[np.float64], c6: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """σ and ε, zero where there is no interaction."""
    there = (c6 > 0) & (c12 > 0)
    safe6, safe12 = np.where(there, c6, 1.0), np.where(there, c12, 1.0)
    return np.where(there, (safe12 / safe6) ** (1 / 6), 0.0), np.where(there, safe6**2 / (4 * safe12), 0.0)


def _table(force: Any, name: str) -> NDArray[np.float64]:
    for i in range(force.getNumTabulatedFunctions()):
        if force.getTabulatedFunctionName(i) == name:
            columns, rows, values = force.getTabulatedFunction(i).getFunctionParameters()
            return np.array(values).reshape(rows, columns)
    raise KeyError(name)
