"""Systems whose charges are switched off for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unbead.prepare.forcefields.nonbonded import forces_by_name


@contextmanager
def discharged(system: Any, context: Any) -> Iterator[None]:
    """Switch charges off, and on again.

    Where atoms lie on each other, a hydrogen without a size of its own (those of water) may fall into an oxygen, and
    the energy to minus infinity. Without charges, sizes alone part the atoms.

    Parameters
    ----------
    system : openmm.System
        A system.
    context : openmm.Context
        Its context.

    Yields
    ------
    None
        While charges are off.
    """
    forces = forces_by_name(system)
    nonbonded, water = forces["NonbondedForce"], forces.get("GBSAOBCForce")
    atoms = [nonbonded.getParticleParameters(i) for i in range(system.getNumParticles())]
    pairs = [nonbonded.getExceptionParameters(k) for k in range(nonbonded.getNumExceptions())]
    shells = [water.getParticleParameters(i) for i in range(len(atoms))] if water else []

    def scale(by: float) -> None:  # numpydoc ignore=GL08
        for i, (charge, *shape) in enumerate(atoms):
            nonbonded.setParticleParameters(i, by * charge, *shape)
        for k, (i, j, charge, *shape) in enumerate(pairs):
            nonbonded.setExceptionParameters(k, i, j, by * charge, *shape)
        nonbonded.updateParametersInContext(context)
        for i, (charge, *shape) in enumerate(shells):
            water.setParticleParameters(i, by * charge, *shape)  # type: ignore[union-attr]
        if water:
            water.updateParametersInContext(context)

    scale(0.0)
    try:
        yield
    finally:
        scale(1.0)
