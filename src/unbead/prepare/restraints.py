"""What holds atoms near their places while the energy is minimised."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from unbead.prepare.extras import require

RESTRAINTS = ("none", "heavy", "beads")
STIFFNESS = 1000.0  # kJ/mol/nm², as GROMACS restrains positions


def hold_atoms(positions: NDArray, held: NDArray[np.bool_], *, periodic: bool = False) -> Any:
    """Make a force that holds single atoms.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Where the atoms should be, in nm.
    held : ndarray, shape=(n_atoms,), dtype=bool
        Which atoms to hold.
    periodic : bool
        Whether any image of the place will do, as OpenMM may wrap molecules.

    Returns
    -------
    openmm.CustomExternalForce
        ½ k |x − x₀|² for each of them.
    """
    square = "periodicdistance(x,y,z,x0,y0,z0)^2" if periodic else "((x-x0)^2+(y-y0)^2+(z-z0)^2)"
    force = require("openmm").CustomExternalForce(f"0.5*k*{square}")
    force.addGlobalParameter("k", STIFFNESS)
    for name in ("x0", "y0", "z0"):
        force.addPerParticleParameter(name)
    for i in np.flatnonzero(held).tolist():
        force.addParticle(i, positions[i].tolist())
    return force


def hold_beads(positions: NDArray, operator: csr_matrix, *, periodic: bool = False) -> Any:
    """Make a force that holds the centres of groups of atoms, which themselves may move.

    Parameters
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float
        Atoms whose centres are where they should be, in nm.
    operator : csr_matrix, shape=(n_beads, n_atoms)
        Weights of the atoms of each centre, with a sum of one.
    periodic : bool
        Whether any image of the place will do, as OpenMM may wrap molecules.

    Returns
    -------
    openmm.CustomCentroidBondForce
        ½ k |M x − M x₀|² for each centre.
    """
    force = require("openmm").CustomCentroidBondForce(1, "0.5*k*pointdistance(x1,y1,z1,x0,y0,z0)^2")
    force.setUsesPeriodicBoundaryConditions(periodic)
    force.addGlobalParameter("k", STIFFNESS)
    for name in ("x0", "y0", "z0"):
        force.addPerBondParameter(name)
    rows = operator.tocsr()
    for i, centre in enumerate((rows @ positions).tolist()):
        entries = slice(rows.indptr[i], rows.indptr[i + 1])
        group = force.addGroup(rows.indices[entries].tolist(), rows.data[entries].tolist())
        force.addBond([group], centre)
    return force
