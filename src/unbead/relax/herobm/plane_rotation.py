"""Rotation of peptide planes about their Cα-Cα axes towards predicted φ and ψ."""

import torch
from torch import Tensor

from unbead.relax.herobm.energy import angle_energy, torsion_energy
from unbead.relax.herobm.momentum import descend
from unbead.relax.herobm.terms import SpineTerms

STEPS = 80
STEP = 0.15  # radians per unit of slope
LONGEST_STEP = 0.35  # radians


def turn(x: Tensor, terms: SpineTerms, theta: Tensor) -> Tensor:
    """Turn the C and N of each peptide about the axis e from its Cα to the next.

    With r the vector from Cα: r' = cos θ r + sin θ e × r + (1 - cos θ)(e · r) e (Rodrigues). Bonds and angles within
    the peptide stay; φ, ψ and N-CA-C at both its ends change.

    Parameters
    ----------
    x : Tensor, shape=(..., 3 n_rows, 3)
        N, CA, C of every row, in Å.
    terms : SpineTerms
        The backbone.
    theta : Tensor, shape=(..., n_peptides, 1)
        Angles θ in radians.

    Returns
    -------
    Tensor, shape=(..., 3 n_rows, 3)
        Positions in Å.
    """
    ca, c, n, next_ca = terms.omegas.atoms.unbind(1)
    origin = x.index_select(-2, ca)
    axis = torch.nn.functional.normalize(x.index_select(-2, next_ca) - origin, dim=-1)
    cosine, sine = theta.cos(), theta.sin()
    for atoms in (c, n):
        arm = x.index_select(-2, atoms) - origin
        across = arm - (arm * axis).sum(-1, keepdim=True) * axis
        x = x.index_add(-2, atoms, (cosine - 1) * across + sine * torch.linalg.cross(axis, arm))
    return x


def rotate_planes(x: Tensor, terms: SpineTerms, goal: Tensor) -> Tensor:
    """Turn all peptide planes at once to where the predicted φ and ψ are best met, with Cα at rest.

    Minimises E(θ) = E_φψ + E_angle over one θ per peptide, see `unbead.relax.herobm.energy`; of the angles only
    N-CA-C change. ψ before a plane grows and φ behind it falls by nearly θ, so its E_φψ is nearly a single cosine of θ,
    and descent finds its one minimum from everywhere but the opposite point.

    Parameters
    ----------
    x : Tensor, shape=(..., 3 n_rows, 3)
        N, CA, C of every row, in Å.
    terms : SpineTerms
        The backbone.
    goal : Tensor, shape=(..., n_torsions, 2)
        Predicted vectors of the torsions.

    Returns
    -------
    Tensor, shape=(..., 3 n_rows, 3)
        Positions in Å.
    """
    theta = descend(
        x.new_zeros(*x.shape[:-2], len(terms.omegas.atoms), 1),
        lambda theta: _energy(turn(x, terms, theta), terms, goal),
        STEPS,
        STEP,
        LONGEST_STEP,
    )
    return turn(x, terms, theta)


def _energy(x: Tensor, terms: SpineTerms, goal: Tensor) -> Tensor:
    return torsion_energy(x, terms.torsions, goal) + angle_energy(x, terms.angles)
