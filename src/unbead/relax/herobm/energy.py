"""Energies of the backbone optimisation, differentiable and without a scale of their own: an angle of one radian costs
as much as a bond of one ångström.

The optimisation is that of HEroBM (D. Angioletti, S. Raniolo, V. Limongelli, arXiv:2404.16911,
doi:10.1063/5.0280330, Appendix A). Reference values are those of Engh and Huber (Acta Cryst. 1991, A47, 392). The
half-widths of the flat bottoms, the equal weights of all terms and the form of the torsion energy are ours. Every
function takes atoms with any number of leading axes, such as frames, and returns one energy for each of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

BOND_WIDTH = 0.02  # Å; about one standard deviation of Engh and Huber
ANGLE_WIDTH = 0.0524  # radians: 3°, some two standard deviations within the peptide and one of N-CA-C
OMEGA_WIDTH = 0.1745  # radians: 10°
TINY = 1e-12  # keeps roots and quotients of nothing finite


@dataclass(frozen=True)
class Term:
    """Internal coordinates of one kind and what they should be.

    Attributes
    ----------
    atoms : Tensor, shape=(n, 2 | 3 | 4), dtype=int64
        Atoms of each distance, angle or torsion.
    target : Tensor, shape=(n,)
        Their ideal values in Å or radians.
    """

    atoms: Tensor
    target: Tensor


def flat_bottom(excess: Tensor, width: float) -> Tensor:
    """Square of what exceeds a flat bottom: E(δ) = max(0, |δ| - w)².

    Parameters
    ----------
    excess : Tensor, shape=(..., n)
        Deviations δ from the ideal, in Å or radians.
    width : float
        Half-width w of the bottom, in the same unit.

    Returns
    -------
    Tensor, shape=(..., n)
        Energies.
    """
    return (excess.abs() - width).clamp(min=0).square()


def angle(x: Tensor, atoms: Tensor) -> Tensor:
    """Angles between the bonds of middle atoms, in radians: atan2(|u × v|, u · v).

    Parameters
    ----------
    x : Tensor, shape=(..., n_atoms, 3)
        Positions in Å.
    atoms : Tensor, shape=(n, 3), dtype=int64
        An atom, the middle one and another.

    Returns
    -------
    Tensor, shape=(..., n)
        Angles from 0 to π.
    """
    a, b, c = (x.index_select(-2, i) for i in atoms.unbind(1))
    u, v = a - b, c - b
    cross = torch.linalg.cross(u, v)
    return torch.atan2((cross.square().sum(-1) + TINY).sqrt(), (u * v).sum(-1))


def torsion(x: Tensor, atoms: Tensor) -> Tensor:
    """Torsions as points of a circle, (cos, sin), with the sign of IUPAC.

    With bonds u, v, w in a row, p = u × v and q = v × w: cos = p · q / (|p| |q|), sin = |v| u · q / (|p| |q|).

    Parameters
    ----------
    x : Tensor, shape=(..., n_atoms, 3)
        Positions in Å.
    atoms : Tensor, shape=(n, 4), dtype=int64
        Atoms in a row.

    Returns
    -------
    Tensor, shape=(..., n, 2)
        Cosine and sine.
    """
    a, b, c, d = (x.index_select(-2, i) for i in atoms.unbind(1))
    u, v, w = b - a, c - b, d - c
    p, q = torch.linalg.cross(u, v), torch.linalg.cross(v, w)
    length = (v.square().sum(-1) + TINY).sqrt()
    circle = torch.stack([(p * q).sum(-1), length * (u * q).sum(-1)], -1)
    return circle / (circle.square().sum(-1, keepdim=True) + TINY).sqrt()


def bond_energy(x: Tensor, term: Term) -> Tensor:
    """E = Σ max(0, |d - d₀| - 0.02 Å)², over N-CA (1.458 Å), CA-C (1.525 Å) and C-N (1.329 Å).

    Parameters
    ----------
    x : Tensor, shape=(..., n_atoms, 3)
        Positions in Å.
    term : Term
        Bonds and their lengths d₀.

    Returns
    -------
    Tensor, shape=(...)
        Energies.
    """
    a, b = (x.index_select(-2, i) for i in term.atoms.unbind(1))
    length = ((a - b).square().sum(-1) + TINY).sqrt()
    return flat_bottom(length - term.target, BOND_WIDTH).sum(-1)


def angle_energy(x: Tensor, term: Term) -> Tensor:
    """E = Σ max(0, |α - α₀| - 3°)², over N-CA-C (111.2°), CA-C-N (116.2°) and C-N-CA (121.7°), in radians.

    Parameters
    ----------
    x : Tensor, shape=(..., n_atoms, 3)
        Positions in Å.
    term : Term
        Angles and their values α₀ in radians.

    Returns
    -------
    Tensor, shape=(...)
        Energies.
    """
    return flat_bottom(angle(x, term.atoms) - term.target, ANGLE_WIDTH).sum(-1)


def omega_energy(x: Tensor, term: Term) -> Tensor:
    """E = Σ max(0, |ω - ω₀| - 10°)² in radians, with the difference taken around the circle.

    Parameters
    ----------
    x : Tensor, shape=(..., n_atoms, 3)
        Positions in Å.
    term : Term
        Atoms CA, C, N, CA, and ω₀: π for trans and 0 for cis.

    Returns
    -------
    Tensor, shape=(...)
        Energies.
    """
    cosine, sine = torsion(x, term.atoms).unbind(-1)
    c, s = term.target.cos(), term.target.sin()
    return flat_bottom(torch.atan2(sine * c - cosine * s, cosine * c + sine * s), OMEGA_WIDTH).sum(-1)


def torsion_energy(x: Tensor, atoms: Tensor, goal: Tensor) -> Tensor:
    """E = Σ c (1 - cos(χ - χ̂)), over φ and ψ: zero at the predicted angle χ̂, and 2 c opposite to it.

    The prediction comes as the vector c (cos χ̂, sin χ̂), whose length c is its confidence, and the energy is
    Σ c - c (cos χ̂, sin χ̂) · (cos χ, sin χ).

    Parameters
    ----------
    x : Tensor, shape=(..., n_atoms, 3)
        Positions in Å.
    atoms : Tensor, shape=(n, 4), dtype=int64
        Torsions.
    goal : Tensor, shape=(..., n, 2)
        Predicted vectors.

    Returns
    -------
    Tensor, shape=(...)
        Energies.
    """
    sure = (goal.square().sum(-1) + TINY).sqrt()
    return (sure - (goal * torsion(x, atoms)).sum(-1)).sum(-1)
